"""When a mail may go out: the window of the lead's own week, the caps over all programmes, and dates on wall clocks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from pyrometer.nurture.facts import Policy
from pyrometer.nurture.intents import Pause
from pyrometer.nurture.values import DAY, WEEKDAYS

PATIENCE = 800
"""So many days without a window, and there is none to come."""
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)


def earliest(moment: datetime, mails: Collection[datetime], policy: Policy, zone: tzinfo) -> tuple[datetime, Pause]:
    """The first moment from one on at which a mail may go out, and what it would be waited for.

    Raises ValueError where no window lies ahead.

    >>> friday = datetime(2026, 6, 5, 17, 30, tzinfo=UTC)
    >>> earliest(friday, [], Policy(), UTC)[0] == friday
    True
    >>> found, waited_for = earliest(friday, [friday - timedelta(hours=1)], Policy(per_day=1), UTC)
    >>> found.isoformat(), waited_for
    ('2026-06-08T08:00:00+00:00', 'cap')
    """
    allowed = max(moment, uncapped(mails, policy)) if mails else moment
    return opening(allowed, policy, zone), "window" if allowed == moment else "cap"


def uncapped(mails: Collection[datetime], policy: Policy) -> datetime:
    """The first moment at which the caps allow one more mail."""
    sent = sorted(mails, reverse=True)
    found = datetime.min.replace(tzinfo=UTC)
    for cap, span in ((policy.per_day, ONE_DAY), (policy.per_week, ONE_WEEK)):
        if cap is not None and len(sent) >= cap:
            found = max(found, sent[cap - 1] + span)
    return found


def opening(moment: datetime, policy: Policy, zone: tzinfo) -> datetime:
    """The moment itself if the window is open then, on the wall clock of the zone, else the next at which it opens.

    Raises ValueError where no window lies ahead.
    """
    local = moment.astimezone(zone)
    if is_open(local, policy):
        return moment
    today = local.date()
    for ahead in range(PATIENCE):
        day = today + timedelta(days=ahead)
        hours = policy.hours.get(day.weekday())
        if hours is None or day in policy.holidays:
            continue
        for opens in moments_of(day, hours[0], zone):
            if opens > moment and is_open(opens.astimezone(zone), policy):
                return opens
    raise ValueError("no window lies ahead in which mails may go out; give the policy's hours and holidays")


def is_open(local: datetime, policy: Policy) -> bool:
    """Whether mails may go out at a time of a wall clock."""
    hours = policy.hours.get(local.weekday())
    return (
        hours is not None and hours[0] <= local.hour * 60 + local.minute < hours[1]
    ) and local.date() not in policy.holidays


def moments_of(day: date, minute: int, zone: tzinfo) -> Iterator[datetime]:
    """The moments, in UTC, at which a wall clock shows a time of a day: two where clocks are put back over it.

    Where they are put forward over it, the moment that it would have been.
    """
    for fold in (0, 1):
        yield datetime.combine(day, time(minute // 60, minute % 60, fold=fold), tzinfo=zone).astimezone(UTC)


def later(moment: datetime, minutes: int, zone: tzinfo) -> datetime:
    """The moment after a duration, in UTC: whole days by the wall clock, so that morning stays morning; hours by time.

    >>> from zoneinfo import ZoneInfo
    >>> before = datetime(2026, 3, 28, 8, tzinfo=UTC)  # nine in Berlin, the day before clocks are put forward
    >>> later(before, 1440, ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-29T07:00:00+00:00'
    """
    days, rest = divmod(minutes, DAY)
    if days:
        moment = (moment.astimezone(zone) + timedelta(days=days)).astimezone(UTC)
    return moment + timedelta(minutes=rest)


def next_time(moment: datetime, days: Collection[str] | None, minute: int | None, zone: tzinfo) -> datetime:
    """The first moment after one at which it is such a weekday (None: any) and such a time (None: midnight).

    A day that a zone leaves out is no such day.
    """
    today = moment.astimezone(zone).date()
    for ahead in range(60):
        day = today + timedelta(days=ahead)
        if days is not None and WEEKDAYS[day.weekday()] not in days:
            continue
        for found in moments_of(day, minute or 0, zone):
            if found > moment and found.astimezone(zone).date() == day:
                return found
    raise AssertionError("every weekday comes")


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def next_day(moment: datetime) -> datetime:
    """When the next UTC day begins: the next tick, before which time alone changes no answer."""
    today = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + ONE_DAY
