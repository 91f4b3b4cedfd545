"""Against scoring anew every day: on random definitions and evidence, and on a definition in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import pyrometer
from pyrometer.errors import DefinitionError
from pyrometer.live import LiveScorer
from pyrometer.recheck import Rechecker
from tests.oracle import read
from tests.strategies import Case, cases

B2B = Path(__file__).parents[2] / "examples/b2b-saas/definition.yaml"
DAYS = 420
"""So far ahead every day is tried; the longest window in random definitions is a year."""


def sound(case: Case) -> bool:
    """Whether the definition is one that can be scored by."""
    try:
        pyrometer.load(case.definition)
    except DefinitionError:
        return False
    return True


def first_change(case: Case, lead: dict[str, Any], temperature: str, until: date) -> date | None:
    """The first day before `until` on which the oracle, asked anew each day, gives another temperature."""
    events = [row for row in case.events if row["lead_id"] == lead["lead_id"]]
    log = [row for row in case.traits if row["lead_id"] == lead["lead_id"]]
    day = case.as_of.astimezone(UTC).date() + timedelta(days=1)
    while day < until:
        as_of = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
        if read(case.definition, lead, events, as_of, temperature, log)["temperature"] != temperature:
            return day
        day += timedelta(days=1)
    return None


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases().filter(sound))
def test_no_temperature_changes_before_its_day(case: Case) -> None:
    evidence = {"events": case.events, "traits": case.traits, "as_of": case.as_of}
    with LiveScorer(case.definition) as scorer:
        readings = scorer.readings(case.leads, previous=case.previous, **evidence)
    now = [{"lead_id": reading.lead_id, "temperature": reading.temperature} for reading in readings]
    with Rechecker(case.definition) as rechecker:
        days = rechecker.days(case.leads, previous=now, **evidence)
    today = case.as_of.astimezone(UTC).date()
    for lead in case.leads:
        row = next(row for row in now if row["lead_id"] == lead["lead_id"])
        told = days[lead["lead_id"]]
        assert told is None or told > today
        until = min(told or date.max, today + timedelta(days=DAYS))
        assert first_change(case, lead, row["temperature"], until) is None


NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def told(
    definition: Any, leads: list[dict[str, Any]], events: list[dict[str, Any]], was: str, **more: Any
) -> list[Any]:
    """The days of leads that all have a temperature, in their order."""
    with Rechecker(definition) as rechecker:
        previous = [{"lead_id": lead["lead_id"], "temperature": was} for lead in leads]
        days = rechecker.days(leads, events, previous=previous, as_of=NOW, **more)
    return [days[lead["lead_id"]] for lead in leads]


def asked(lead: str, age: int, **more: Any) -> dict[str, Any]:
    return {"lead_id": lead, "event": "asked", "occurred_at": (NOW - timedelta(days=age)).isoformat(), **more}


def tiny(**temperature: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "name": "Tiny",
        "profile": {"buying": "date", "need": "text"},
        "events": {"asked": {"properties": {"starts": "date"}}},
        "scores": {
            "interest": {"cooling": {"half_life": "10d"}, "rules": [{"name": "Asked", "points": 8, "event": "asked"}]}
        },
        "temperature": temperature,
    }


def test_a_window_that_ends_tomorrow_is_told_exactly() -> None:
    definition = tiny(hot={"when": {"event": "asked", "within": "7d"}})
    (day,) = told(definition, [{"lead_id": "Ada"}], [asked("Ada", 6)], "hot")
    assert day == date(2026, 7, 1)


def test_far_days_are_told_roughly_and_never_late() -> None:
    definition = tiny(hot={"when": {"event": "asked", "within": "200d"}})
    (day,) = told(definition, [{"lead_id": "Ada"}], [asked("Ada", 0)], "hot")
    true = date(2026, 6, 30) + timedelta(days=200)
    assert true - timedelta(days=67) <= day <= true


def test_who_cannot_change_any_more_is_left_alone() -> None:
    definition = tiny(warm={"when": {"score": "interest", "at_least": 5}})
    assert told(definition, [{"lead_id": "Ada"}, {"lead_id": "Bo"}], [asked("Ada", 60)], "cool") == [None, None]


def test_a_date_that_comes_near_and_passes() -> None:
    definition = tiny(warm={"when": {"trait": "buying", "within_next": "30d"}})
    leads = [{"lead_id": "Ada", "buying": "2026-09-01"}, {"lead_id": "Bo", "buying": "2026-06-01"}, {"lead_id": "Cy"}]
    near, past, unknown = told(definition, leads, [], "cool")
    assert date(2026, 7, 20) < near <= date(2026, 8, 2)
    assert past is None
    assert unknown is None


def test_an_answer_that_grows_stale() -> None:
    definition = tiny(warm={"when": {"criterion": "need", "is": "met"}})
    definition["criteria"] = {"need": {"met": {"trait": "need", "is": "confirmed"}, "stale_after": "30d"}}
    log = [{"lead_id": "Ada", "trait": "need", "value": "confirmed", "occurred_at": "2026-06-05"}]
    (day,) = told(definition, [{"lead_id": "Ada"}], [], "warm", traits=log)
    assert date(2026, 7, 3) <= day <= date(2026, 7, 5)


def test_evidence_that_lies_ahead_is_waited_for() -> None:
    definition = tiny(hot={"when": {"event": "asked"}})
    ahead = [asked("Ada", -3), asked("Bo", 2, received_at="2026-07-02T08:00:00Z")]
    assert told(definition, [{"lead_id": "Ada"}, {"lead_id": "Bo"}], ahead, "cool") == [
        date(2026, 7, 3),
        date(2026, 7, 2),
    ]


def test_dates_in_events_are_looked_at_day_by_day() -> None:
    definition = tiny(warm={"when": {"event": "asked", "where": {"starts": {"within_next": "5d"}}}})
    log = [asked("Ada", 1, starts="2026-08-01"), asked("Bo", 1)]
    ada, idle = told(definition, [{"lead_id": "Ada"}, {"lead_id": "Cy"}], log, "cool")
    assert ada <= date(2026, 7, 27)
    assert idle is None


def random_leads() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Leads of the example, from eager to silent; no chance in it."""
    kinds = ["demo_requested", "page_viewed", "email_clicked", "call_held", "trial_started", "unsubscribed"]
    for number in range(40):
        lead = {"lead_id": f"{number:02}", "employees": 90, "industry": "care", "country": "DE", "need": "confirmed"}
        lead |= {"influence": "decides", "budget_amount": 4000, "buying_on": f"2026-{7 + number % 5:02}-15"}
        events = [
            {
                "lead_id": lead["lead_id"],
                "event": kinds[(number * 7 + step * 3) % len(kinds)],
                "occurred_at": (NOW - timedelta(days=(number * 3 + step * 5) % 70)).isoformat(),
                "minutes": 20,
                "topic": "pricing",
                "seconds": 60,
            }
            for step in range(number % 12)
        ]
        yield lead, events


