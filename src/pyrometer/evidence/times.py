"""Times between Python and SQL, in UTC whatever the session says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyrometer.evidence.quote import literal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(micros: int | None) -> datetime | None:
    """A number of microseconds since 1970 as a time in UTC.

    >>> moment(1_767_225_600_000_000)
    datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)


def timestamp(time: datetime) -> str:
    """A time as SQL, in UTC; a time without a zone is UTC already.

    >>> timestamp(datetime(2026, 1, 1, 9, 30))
    "CAST('2026-01-01 09:30:00' AS TIMESTAMP)"
    """
    utc = time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo is not None else time
    return f"CAST({literal(utc.isoformat(sep=' '))} AS TIMESTAMP)"
