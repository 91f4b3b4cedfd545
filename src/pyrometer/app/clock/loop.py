"""The loop of a worker.

It has two lanes, a thread each: queues that somebody waits for, and what is patient. So the archive may take its
seconds while a visitor's click still becomes a reading at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection, transaction

from pyrometer.app.clock.jobs import Job, jobs
from pyrometer.app.clock.models import Beat

logger = logging.getLogger(__name__)

PAUSE = 0.1
"""Seconds of sleep where nothing was due."""
RETREAT = 5.0
"""Seconds of sleep where the database couldn't be reached."""
HOLD = timedelta(minutes=10)
"""For how long one worker has a job that runs at intervals, at most; how late one that failed comes again, at most."""
BRIEF = timedelta(minutes=1)
"""For how long it has one that runs every few seconds: if it is killed, nobody waits long."""
MET = frozenset({"40001", "40P01"})
"""What PostgreSQL calls it when workers meet, and one has to give way."""

Time = Callable[[], datetime]
"""A clock that can be looked at."""


def utc_now() -> datetime:
    """The time; what runs here gets it as an argument."""
    return datetime.now(UTC)


def run(stop: threading.Event, *, of: Sequence[Job] | None = None, now: Time = utc_now) -> None:
    """Do what is due until `stop` is set, of all jobs or of some; what fails is logged and tried again."""
    found = jobs() if of is None else of
    patient = [job for job in found if job.patient]
    beside = threading.Thread(target=_beside, args=(patient, stop, now), name="patient jobs")
    beside.start()
    try:
        _run([job for job in found if not job.patient], stop, now)
    finally:
        stop.set()
        beside.join()


def _beside(lane: Sequence[Job], stop: threading.Event, now: Time) -> None:
    try:
        _run(lane, stop, now)
    finally:
        connection.close()


def _run(lane: Sequence[Job], stop: threading.Event, now: Time) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            done = _turn(lane, now, stop)
        except Error:
            logger.warning("the database can't be reached; trying again", exc_info=logger.isEnabledFor(logging.DEBUG))
            stop.wait(RETREAT)
            continue
        if not done:
            stop.wait(PAUSE)


def turn(now: datetime) -> int:
    """One turn of all jobs at a time, one after another; how much was done."""
    return _turn(jobs(), lambda: now, threading.Event())


def turn_until_idle(now: datetime, *, most: int = 1000) -> int:
    """Turn until nothing is due at that time. For tests, and commands that want an empty desk."""
    whole = 0
    for _ in range(most):
        done = turn(now)
        if not done:
            return whole
        whole += done
    raise RuntimeError(f"still work to do after {most} turns")


def _turn(lane: Sequence[Job], now: Time, stop: threading.Event) -> int:
    beats = _beats(lane, now())
    due = (job for job in lane if job.every is None or job.name in beats)
    # Who is told to stop finishes the job at hand, not the whole turn.
    return sum(_turn_of(job, now) for job in due if not stop.is_set())


def _turn_of(job: Job, now: Time) -> int:
    # Each job has the time at which it begins: what it claims would be free again too early, after others took long.
    began = now()
    try:
        return job.work(began) if job.every is None else _beat(job, began)
    except (InterfaceError, OperationalError) as error:
        if getattr(error.__cause__, "sqlstate", None) not in MET:
            raise
        logger.warning("job %s met another worker and gave way; it comes again", job.name)
    except Exception:
        # One room's mistake doesn't stop the others; the row that caused it is claimed, and comes again later.
        logger.exception("job %s failed", job.name)
    return 0


def _beats(lane: Sequence[Job], now: datetime) -> set[str]:
    """The jobs of intervals that are due, as it seems: looked up together, and without a turn to write."""
    names = {job.name for job in lane if job.every is not None}
    if not names:
        return set()
    known = list(Beat.objects.filter(job__in=names))
    if new := names - {beat.job for beat in known}:
        Beat.objects.bulk_create([Beat(job=name, due_at=now) for name in sorted(new)], ignore_conflicts=True)
    return new | {
        beat.job for beat in known if beat.due_at <= now and (beat.claimed_until is None or beat.claimed_until < now)
    }


def _beat(job: Job, now: datetime) -> int:
    """Run a job of intervals, if it is due and no other worker has it."""
    assert job.every is not None
    until = now + min(max(job.every * 10, BRIEF), HOLD) * settings.HOLD_FACTOR
    with transaction.atomic():
        free = Beat.objects.filter(job=job.name, due_at__lte=now)
        mine = free.filter(claimed_until__isnull=True) | free.filter(claimed_until__lt=now)
        if not mine.update(claimed_until=until):
            return 0
    # Whoever took longer than its claim leaves the job to the worker that has it by now.
    held = Beat.objects.filter(job=job.name, claimed_until=until)
    try:
        done = job.work(now)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:400]
        # Where the connection is gone, the job comes again when the claim runs out.
        with suppress(Error):
            held.update(due_at=now + min(job.every, HOLD), claimed_until=None, error=said)
        raise
    held.update(due_at=now + job.every, claimed_until=None, ran_at=now, error="")
    return done
