"""When a rep works, as the clocks need it."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from pyrometer.app.handoff.models import Rep
from pyrometer.lifecycle import STANDARD, Alarm, Hours, WorkingTime, alarm, read_hours

AHEAD = 2
"""Years of holidays that a clock may meet, the present one included."""


def working_time(rep: Rep, now: datetime) -> WorkingTime:
    """A rep's days, hours and holidays.

    What can't be read (people are told when they save it) counts as the standard week in UTC: a lead's clock runs in
    any case.
    """
    return WorkingTime(_hours(rep), zone_of(rep.time_zone), public_holidays(rep.holidays, now.year))


def clock(rep: Rep, now: datetime, minutes: int, grace: int) -> Alarm:
    """The clock of a rep that starts now."""
    working = working_time(rep, now)
    try:
        return alarm(now, minutes, grace, working)
    except ValueError:  # no working hours lie ahead
        return alarm(now, minutes, grace, WorkingTime(STANDARD, working.zone))


@lru_cache(maxsize=256)
def public_holidays(place: str, year: int) -> frozenset[date]:
    """The public holidays of a country (DE) or a part of it (DE-BY), from a year on; none where nobody knows it."""
    country, _, part = place.partition("-")
    years = range(year - 1, year + AHEAD)
    try:
        return (
            frozenset(holidays.country_holidays(country, subdiv=part or None, years=years)) if country else frozenset()
        )
    except NotImplementedError:
        return frozenset()


def _hours(rep: Rep) -> Hours:
    try:
        return read_hours(rep.hours) or STANDARD
    except (AttributeError, TypeError, ValueError):
        return STANDARD


def zone_of(name: str) -> tzinfo:
    """A time zone by its name; UTC where nobody knows it."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return UTC
