"""The times of a replay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from pyrometer.errors import UsageError
from pyrometer.runs import parse_as_of


def in_order(times: Iterable[str | date | datetime]) -> tuple[datetime, ...]:
    """Times in UTC, each later than the one before. Raises UsageError for others, and for none.

    >>> [time.isoformat() for time in in_order(["2026-05-31", "2026-06-30T12:00:00+02:00"])]
    ['2026-05-31T00:00:00+00:00', '2026-06-30T10:00:00+00:00']
    """
    found = tuple(map(parse_as_of, times))
    if not found:
        raise UsageError("there is no time to replay")
    for one, next_ in pairwise(found):
        if next_ <= one:
            what = "stands there twice" if next_ == one else f"comes after {one:%Y-%m-%d %H:%M}"
            raise UsageError(f"times are replayed in their order, but {next_:%Y-%m-%d %H:%M} {what}")
    return found
