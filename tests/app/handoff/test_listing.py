"""The list of leads: the same leads in the same order, whether filters are narrow and sorted or wide and followed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.handoff.views import listing
from pyrometer.app.handoff.views.leads import _values
from pyrometer.app.handoff.views.listing import Asked, count, page
from tests.app.handoff.conftest import NewLead

pytestmark = pytest.mark.django_db

ASKED = (
    {},
    {"temperature": "warm"},
    {"country": "de"},
    {"channel": "ads", "country": "DE"},
    {"stage": "mql", "temperature": "hot"},
    {"grade": "fit:B", "country": "SE"},
    {"seen": "7"},
    {"owner": "nobody"},
    {"country": "DE", "stage": "mql", "seen": "30", "grade": "fit:A"},
)


@pytest.fixture
def many(new_lead: NewLead, now: datetime) -> list[int]:
    """Sixty leads of every sort, many of them level with others."""
    found = []
    for number in range(60):
        reading = new_lead(
            ("hot", "warm", "cool")[number % 3],
            stage=("lead", "mql")[number % 2],
            fit="ABC"[number % 3],
            at=now - timedelta(days=number % 12),
            country=("DE", "SE", "")[number % 3],
            channel=("ads", "search")[number % 4 == 0],
            total=number % 5,
            missing_count=number % 2,
        )
        found.append(reading.pk)
        if number % 10 == 0:
            Assignment.objects.create(lead_id=reading.pk, because="nobody there", at=now)
    return found


@pytest.mark.parametrize("sort", ["order", "seen", "new"])
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(asked) or "all")
def test_narrow_and_wide_filters_list_the_same(
    asked: dict[str, str], sort: str, many: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Asked.of(asked | {"sort": sort})

    def turned() -> list[int]:
        found, after = [], ""
        while True:
            listed = page(wanted, now, after=after, limit=7)
            found += [lead.pk for lead in listed.leads]
            after = listed.after
            if not after:
                return found

    narrow = turned()
    assert len(narrow) == len(set(narrow)) == count(wanted, now) > 0
    monkeypatch.setattr(listing, "FEW", -1)
    assert turned() == narrow
    assert count(wanted, now) == len(narrow)


def test_ties_are_in_the_order_of_leads(new_lead: NewLead, now: datetime) -> None:
    level = [new_lead("hot", total=5).pk for _ in range(9)]
    assert [lead.pk for lead in page(Asked(), now).leads] == sorted(level)


def test_an_owner_that_makes_no_sense_is_left_out(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    mine = new_lead("hot").pk
    new_lead("hot")
    Assignment.objects.create(lead_id=mine, rep=bobs, because="routed", at=now)
    assert [lead.pk for lead in page(Asked.of({"owner": str(bobs.pk)}), now).leads] == [mine]
    assert {Asked.of({"owner": word}).owner for word in ("²", "-1", "me", "9" * 30)} == {""}


def test_counting_stops(new_lead: NewLead, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        new_lead("cool")
    monkeypatch.setattr(listing, "MANY", 3)
    assert count(Asked(), now) == 4


def test_the_choices_are_the_values_that_there_are(new_lead: NewLead) -> None:
    assert _values("country") == []
    for country in ("SE", "DE", "", "SE"):
        new_lead("cool", country=country)
    assert _values("country") == ["DE", "SE"]
    assert Lead.objects.count() == 4
