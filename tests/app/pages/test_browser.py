"""The pages of leads in a real browser: for everybody's eyes and hands, with and without the script."""

from __future__ import annotations

import pytest
from django.utils import timezone

from pyrometer.app.handoff.models import Attempt, Verdict
from pyrometer.app.people.models import User
from tests.app.pages.conftest import Visits
from tests.app.pages.rules import problems
from tests.app.pages.world import came_in, handed_to, publish, rep_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("on", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_pages_are_for_everybody(visits: Visits, dora: User, bob: User, axe: str, on: str, scheme: str) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now, job_title="Countess")
    held = handed_to(rep_of(bob), ada, now)
    came_in("Grace Hopper", now, events=("page_viewed",) * 3)
    visit = visits(dora, on=on, scheme=scheme)
    addresses = [
        "/inbox/",
        "/inbox/nobody/",
        f"/inbox/{held.pk}/attempt/",
        f"/inbox/{held.pk}/verdict/",
        "/leads/",
        "/leads/?q=xyzzy",
        f"/leads/{ada.pk}/",
        f"/leads/{ada.pk}/call/",
        f"/leads/{ada.pk}/correct/",
        f"/leads/{ada.pk}/merge/?q=grace",
        f"/leads/{ada.pk}/erase/",
    ]
    assert problems(visit, axe, addresses) == {}
    assert visit.complaints == []


def test_the_inbox_is_worked_with_keys(visits: Visits, bob: User) -> None:
    now = timezone.now()
    publish(now)
    rep = rep_of(bob)
    handed_to(rep, came_in("Ada Byron", now), now)
    visit = visits(bob)
    page = visit.open("/inbox/")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_selector(".call.at")
    page.keyboard.press("a")
    page.wait_for_selector("#dialog[open] form")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    (tried,) = Attempt.objects.all()
    assert tried.reached
    assert "Reached Ada Byron" in page.inner_text(".messages")
    page.keyboard.press("j")
    page.keyboard.press("v")
    page.wait_for_selector("#dialog[open] .verdicts")
    page.click("#dialog button.first")
    page.wait_for_selector("#dialog .wrong")
    page.check("#dialog input[value=accepted]")
    with page.expect_navigation():
        page.click("#dialog button.first")
    assert Verdict.objects.get().kind == "accepted"
    page.wait_for_selector("text=Accepted, yours to close")
    # Chromium notes the refused form as a failed load; there is nothing else.
    assert [text for text in visit.complaints if "422" not in text] == []


def test_a_lead_that_turns_hot_appears_before_ones_eyes(visits: Visits, bob: User) -> None:
    now = timezone.now()
    publish(now)
    rep = rep_of(bob)
    visit = visits(bob)
    page = visit.open("/inbox/")
    page.wait_for_selector("text=Nobody to call right now")
    handed_to(rep, came_in("Ada Byron", now), now)
    page.wait_for_selector("text=Ada Byron")
    assert visit.complaints == []


def test_everything_works_without_the_script(visits: Visits, bob: User) -> None:
    now = timezone.now()
    publish(now)
    handed_to(rep_of(bob), came_in("Ada Byron", now), now)
    page = visits(bob, scripts=False).open("/inbox/")
    page.click("a[data-key=a]")
    page.click("button[value=no]")
    page.wait_for_selector("text=Not reached: noted for Ada Byron")
    assert not Attempt.objects.get().reached


def test_the_list_follows_its_filters(visits: Visits, alice: User) -> None:
    now = timezone.now()
    publish(now)
    came_in("Ada Byron", now)
    came_in("Grace Hopper", now, events=("page_viewed",))
    visit = visits(alice)
    page = visit.open("/leads/")
    page.select_option("#temperature", "hot")
    page.wait_for_selector(".count:text-matches('^1 lead')")
    assert "Grace Hopper" not in page.inner_text("#list")
    assert page.url.endswith("?temperature=hot&sort=order")
    assert visit.complaints == []
