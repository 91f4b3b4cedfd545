"""The sales queue: newly hot leads by week under both definitions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import pyrometer
from pyrometer.errors import UsageError
from pyrometer.simulation import Queue


def asking(points: int, stay: int | None = None) -> dict[str, Any]:
    hot: dict[str, Any] = {"when": {"score": "interest", "at_least": points}}
    if stay is not None:
        hot["stay"] = {"score": "interest", "at_least": stay}
    rule = {"name": "Calls", "points": 10, "event": "call", "cooling": {"half_life": "7d"}}
    scores = {"interest": {"rules": [rule]}}
    return {"format": 1, "name": "Calls", "events": {"call": {}}, "scores": scores, "temperature": {"hot": hot}}


def calls(**days: list[str]) -> list[dict[str, Any]]:
    return [
        {"lead_id": lead, "event": "call", "occurred_at": f"2026-{day}"}
        for lead, dates in days.items()
        for day in dates
    ]


EVENTS = calls(Ada=["06-12"], Bo=["06-19", "06-20"], Cy=["06-26", "06-27"])


def queue(old: dict[str, Any], new: dict[str, Any], **more: Any) -> Queue:
    given = {"events": EVENTS, "as_of": "2026-06-28", "weeks": 3} | more
    found = pyrometer.simulate(old, new, **given).queue
    assert found is not None
    return found


def numbers(found: Queue) -> list[tuple[int, int]]:
    return [(week.old, week.new) for week in found.weeks]


def test_leads_are_counted_in_the_week_in_which_they_became_hot() -> None:
    found = queue(asking(8), asking(12), capacity=2)
    assert [week.ends for week in found.weeks] == [datetime(2026, 6, day, tzinfo=UTC) for day in (14, 21, 28)]
    assert numbers(found) == [(1, 0), (1, 1), (1, 1)]
    assert found.capacity == 2


def test_who_comes_back_is_new_again_unless_something_kept_them() -> None:
    events = calls(Ada=["06-12", "06-26"])
    assert numbers(queue(asking(8), asking(8, 3), events=events)) == [(1, 1), (0, 0), (1, 0)]


def test_an_event_counts_from_when_it_was_received() -> None:
    events = [event | {"received_at": "2026-06-25"} for event in calls(Ada=["06-12"])]
    assert numbers(queue(asking(2), asking(9), events=events)) == [(0, 0), (0, 0), (1, 0)]


def test_no_weeks_no_queue() -> None:
    assert pyrometer.simulate(asking(8), asking(9), events=EVENTS, weeks=0).queue is None


def test_leads_without_any_date_have_no_queue() -> None:
    found = queue(asking(8), asking(9), leads=[{"lead_id": "Ada"}], events=None)
    assert (found.weeks, found.limits) == ((), ("nothing in the evidence has a date, so there is no queue by week",))


@pytest.mark.parametrize(
    ("more", "said"), [({"weeks": -1}, "-1 weeks"), ({"capacity": 0}, "capacity of 0"), ({"top": -1}, "top -1")]
)
def test_numbers_that_make_no_sense(more: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        queue(asking(8), asking(9), **more)
