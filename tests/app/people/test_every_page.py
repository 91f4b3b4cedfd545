"""Every address of the application × every role × signed out, as the URL resolver and the table of rights have them.

A view says who may call it by `@allowed("right")` or `@anybody`; one that says neither fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from pyrometer.app.people.may import RIGHTS
from pyrometer.app.people.models import Role, User

API = "api/v1/"

SAMPLES = {
    "int": "987654",
    "str": "nothing-here",
    "slug": "nothing-here",
    "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12,
}
ROLES = tuple(Role.values)


@dataclass(frozen=True)
class Page:
    """An address, and who may call what stands there: a right, "anybody", or "" where the view doesn't say."""

    route: str
    right: str

    @property
    def address(self) -> str:
        """One that fits the route."""
        filled = re.sub(r"\(\?P<\w+>([^)]*)\)", lambda group: sample(group[1]), self.route)
        filled = re.sub(r"<(?:(\w+):)?\w+>", lambda part: SAMPLES.get(part[1] or "str", "nothing-here"), filled)
        return "/" + re.sub(r"[\^$]|\\Z|\.\*", "", filled)


def sample(group: str) -> str:
    """What fits a group of a regular expression: the first of several words, a number, or a word."""
    if "|" in group:
        return group.split("|")[0]
    return SAMPLES["int"] if group.startswith((r"\d", "[0-9")) else SAMPLES["str"]


def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[Page]:
    """All addresses, with what their views say."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            view = pattern.callback
            yield Page(route, "anybody" if getattr(view, "anybody", False) else getattr(view, "right", ""))


@cache
def pages() -> tuple[Page, ...]:
    """All of them."""
    return tuple(walk(get_resolver().url_patterns))


def guarded() -> list[Page]:
    """Those that ask for a right."""
    return [page for page in pages() if page.right in RIGHTS]


def named(page: Page) -> str:
    """How it is called in what pytest prints."""
    return page.route or "(start)"


def reached(client: Client, page: Page) -> tuple[int, ...]:
    """What GET and POST are answered."""
    return client.get(page.address).status_code, client.post(page.address).status_code


def test_every_view_says_who_may_call_it() -> None:
    silent = [page.route for page in pages() if not page.right]
    assert not silent, f"say @allowed(…) or @anybody at the views of {silent}"


def test_the_table_is_whole() -> None:
    assert len(guarded()) > 15
    assert all(page.right in {*RIGHTS, "anybody", ""} for page in pages())
    assert {page.right for page in pages()} >= {"account", "settings.people", "settings.keys", "audit.read"}
    assert all(roles <= set(ROLES) and roles for roles in RIGHTS.values())


@pytest.fixture
def people(alice: User, bob: User, carol: User, dora: User) -> dict[str, User]:
    """One for each role."""
    return {user.role: user for user in (alice, bob, carol, dora)}


@pytest.mark.parametrize("page", guarded(), ids=named)
def test_a_page_opens_for_the_roles_that_have_its_right(
    page: Page, people: dict[str, User], charlie: User, client_of: Callable[[User], Client]
) -> None:
    for role, user in people.items():
        client = client_of(user)
        # What stands at the address, if anything, isn't the question here: only whether the door opens.
        client.raise_request_exception = False
        answers = reached(client, page)
        if role in RIGHTS[page.right]:
            assert 403 not in answers, f"{role} may, but gets {answers}"
            assert 401 not in answers
        else:
            # 405: a view that takes only one of the two says so first.
            assert set(answers) <= {403, 405}, f"{role} may not, but gets {answers}"
            assert 403 in answers
    for stranger in (Client(), client_of(charlie)):
        for answer in (stranger.get(page.address), stranger.post(page.address)):
            assert answer.status_code == 302, page
            assert answer.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("page", guarded(), ids=named)
def test_no_page_takes_a_post_without_the_token(page: Page, dora: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(dora, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(page.address)
    assert answer.status_code in (403, 405)


def test_the_api_opens_for_no_stranger(charlie: User, client_of: Callable[[User], Client]) -> None:
    """Its views are marked as anybody's, since a key needs no session; each operation asks for one of the two."""
    opened = []
    for page in pages():
        if not page.route.startswith(API) or re.search(r"openapi|docs", page.route):
            continue
        for stranger in (Client(), client_of(charlie)):
            for method in ("get", "post", "put", "patch", "delete"):
                status = getattr(stranger, method)(page.address, content_type="application/json").status_code
                # 404 and 405: there is no such address or operation.
                if status not in (401, 404, 405):
                    opened.append((method, page.route, status))
    assert opened == []


def test_charlie_sees_nothing(charlie: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(charlie)
    seen = [page.address for page in pages() if page.right in RIGHTS and client.get(page.address).status_code != 302]
    assert seen == []
    assert "Charlie" not in client.get("/sign-in/").content.decode()


def test_nobody_may_frame_a_page_or_run_anything_inline(dora: User, client_of: Callable[[User], Client]) -> None:
    for client, address in [(Client(), "/sign-in/"), (client_of(dora), "/settings/people/")]:
        page = client.get(address)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=", page.content.decode())
