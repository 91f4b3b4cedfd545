"""How long a sweep takes over a full database, and how much of a worker's time it takes to read and hand off a lead."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import F

from benchmarks.app.fresh import filled
from benchmarks.app.workers import alone, ready, together

SECONDS = 60
"""The budget of a sweep of 100,000 leads with 10 M events."""
MILLISECONDS = 1
"""The budget of a worker's time for a touched lead that has EVENTS events at most."""
EVENTS = 20


@dataclass(frozen=True)
class Swept:
    """Seconds of CPU to read and hand off a touched lead, seconds of the sweep, and how many leads it read and had to
    correct."""

    reading: float
    sweeping: float
    leads: int
    corrected: int


def measured(kind: str, leads: int, events: int, say: Callable[..., Any]) -> Swept:
    """Fill a database, read everybody once, and sweep."""
    with filled(kind, leads, events, say) as environment:
        say("reading everybody once")
        spent = alone(read_all, environment)
        say("sweeping")
        seconds = together(share, environment)
        read, corrected, left = alone(outcome, environment)
    if left:
        raise RuntimeError(f"the sweep left {left} readings as they were")
    return Swept(spent / leads, seconds, read, corrected)


def read_all() -> float:
    """Touch, read and hand off everybody, then have a sweep begin; the seconds of CPU that the reading took."""
    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.temperature.models import Reading, Sweep
    from pyrometer.app.temperature.reading import read

    now = datetime.now(UTC)
    Lead.objects.filter(root=F("pk")).update(touched_at=now, claimed_until=None)
    begun = time.process_time()
    while read(now):
        pass
    spent = time.process_time() - begun
    # As if time had shown that it changes nobody soon: whom it may change, other jobs read.
    Reading.objects.update(recheck_on=None, rough=False)
    Sweep.objects.create(started_at=now + timedelta(seconds=1))
    return spent


def share() -> None:
    """Wait for a word, then take part in the sweep until it is over, and show how far it is."""
    from pyrometer.app.temperature.models import Sweep
    from pyrometer.app.temperature.sweeping import sweep

    started = Sweep.objects.get().started_at
    ready()
    while sweep(started):
        found = Sweep.objects.get()
        print(f"  {found.read:,} leads, {found.corrected} corrected", file=sys.stderr, end="\r", flush=True)


def outcome() -> tuple[int, int, int]:
    """Of the sweep: leads read, how many of these were corrected, and how many it left out."""
    from pyrometer.app.temperature.models import Reading, Sweep

    found = Sweep.objects.get()
    return found.read, found.corrected, Reading.objects.filter(as_of__lt=found.started_at).count()
