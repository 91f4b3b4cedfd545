"""The dates of a backtest, and what a team can follow up, as people write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import Literal, get_args

from pyrometer.errors import UsageError

Every = Literal["week", "month"]
MOST = 1000
"""More dates than this are surely a slip."""

_SHORTEST = {"week": 7, "month": 28}
"""At least so many days are between two dates."""


def dates_between(first: datetime, last: datetime, every: Every = "month") -> tuple[datetime, ...]:
    """From the first date on, weekly or on the same day of each month, up to the last. Raises UsageError.

    A month that is too short has its last day instead, so that the end of a month stays one.

    >>> [f"{date:%m-%d}" for date in dates_between(datetime(2026, 1, 31), datetime(2026, 4, 30))]
    ['01-31', '02-28', '03-31', '04-30']
    """
    if every not in get_args(Every):
        raise UsageError(f"every `{every}`: there are week and month")
    if last < first:
        raise UsageError(f"from {first:%Y-%m-%d} to {last:%Y-%m-%d} is backwards: the first date comes first")
    found: list[datetime] = []
    while (date := _nth(first, len(found), every)) <= last:
        found.append(date)
        if last - date < timedelta(days=_SHORTEST[every]):
            break  # The next one may lie beyond the calendar.
        if len(found) > MOST:
            raise UsageError(f"more than {MOST:,} dates from {first:%Y-%m-%d} to {last:%Y-%m-%d}; choose fewer")
    return tuple(found)


def _nth(first: datetime, number: int, every: Every) -> datetime:
    if every == "week":
        return first + timedelta(weeks=number)
    months = first.month - 1 + number
    year, month = first.year + months // 12, months % 12 + 1
    return first.replace(year=year, month=month, day=min(first.day, monthrange(year, month)[1]))


def parse_capacity(text: str) -> float:
    """How many leads a week a team can follow up, of a text such as 40/week, or a bare number. Raises UsageError.

    >>> parse_capacity("40/week"), parse_capacity("40")
    (40.0, 40.0)
    """
    match = re.fullmatch(r"\s*([0-9]{1,9}(?:\.[0-9]+)?)\s*(?:/\s*week\s*)?", text)
    number = float(match[1]) if match else 0.0
    if number <= 0:
        raise UsageError(f"capacity `{text}` is not a number of leads a week; write 40/week")
    return number
