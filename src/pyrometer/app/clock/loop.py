"""The loop of a worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import Error, close_old_connections, transaction

from pyrometer.app.clock.jobs import Job, jobs
from pyrometer.app.clock.models import Beat

logger = logging.getLogger(__name__)

PAUSE = 0.2
"""Seconds of sleep where nothing was due."""
RETREAT = 5.0
"""Seconds of sleep where the database couldn't be reached."""
HOLD = timedelta(minutes=10)
"""For how long one worker has a job that runs at intervals, at most."""


def utc_now() -> datetime:
    """The time; what runs here gets it as an argument."""
    return datetime.now(UTC)


def run(stop: threading.Event, *, now: Callable[[], datetime] = utc_now) -> None:
    """Do what is due until `stop` is set; what fails is logged and tried again."""
    while not stop.is_set():
        close_old_connections()
        try:
            done = turn(now())
        except Error:
            logger.warning("the database can't be reached; trying again", exc_info=logger.isEnabledFor(logging.DEBUG))
            stop.wait(RETREAT)
            continue
        if not done:
            stop.wait(PAUSE)


def turn(now: datetime) -> int:
    """One turn of all jobs at a time; how much was done."""
    return sum(_turn_of(job, now) for job in jobs())


def turn_until_idle(now: datetime, *, most: int = 1000) -> int:
    """Turn until nothing is due at that time. For tests, and commands that want an empty desk."""
    whole = 0
    for _ in range(most):
        done = turn(now)
        if not done:
            return whole
        whole += done
    raise RuntimeError(f"still work to do after {most} turns")


def _turn_of(job: Job, now: datetime) -> int:
    try:
        if job.every is None:
            return job.work(now)
        return _beat(job, now)
    except Error:
        raise
    except Exception as error:
        # One room's mistake doesn't stop the others; the row that caused it is claimed, and comes again later.
        logger.exception("job %s failed", job.name)
        if job.every is not None:
            Beat.objects.filter(job=job.name).update(error=f"{type(error).__name__}: {error}"[:400])
        return 0


def _beat(job: Job, now: datetime) -> int:
    """Run a job of intervals, if it is due and no other worker has it."""
    assert job.every is not None
    Beat.objects.get_or_create(job=job.name, defaults={"due_at": now})
    with transaction.atomic():
        free = Beat.objects.filter(job=job.name, due_at__lte=now)
        mine = free.filter(claimed_until__isnull=True) | free.filter(claimed_until__lt=now)
        if not mine.update(claimed_until=now + HOLD * settings.HOLD_FACTOR):
            return 0
    done = job.work(now)
    Beat.objects.filter(job=job.name).update(due_at=now + job.every, claimed_until=None, ran_at=now, error="")
    return done
