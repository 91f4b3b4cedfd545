"""The clock of an assignment: when a rep is reminded, when the promise is broken, when a manager hears of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from pyrometer.lifecycle.business import Hours, add_business_minutes

REMINDED = 3, 4
"""A rep is reminded when three quarters of the time are gone: the promise can still be kept."""


@dataclass(frozen=True)
class WorkingTime:
    """When a rep works."""

    hours: Hours
    zone: tzinfo
    holidays: Collection[date] = frozenset()


@dataclass(frozen=True)
class Alarm:
    """Three moments, in UTC."""

    remind_at: datetime
    due_at: datetime
    escalate_at: datetime


@dataclass(frozen=True)
class Remind:
    """Tell the rep that the time is nearly over."""


@dataclass(frozen=True)
class Escalate:
    """Tell the managers that the time is over."""


def alarm(start: datetime, minutes: int, grace: int, working: WorkingTime) -> Alarm:
    """The clock that starts at a moment and gives so many business minutes, and so many more before a manager hears.

    Raises ValueError where no work is to be expected.
    """
    gone, of = REMINDED

    def after(whole: int) -> datetime:
        return add_business_minutes(start, whole, working.hours, working.zone, working.holidays)

    return Alarm(after(minutes * gone // of), after(minutes), after(minutes + grace))


def rings(clock: Alarm, now: datetime, *, reminded: bool, escalated: bool) -> tuple[Remind | Escalate, ...]:
    """What the clock wants done at a moment, and has not had done."""
    found: list[Remind | Escalate] = []
    if not reminded and clock.remind_at <= now:
        found.append(Remind())
    if not escalated and clock.escalate_at <= now:
        found.append(Escalate())
    return tuple(found)


def wakes_at(clock: Alarm, *, reminded: bool, escalated: bool) -> datetime | None:
    """The earliest moment at which the clock wants something done; None: never again."""
    if not reminded:
        return clock.remind_at
    return None if escalated else clock.escalate_at
