"""When the mails of a receiving domain go: evenly, so many a minute, and not while it asks for time. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(seconds=10)
"""A turn that was missed by more is over: those who come late queue again, so that they don't all go at once."""
PATIENCE = 3
"""After so many deferrals in a row a domain is left alone."""
PAUSE, LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""For how long first, and at most; twice as long with each further deferral."""


@dataclass(frozen=True)
class Pace:
    """How quickly a domain gets mail, and from when on the next turn is free."""

    per_minute: int | None
    next_at: datetime | None = None
    paused_until: datetime | None = None

    def turn(self, now: datetime) -> datetime:
        """The next turn that is free: now or later.

        >>> from datetime import UTC
        >>> now = datetime(2026, 6, 1, tzinfo=UTC)
        >>> Pace(60, now + timedelta(seconds=3)).turn(now) - now
        datetime.timedelta(seconds=3)
        """
        return max(now, *(each for each in (self.next_at if self.per_minute else None, self.paused_until) if each), now)

    def after(self, turn: datetime) -> datetime:
        """The turn after one."""
        return turn + timedelta(minutes=1) / self.per_minute if self.per_minute else turn

    def holds(self, turn: datetime | None, now: datetime) -> bool:
        """Whether a turn that somebody has is good now."""
        paused = self.paused_until is not None and now < self.paused_until
        return turn is not None and not paused and turn <= now <= turn + LATE


def pause(deferrals: int) -> timedelta | None:
    """For how long a domain is left alone after so many deferrals in a row; None: it isn't yet.

    >>> pause(2), pause(4)
    (None, datetime.timedelta(seconds=120))
    """
    if deferrals < PATIENCE:
        return None
    return min(LONGEST, PAUSE * 2 ** min(deferrals - PATIENCE, 10))
