"""How long a sweep takes over a full database, and how much of a worker's time it takes to read and hand off a lead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import F

from tests.servers.postgres import postgres

WORKERS = 2
"""Processes that sweep together, as on a machine with two cores."""
SECONDS = 60
"""The budget of a sweep of 100,000 leads with 10 M events."""
MILLISECONDS = 1
"""The budget of a worker's time for a touched lead that has EVENTS events at most."""
EVENTS = 20
ROOT = Path(__file__).parents[2]


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
    with TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        if kind == "sqlite":
            return _measured({"PYROMETER_DATA": folder}, leads, events, say)
        with postgres() as url:
            return _measured({"PYROMETER_DATA": folder, "DATABASE_URL": url}, leads, events, say)


def _measured(more: dict[str, str], leads: int, events: int, say: Callable[..., Any]) -> Swept:
    environment = {**os.environ, **more, "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
    say(f"filling {'PostgreSQL' if 'DATABASE_URL' in more else 'SQLite'}")
    seeding = [sys.executable, "-m", "benchmarks.app", "--seed", "--leads", str(leads), "--events", str(events)]
    subprocess.run(seeding, env=environment, check=True, cwd=ROOT)
    say("reading everybody once")
    with _begun("print(read_all())", environment) as first:
        spent = float(first.communicate()[0])
    say("sweeping")
    workers = [_begun("share()", environment) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    begun = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate()
    seconds = time.perf_counter() - begun
    with _begun("print(*outcome())", environment) as last:
        read, corrected, left = map(int, last.communicate()[0].split())
    if left:
        raise RuntimeError(f"the sweep left {left} readings as they were")
    return Swept(spent / leads, seconds, read, corrected)


def _begun(what: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """A process that does something of this module."""
    program = f"import django; django.setup(); from benchmarks.app.sweep import *; settled(); {what}"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def settled() -> None:
    """What a worker does once it has begun."""
    from pyrometer.app.memory import settle

    settle()


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
    print("ready", flush=True)
    sys.stdin.readline()
    while sweep(started):
        found = Sweep.objects.get()
        print(f"  {found.read:,} leads, {found.corrected} corrected", file=sys.stderr, end="\r", flush=True)


def outcome() -> tuple[int, int, int]:
    """Of the sweep: leads read, how many of these were corrected, and how many it left out."""
    from pyrometer.app.temperature.models import Reading, Sweep

    found = Sweep.objects.get()
    return found.read, found.corrected, Reading.objects.filter(as_of__lt=found.started_at).count()
