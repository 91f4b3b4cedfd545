"""When a rep is reminded, and when a manager hears of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pyrometer.lifecycle import STANDARD, Escalate, Remind, WorkingTime, alarm, rings, wakes_at

FRIDAY = datetime(2026, 6, 5, 16, 30, tzinfo=UTC)
CLOCK = alarm(FRIDAY, 60, 240, WorkingTime(STANDARD, UTC))
REMIND, DUE, ESCALATE = (datetime(2026, 6, 8, *at, tzinfo=UTC) for at in ((9, 15), (9, 30), (13, 30)))


def test_a_clock_runs_in_working_hours() -> None:
    assert (CLOCK.remind_at, CLOCK.due_at, CLOCK.escalate_at) == (REMIND, DUE, ESCALATE)


@pytest.mark.parametrize(
    ("now", "reminded", "escalated", "wanted", "next_at"),
    [
        (FRIDAY, False, False, (), REMIND),
        (REMIND, False, False, (Remind(),), REMIND),
        (REMIND, True, False, (), ESCALATE),
        (DUE, True, False, (), ESCALATE),
        (ESCALATE, True, False, (Escalate(),), ESCALATE),
        (ESCALATE, False, False, (Remind(), Escalate()), REMIND),
        (ESCALATE, True, True, (), None),
    ],
)
def test_each_is_told_once(
    now: datetime, reminded: bool, escalated: bool, wanted: tuple[object, ...], next_at: datetime | None
) -> None:
    assert rings(CLOCK, now, reminded=reminded, escalated=escalated) == wanted
    assert wakes_at(CLOCK, reminded=reminded, escalated=escalated) == next_at
