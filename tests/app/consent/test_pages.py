"""The pages that leads see, in a real browser: at three widths, by day and by night, and without the script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from pyrometer.app.consent import actions, links, wanting
from pyrometer.app.consent.choosing import Where, agree, refuse, wish
from pyrometer.app.consent.models import Wanted
from pyrometer.app.consent.queries import may_mail, may_profile
from pyrometer.app.consent.views import public
from pyrometer.app.evidence.actions import erase
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.app.people.pace import Pace
from tests.app.pages.conftest import Visits, axe, browser, visits  # noqa: F401
from tests.app.pages.rules import wrong
from tests.app.pages.world import came_in, publish

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (1280, 768, 390)
HAND = Actor("carol@example.com")
Opens = Callable[..., Page]


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "pace", Pace())
    monkeypatch.setattr(public, "A_MINUTE", 1000)


@pytest.fixture
def opens(browser: Browser, live_server: Any) -> Iterator[Opens]:  # noqa: F811
    """A lead's browser, in which nobody is signed in."""
    contexts = []

    def open_(address: str, *, width: int = 390, scheme: Any = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(live_server.url + address)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_for_everybody(opens: Opens, axe: str, width: int, scheme: str) -> None:  # noqa: F811
    now = timezone.now()
    publish(now)
    actions.settle_house(name="Kettles", contact="privacy@kettles.example", erase_at_once=False, actor=HAND, now=now)
    ada = came_in("Ada Byron", now, events=("demo_requested", "page_viewed"), budget=5000, language="de")
    where = Where("2001:db8:85a3::8a2e:370:7334", "de", "/choices/")
    waits = agree(root=ada, purpose="email", where=where, now=now)
    actions.confirm(consent=waits, now=now)
    wish(root=ada, months=3, now=now)
    refuse(root=ada, purpose="profiling", where=where, now=now)
    asked = {
        kind: wanting.want(root=ada, kind=kind, language="de", address=None, now=now) for kind in ("export", "erase")
    }
    gone = came_in("Grace Hopper", now)
    buried = wanting.want(root=gone, kind="erase", language="en", address=None, now=now)
    after = links.wanted(buried)
    erase(lead=gone.pk, actor=HAND, now=now)
    pages = [
        links.choices(ada.pk, now),
        links.choices(ada.pk, now) + "?done=no&lang=ja",
        links.choices(ada.pk, now.replace(year=2020)),
        links.choices(gone.pk, now),
        links.confirm(waits),
        links.unsubscribe(ada.pk, "email"),
        *(links.wanted(each) for each in asked.values()),
        after,
        "/choices/nonsense/",
    ]
    problems = {}
    for address in pages:
        page = opens(address, width=width, scheme=scheme)
        if found := wrong(page, axe):
            problems[address] = found
        page.context.close()
    for each in asked.values():
        wanting.confirm(wanted=each, now=now)
    for address in (
        links.wanted(asked["export"]),
        links.wanted(asked["export"]) + "data/",
        links.wanted(asked["erase"]),
    ):
        page = opens(address, width=width, scheme=scheme)
        if found := wrong(page, axe):
            problems[address] = found
        page.context.close()
    assert not problems


def test_a_lead_chooses_with_and_without_the_script(opens: Opens) -> None:
    now = timezone.now()
    publish(now)
    for scripts in (True, False):
        ada = came_in(f"Ada{scripts} Byron", now)
        waits = agree(root=ada, purpose="email", where=Where(None, "en", ""), now=now)
        actions.confirm(consent=waits, now=timezone.now())
        page = opens(links.choices(ada.pk, now), scripts=scripts)
        page.click("text=I object")
        assert "Your no counts from now on" in page.inner_text("[role=status]")
        assert may_profile([ada.pk]) == set()
        page.check("input[value=month]")
        page.click("text=Save")
        assert "Saved" in page.inner_text("[role=status]")
        assert page.is_checked("input[value=month]")
        page.select_option("#months", "6")
        page.click("button:text-is('Pause')")
        assert "We won’t write to you before" in page.inner_text("main")
        page.click("text=Say no to everything")
        assert "said no to everything" in page.inner_text("[role=status]")
        assert may_mail([ada.pk], now=now) == set()
        # A page that is loaded again does nothing again.
        page.reload()
        page.click("text=Deutsch")
        assert page.get_attribute("html", "lang") == "de"


def test_the_pages_of_those_who_work_here_are_for_everybody(visits: Visits, dora: User, axe: str) -> None:  # noqa: F811
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    made = wanting.want(root=ada, kind="erase", language="en", address=None, now=now)
    wanting.confirm(wanted=made, now=now)
    wanting.give(root=ada, actor=Actor.of(dora), now=now)
    refuse(root=ada, purpose="profiling", where=Where(None, "en", ""), now=now)
    for on, scheme in (("desk", "light"), ("phone", "dark")):
        visit = visits(dora, on=on, scheme=scheme)
        problems = {}
        for address in (
            "/settings/consent/",
            "/settings/consent/new/",
            "/settings/consent/house/",
            "/settings/consent/profiling/",
            f"/leads/{ada.pk}/",
            f"/leads/{ada.pk}/data/",
            f"/wanted/{made.pk}/",
        ):
            page = visit.open(address)
            if found := wrong(page, axe):
                problems[address] = found
            page.close()
        assert not problems
        assert visit.complaints == []
    assert Wanted.objects.count() == 2
