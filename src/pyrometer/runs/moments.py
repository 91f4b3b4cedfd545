"""The moment that a run is for."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pyrometer.errors import UsageError
from pyrometer.sql import DIALECTS, Moment, integer

EPOCH = date(1970, 1, 1)


def day_number(moment: datetime) -> int:
    """Whole UTC days since 1970-01-01."""
    return (moment.astimezone(UTC).date() - EPOCH).days


def parse_as_of(value: str | date | datetime) -> datetime:
    """An as-of time: ISO 8601, without a zone UTC, a date alone its midnight. Raises UsageError.

    >>> parse_as_of("2026-06-30").isoformat()
    '2026-06-30T00:00:00+00:00'
    """
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip())
        elif not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError, AttributeError):
        raise UsageError(f"`{value}` is not a time; write 2026-06-30 or 2026-06-30T17:00:00Z") from None


def moment_of(as_of: datetime, dialect: str = "duckdb") -> Moment:
    """The as-of time for building queries."""
    return Moment(
        DIALECTS[dialect].timestamp(as_of.astimezone(UTC).replace(tzinfo=None).isoformat(" ")),
        integer(day_number(as_of)),
    )


def choose_as_of(
    given: str | date | datetime | None, latest: datetime | None, now: datetime | None
) -> tuple[datetime, str]:
    """The moment, and where it comes from: `given`, the latest `evidence`, or `today` where nothing has a time."""
    if given is not None:
        return parse_as_of(given), "given"
    if latest is not None:
        return parse_as_of(latest), "evidence"
    if now is not None:
        return parse_as_of(parse_as_of(now).date()), "today"
    raise UsageError("no evidence has a time, so give the time to score at (as_of)")
