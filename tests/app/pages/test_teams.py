"""The pages of teams in a real browser, for everybody's eyes and hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from pyrometer.app.handoff.models import Rep, Team
from pyrometer.app.people.models import User
from tests.app.pages.conftest import Visits
from tests.app.pages.rules import problems
from tests.app.pages.world import came_in, handed_to, publish, rep_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("on", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_pages_are_for_everybody(
    visits: Visits, dora: User, carol: User, bob: User, axe: str, on: str, scheme: str
) -> None:
    now = timezone.now()
    publish(now)
    visit = visits(dora, on=on, scheme=scheme)

    def fill_in_nonsense(page: Page) -> None:
        page.fill("input[name=capacity], input[name=attempts], input[name=let_go_after]", "-1")
        with page.expect_navigation():
            page.click("form.card button.first")

    assert problems(visit, axe, ["/settings/teams/", "/inbox/", "/inbox/nobody/"]) == {}
    konrad = came_in("Konrad Zuse", now, events=("page_viewed",) * 3)
    rep = rep_of(bob)
    Rep.objects.update(territories=["DE-80", "SE"], products=["Kettles"], holidays="DE-BY")
    handed_to(rep, came_in("Ada Byron", now), now)
    held = handed_to(rep, came_in("Grace Hopper", now), now - timedelta(hours=5))
    held.accepted_at = now
    held.save()
    Rep.objects.create(user=carol, team=rep.team, active=False)
    Team.objects.create(name="South")
    addresses = [
        "/settings/teams/",
        "/settings/teams/new/",
        f"/settings/teams/{rep.team_id}/reps/new/",
        f"/settings/reps/{rep.pk}/",
        f"/settings/reps/{rep.pk}/switch/",
        "/settings/teams/terms/",
        f"/leads/{konrad.pk}/",
        f"/inbox/?rep={rep.pk}",
    ]
    assert problems(visit, axe, addresses) == {}
    forms = ["/settings/teams/new/", f"/settings/reps/{rep.pk}/", "/settings/teams/terms/"]
    assert problems(visit, axe, forms, fill_in_nonsense) == {}
    # Chromium notes a refused form as a failed load; there is nothing else.
    assert [text for text in visit.complaints if "422" not in text] == []
