"""Whom a lock-out meets behind a proxy."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from pyrometer.app.people.addresses import address_of
from pyrometer.app.people.models import User
from tests.app.conftest import PASSWORD


@pytest.mark.parametrize(
    ("proxies", "passed", "found"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "<script>", "127.0.0.1"),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(settings: object, proxies: int, passed: str, found: str) -> None:
    settings.PROXIES = proxies  # type: ignore[attr-defined]
    assert address_of(RequestFactory().get("/", headers={"x-forwarded-for": passed})) == found


def test_who_shares_the_proxy_with_a_guesser_still_gets_in(settings: object, alice: User) -> None:
    settings.PROXIES = 1  # type: ignore[attr-defined]

    def sign_in(address: str, password: str) -> int:
        given = {"email": alice.email, "password": password}
        return Client(headers={"x-forwarded-for": address}).post("/sign-in/", given).status_code

    for guess in range(8):
        # What the guesser claims about themselves stands before what the proxy saw, and doesn't count.
        sign_in(f"192.0.2.{guess}, 203.0.113.9", "wrong")
    assert sign_in("203.0.113.9", PASSWORD) == 429
    assert sign_in("203.0.113.10", PASSWORD) == 302
