"""Business time: minutes that pass only while somebody works."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

Hours = Mapping[int, tuple[int, int]]
"""By weekday (Monday is 0): from which minute of the day to which. A day that isn't there is free."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STANDARD: Hours = dict.fromkeys(range(5), (540, 1020))
"""Monday to Friday, nine to five."""

PATIENCE = 800
"""So many days without a minute of work, and there is none to come."""
MIDNIGHT = 1440


def read_hours(spelled: Mapping[str, object]) -> dict[int, tuple[int, int]]:
    """Hours as people write them; 24:00 is the end of a day. Raises ValueError with what is wrong.

    >>> read_hours({"mon": ["09:00", "17:30"]})
    {0: (540, 1050)}
    """
    found = {}
    for day, stretch in spelled.items():
        if day not in DAYS:
            raise ValueError(f"working hours: unknown day `{day}`; write {', '.join(DAYS)}")
        if not (isinstance(stretch, list | tuple) and len(stretch) == 2):
            raise ValueError(f'working hours: {day} needs a beginning and an end, such as ["09:00", "17:00"]')
        opens, closes = (_minute(day, part) for part in stretch)
        if closes <= opens:
            raise ValueError(f"working hours: {day} ends at {stretch[1]}, which isn't after {stretch[0]}")
        found[DAYS.index(day)] = (opens, closes)
    return found


def add_business_minutes(
    start: datetime, minutes: int, hours: Hours, zone: tzinfo, holidays: Collection[date] = frozenset()
) -> datetime:
    """The moment, in UTC, at which so many business minutes have passed since `start` (aware).

    Raises ValueError for negative minutes, and where no work is to be expected.

    >>> from zoneinfo import ZoneInfo
    >>> friday = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)  # half past four in Berlin
    >>> add_business_minutes(friday, 60, STANDARD, ZoneInfo("Europe/Berlin")).isoformat()
    '2026-06-08T07:30:00+00:00'
    """
    if minutes < 0:
        raise ValueError("business minutes to add can't be negative")
    left = timedelta(minutes=minutes)
    start = start.astimezone(UTC)
    if not left:
        return start
    for opens, closes in _stretches(start, hours, zone, holidays):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta(0))
    raise AssertionError("stretches never end")


def business_minutes_between(
    start: datetime, end: datetime, hours: Hours, zone: tzinfo, holidays: Collection[date] = frozenset()
) -> int:
    """Whole business minutes from one moment to another, both aware; negative where `end` comes first.

    Raises ValueError where no work is to be expected.
    """
    if end < start:
        return -business_minutes_between(end, start, hours, zone, holidays)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    whole = timedelta(0)
    for opens, closes in _stretches(start, hours, zone, holidays):
        if opens >= end:
            break
        whole += max(min(closes, end) - max(opens, start), timedelta(0))
    return int(whole / timedelta(minutes=1))


def _stretches(
    start: datetime, hours: Hours, zone: tzinfo, holidays: Collection[date]
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches of work in UTC, one after the other, from the one that `start` may lie in; without end."""
    day = start.astimezone(zone).date() - timedelta(days=1)
    idle = 0
    while idle < PATIENCE:
        day += timedelta(days=1)
        idle += 1
        if day.weekday() not in hours or day in holidays:
            continue
        opens, closes = (_instant(day, minute, zone, last=last) for last, minute in enumerate(hours[day.weekday()]))
        if opens < closes:  # not so where clocks were put forward over all of it
            idle = 0
            yield opens, closes
    raise ValueError("no working hours lie ahead, so there is no business time; give the rep's days and hours")


def _instant(day: date, minute: int, zone: tzinfo, *, last: int) -> datetime:
    """The moment of a wall clock. Where the clock shows it twice, a stretch begins at the first and ends at the second.

    Midnight ends a day where the next begins, so that two days never share a minute.
    """
    if minute == MIDNIGHT:
        day, minute, last = day + timedelta(days=1), 0, 0
    return datetime.combine(day, time(minute // 60, minute % 60, fold=last), tzinfo=zone).astimezone(UTC)


def _minute(day: str, spelled: object) -> int:
    hour, colon, minute = str(spelled).partition(":")
    if colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2:
        whole = int(hour) * 60 + int(minute)
        if int(minute) < 60 and whole <= MIDNIGHT:
            return whole
    raise ValueError(f"working hours: {day}: `{spelled}` is no time of day; write 09:00")