def test_of_a_definition_in_use_the_days_are_near_the_truth() -> None:
    made = list(random_leads())
    leads, events = [lead for lead, _ in made], [row for _, rows in made for row in rows]
    with LiveScorer(B2B) as scorer:
        was = {each.lead_id: each.temperature for each in scorer.readings(leads, events, as_of=NOW)}
        previous = [{"lead_id": lead, "temperature": temperature} for lead, temperature in was.items()]
        true: dict[str, date] = {}
        for ahead in range(1, 130):
            day = NOW + timedelta(days=ahead)
            for each in scorer.readings(leads, events, previous=previous, as_of=day):
                if each.temperature != was[each.lead_id]:
                    true.setdefault(each.lead_id, day.date())
    with Rechecker(B2B) as rechecker:
        days = rechecker.days(leads, events, previous=previous, as_of=NOW)
    assert len(set(was.values())) == 3
    for lead, day in days.items():
        if lead in true:
            assert day is not None
            assert day <= true[lead]
    # Told so late that few looks in vain are needed.
    spans = [((days[lead] - NOW.date()).days, (day - NOW.date()).days) for lead, day in true.items()]
    assert sum(told for told, _ in spans) >= 0.6 * sum(true for _, true in spans)
    assert sum(days[lead] is None for lead in days if lead not in true) >= 0.5 * (len(days) - len(true))


@pytest.mark.parametrize("temperature", ["cool", "warm"])
def test_leads_without_an_earlier_temperature_are_not_answered_for(temperature: str) -> None:
    with Rechecker(tiny(hot={"when": {"event": "asked"}})) as rechecker:
        previous = [{"lead_id": "Ada", "temperature": temperature}]
        found = rechecker.days([{"lead_id": "Ada"}, {"lead_id": "Bo"}], [], previous=previous, as_of=NOW)
    assert set(found) == {"Ada"}
