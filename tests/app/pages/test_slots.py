"""The pages of slots and coupons in a real browser: for everybody's eyes, by day and by night, and by the keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import CouponGiven, CouponList, Shown, Slot
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.people.models import ApiKey, User
from tests.app.nurture.slots.conftest import CONTENTS, content
from tests.app.pages.conftest import Visits
from tests.app.pages.rules import problems
from tests.app.pages.world import came_in, publish

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMES = [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")]


def filled(*, broken: bool = True) -> tuple[Slot, CouponList]:
    """Slots that were seen, and codes that were given."""
    now = timezone.now()
    publish(now - timedelta(days=9))
    ApiKey.objects.create(kind="write", name="Site", public="wk_site")
    for name, (pitch, text) in CONTENTS.items():
        content(name, pitch, text)
    choices = [
        Choice("buy", temperature=("hot",)),
        Choice("code", temperature=("warm",), when="{trait: budget, at_least: 1000}", coupon="spring"),
        Choice("compare", stage=("recycled", "customer")),
        Choice("hello"),
    ]
    hero = Slot.objects.create(
        name="hero", about="The top of the home page", choices=[each.stored() for each in choices], most_seen=5, at=now
    )
    wrong = [Choice("gone", when="{flag: nothing}").stored(), Choice("buy").stored()]
    Slot.objects.create(name="footer", choices=wrong if broken else [], active=False, at=now)
    for name, seen, clicked in (("hello", 1840, 61), ("compare", 212, 30), ("buy", 9, 0)):
        Shown.objects.create(
            slot=hero, content=name, seen=3 * seen, seen_by=seen, clicked=clicked, clicked_by=clicked, dismissed_by=2
        )
    source = CouponList.objects.create(
        name="spring", shared="SPRING-10", limit=100, given=1, at=now, note="10 % off the first year",
        valid_until=now + timedelta(days=20),
    )  # fmt: skip
    CouponList.objects.create(name="winter", shared="OLD", at=now, valid_until=now - timedelta(days=1))
    lead: Lead = came_in("Ada Byron", now)
    CouponGiven.objects.create(list=source, lead=lead, code="SPRING-10", once="slot:1:1", at=now)
    CouponGiven.objects.create(list=source, lead=None, code="SPRING-10", once="slot:1:2", at=now)
    return hero, source


def addresses(hero: Slot, source: CouponList) -> list[str]:
    """All pages of theirs."""
    footer = Slot.objects.get(name="footer")
    return [
        "/nurture/slots/",
        "/nurture/slots/new/",
        f"/nurture/slots/{hero.pk}/",
        f"/nurture/slots/{footer.pk}/",
        f"/nurture/slots/{hero.pk}/delete/",
        "/nurture/coupons/",
        "/nurture/coupons/new/",
        f"/nurture/coupons/{source.pk}/",
        f"/nurture/coupons/{source.pk}/delete/",
    ]


@pytest.mark.parametrize(("on", "scheme"), SCHEMES)
def test_slots_and_coupons_are_for_everybody(visits: Visits, alice: User, axe: str, on: str, scheme: str) -> None:
    visit = visits(alice, on=on, scheme=scheme)
    empty = problems(visit, axe, ["/nurture/slots/", "/nurture/coupons/", "/nurture/slots/new/"])
    assert empty == {}
    hero, source = filled()
    assert problems(visit, axe, addresses(hero, source)) == {}
    assert visit.complaints == []


def test_who_may_only_read_sees_it_too(visits: Visits, bob: User, axe: str) -> None:
    hero, _ = filled()
    visit = visits(bob)
    pages = ["/nurture/slots/", f"/nurture/slots/{hero.pk}/", "/nurture/coupons/"]
    assert problems(visit, axe, pages) == {}
    page = visit.open(f"/nurture/slots/{hero.pk}/")
    assert page.locator("#name").is_disabled()
    assert page.get_by_role("button", name="Keep", exact=True).count() == 0


def test_a_slot_is_put_together_by_keyboard_and_without_a_script(visits: Visits, alice: User) -> None:
    hero, _ = filled()
    page = visits(alice, scripts=False).open(f"/nurture/slots/{hero.pk}/")
    page.get_by_role("button", name="Add a choice").press("Enter")
    page.get_by_label("Shows").last.select_option("hello")
    page.get_by_role("button", name="Up 5").press("Enter")
    # Enter in a field keeps the slot; it doesn't press the first button that moves something.
    page.get_by_label("What it is for").press("Enter")
    page.wait_for_selector("text=The slot is kept")
    hero.refresh_from_db()
    assert [each["content"] for each in hero.choices] == ["buy", "code", "compare", "hello", "hello"]
    cells = page.locator("table.matrix tbody tr").nth(3).inner_text().split()
    assert cells[:2] == ["hot", "buy"]
