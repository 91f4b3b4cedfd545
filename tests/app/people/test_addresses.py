"""Whom a lock-out meets behind a proxy."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from pyrometer.app.people.addresses import address_of, exact_address_of
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
        (1, "2001:DB8::1", "2001:db8::"),
        # Whoever has a line has all of its addresses.
        (1, "2001:db8:9:1:aa::7", "2001:db8:9:1::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "<script>", "127.0.0.1"),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(settings: object, proxies: int, passed: str, found: str) -> None:
    settings.PROXIES = proxies  # type: ignore[attr-defined]
    assert address_of(RequestFactory().get("/", headers={"x-forwarded-for": passed})) == found


def test_a_proof_has_the_whole_address() -> None:
    assert exact_address_of(RequestFactory().get("/", REMOTE_ADDR="2001:DB8:9::7")) == "2001:db8:9::7"
    assert exact_address_of(RequestFactory().get("/", REMOTE_ADDR="")) is None


def wrong(address: str, email: str) -> int:
    return Client(REMOTE_ADDR=address).post("/sign-in/", {"email": email, "password": "wrong"}).status_code


def test_a_line_has_eight_guesses_however_many_addresses_it_has(alice: User) -> None:
    assert [wrong(f"2001:db8:9::{guess:x}", alice.email) for guess in range(10)] == [200] * 7 + [429] * 3


def test_an_address_may_not_try_everybody(alice: User, bob: User) -> None:
    answers = [wrong("203.0.113.9", f"user{guess % 12}@example.com") for guess in range(48)]
    assert answers == [200] * 47 + [429]
    right = {"email": alice.email, "password": PASSWORD}
    assert Client(REMOTE_ADDR="203.0.113.9").post("/sign-in/", right).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.10").post("/sign-in/", right).status_code == 302


def test_to_sign_in_forgives_no_guesses_at_others(alice: User, bob: User) -> None:
    right = {"email": alice.email, "password": PASSWORD}
    answers = []
    for guess in range(8):
        answers.append(wrong("203.0.113.9", bob.email))
        if guess < 7:
            assert Client(REMOTE_ADDR="203.0.113.9").post("/sign-in/", right).status_code == 302
    assert answers == [200] * 7 + [429]


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
