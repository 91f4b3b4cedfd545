"""When something happened, by a sender's clock and by ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pyrometer.app.capture.digest.values import WrongValueError, kind_of, shown

TRAVEL = timedelta(seconds=5)
"""What the way of a request explains is no error of the sender's clock."""
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier times are a program's way of saying that it doesn't know."""
_MILLISECONDS_FROM = 10**11
"""Numbers from here on are milliseconds: as seconds they would lie after the year 5000."""


def occurred(stamp: object, sent: object, received_at: datetime) -> datetime:
    """When it happened: by the sender's clock, put right by when the sender said that it was sending.

    Never after it was received. Without a time of its own it happened when it was received.

    >>> noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    >>> occurred("2026-05-01T13:59:00.250Z", "2026-05-01T14:00:00Z", noon).isoformat()
    '2026-05-01T11:59:00.250000+00:00'
    >>> occurred(None, None, noon) == noon
    True
    """
    if stamp is None or stamp == "":
        return received_at
    moment = moment_of(stamp, "timestamp")
    late = received_at - _sent(sent, received_at)
    if abs(late) > TRAVEL:
        try:
            moment += late
        except OverflowError:
            raise WrongValueError("`timestamp` and `sentAt` are too far apart; check the sender's clock") from None
    if moment < FIRST:
        raise WrongValueError(f"`timestamp` lies before {FIRST.year}; leave it out where it isn't known")
    return min(moment, received_at)


def _sent(sent: object, received_at: datetime) -> datetime:
    """When it was sent; a `sentAt` that can't be read says nothing about the clock."""
    if sent is None:
        return received_at
    try:
        return moment_of(sent, "sentAt")
    except WrongValueError:
        return received_at


def moment_of(stamp: object, where: str) -> datetime:
    """A time, in UTC: ISO 8601 (without a zone it is UTC), or seconds or milliseconds since 1970."""
    try:
        if isinstance(stamp, str):
            moment = datetime.fromisoformat(stamp.strip())
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(stamp, int | float) and not isinstance(stamp, bool):
            return datetime.fromtimestamp(stamp / 1000 if abs(stamp) >= _MILLISECONDS_FROM else stamp, UTC)
    except (ValueError, OverflowError, OSError):
        said = shown(str(stamp))
        raise WrongValueError(f"`{where}` is no time: `{said}`; write it like 2026-05-01T12:00:00.000Z") from None
    raise WrongValueError(f"`{where}` is {kind_of(stamp)}; write it like 2026-05-01T12:00:00.000Z")
