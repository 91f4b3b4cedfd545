"""The pages of what programmes were worth in a real browser, for everybody's eyes and hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from pyrometer.app.people.models import User
from tests.app.nurture.worth import made
from tests.app.pages.conftest import WIDTHS, Visits
from tests.app.pages.rules import problems

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS_LOOKED_AT = (1280, 768, 390)


def world() -> list[str]:
    """Programmes in all states; the addresses of their pages."""
    at = timezone.now() - timedelta(days=100)
    better = made.programme()
    groups = made.compared(better, of=1800, held_of=200, wins=(180, 8), hot=(500, 40), accepted=(300, 15), at=at)
    for day in range(1, 80, 3):
        made.became(groups[0][600 + 7 * day : 600 + 7 * day + 9], "hot", at + timedelta(days=day))
        made.became(groups[1][60 + day : 60 + day + 2], "hot", at + timedelta(days=day))
    made.tried(groups[0][:900], at + timedelta(days=6))
    made.entered(better, made.leads(40), at=timezone.now())
    none = made.programme("win-back", "Win back those of whom nothing was seen for a long time")
    made.compared(none, of=450, held_of=50, wins=(20, 2), hot=(60, 7), accepted=(40, 4), at=at)
    worse = made.programme("nag", "Nag")
    made.compared(worse, of=1800, held_of=200, wins=(72, 20), at=at)
    made.compared(made.programme("unfair", "Unfair"), of=300, held_of=300, wins=(30, 20), at=at)
    made.entered(made.programme("alone", "Alone", 0), made.leads(60), at=at)
    made.compared(made.programme("young", "Young"), of=90, held_of=10, at=timezone.now() - timedelta(days=20))
    made.programme("quiet", "Quiet")
    keys = ("educate", "win-back", "nag", "unfair", "alone", "young", "quiet")
    return ["/nurture/worth/", *(f"/nurture/programmes/{key}/worth/" for key in keys)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS_LOOKED_AT)
def test_pages_are_for_everybody(visits: Visits, bob: User, axe: str, width: int, scheme: str) -> None:
    visit = visits(bob, scheme=scheme)
    assert problems(visit, axe, ["/nurture/worth/"]) == {}

    def unfold(page: Page) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true; })")

    # All states are looked at where there is least room, and where there is most; between them the full pages.
    addresses = world() if (width, scheme) in ((390, "light"), (1280, "dark")) else world()[:2]
    assert problems(visit, axe, addresses, unfold) == {}
    assert visit.complaints == []


@pytest.mark.parametrize("on", list(WIDTHS))
def test_charts_are_drawn_in_the_colours_of_the_page(visits: Visits, bob: User, on: str) -> None:
    address = world()[1]
    seen = {}
    for scheme in ("light", "dark"):
        page = visits(bob, on=on, scheme=scheme).open(address)
        shown = page.locator("figure.chart svg >> visible=true")
        assert shown.count() == 4
        box = shown.first.bounding_box()
        assert box is not None
        assert 300 <= box["width"] <= WIDTHS[on]
        lines = page.locator(".growths svg").first.locator(".mark-line path")
        seen[scheme] = [lines.nth(at).evaluate("line => getComputedStyle(line).stroke") for at in (0, 1)]
        assert len(set(seen[scheme])) == 2
    assert seen["light"] != seen["dark"]


def test_the_horizon_is_chosen_without_scripts(visits: Visits, bob: User) -> None:
    address = world()[1]
    page = visits(bob, scripts=False).open(address)
    assert page.inner_text("#verdict").startswith("More are won: +6.0 points")
    page.select_option("select[name=days]", "180")
    page.click("form.choose button")
    assert page.inner_text("#verdict") == "It is too early to say."
    assert page.input_value("select[name=days]") == "180"
