"""A version is tried on the leads while somebody looks at its page, in a real browser."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from pyrometer.app.agreement import actions as agreement
from pyrometer.app.agreement import simulating
from pyrometer.app.agreement.models import Simulation, Version
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.pages.conftest import Visits
from tests.app.pages.rules import problems
from tests.app.pages.test_settings import EXAMPLES
from tests.app.pages.world import DEFINITION, came_in, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("on", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_the_page_has_it_tried_and_shows_what_came_of_it(
    visits: Visits, alice: User, carol: User, axe: str, on: str, scheme: str
) -> None:
    now = timezone.now()
    publish(now - timedelta(days=9))
    came_in("Ada Byron", now, events=("page_viewed",) * 4)
    came_in("Ben Kettle", now)
    milder = DEFINITION.replace("interest, at_least: 30}", "interest, at_least: 4}") + EXAMPLES
    version = agreement.upload(text=milder, note="Pages are enough", actor=Actor.of(alice), now=now)
    visit = visits(carol, on=on, scheme=scheme)
    page = visit.open(f"/agreement/{version.number}/")
    page.locator("#simulation progress").wait_for()
    assert Simulation.objects.count() == 1
    while simulating.work(timezone.now()):
        pass
    page.locator("#simulation .flips").wait_for()
    told = page.locator("#simulation").inner_text()
    assert "1 of 2 leads" in told
    assert "1 lead goes to sales" in told
    assert "Ada Byron" in told
    if folder := os.environ.get("PICTURES"):
        page.locator("#simulation").screenshot(path=f"{folder}/simulation-{on}.png")
    Version.objects.filter(pk=version.pk).update(state="signed")
    addresses = [f"/agreement/{version.number}/{rest}" for rest in ("", "publish/", "simulation/")]
    assert problems(visit, axe, addresses) == {}
    assert visit.complaints == []
