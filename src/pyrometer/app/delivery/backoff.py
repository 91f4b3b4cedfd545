"""When a delivery that failed is tried again."""

from __future__ import annotations

import hashlib
from datetime import timedelta

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=8),
    timedelta(hours=10),
)
"""Pauses after the first try, the second …; after the last one it is given up, a day and a little after the first."""

JITTER = 0.2
"""By how much a pause is longer at most, so that what failed together doesn't come back together."""


def backoff(once: str, attempts: int, *, at_least: timedelta | None = None) -> timedelta | None:
    """The pause after so many attempts; None: given up. The jitter follows from the key, so it is the same each time.

    `at_least` is what the receiver asked for; it is honoured up to the longest pause of the schedule.

    >>> backoff("a", 1) == backoff("a", 1), backoff("a", 1) == backoff("b", 1), backoff("a", 9)
    (True, False, None)
    """
    if not 1 <= attempts <= len(SCHEDULE):
        return None
    digest = hashlib.sha256(f"{once}:{attempts}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    pause = SCHEDULE[attempts - 1] * (1 + JITTER * share)
    return max(pause, min(at_least, SCHEDULE[-1])) if at_least else pause
