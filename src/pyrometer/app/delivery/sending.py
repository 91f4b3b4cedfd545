"""The job that empties the outbox: claims what is due, sends it outside any transaction, notes what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F, Model

from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.backoff import backoff
from pyrometer.app.delivery.email import domains
from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.models import Mail, Outgoing, Returned
from pyrometer.app.delivery.outbox import Sent
from pyrometer.app.delivery.settling import ENDED, hopeless, settle

logger = logging.getLogger(__name__)

HOLD = timedelta(minutes=3)
"""For how long a claim holds: longer than any channel may take."""
BATCH = 20
"""How many rows a turn takes where it sends them one after the other."""
RUN = 100
"""How many rows are sent together at most."""
KEEP = timedelta(days=30)
"""For how long what is settled stays to be looked at, and to be replayed."""
KEEP_MAILS = timedelta(days=180)
"""For how long is known what mails went to whom, and what came back."""
CHUNK = 1000
LOOKS = 10
"""How often at most it is looked for rows where those that were found are put off."""
RUNS = 2
"""How many runs of rows that are sent together a worker has under way at once."""


def work(now: datetime) -> int:
    """Send what is due: in the threads of this worker, or here and now where `DELIVERY_THREADS` is 0."""
    pool.tidy(now)
    threads = settings.DELIVERY_THREADS
    return _beside.send(now, threads) if threads else send(now)


def close() -> None:
    """Begin nothing more, and wait for what is under way; a worker that ends calls this."""
    outbox.ending.set()
    _beside.close()
    pool.close()


def send(now: datetime) -> int:
    """Send a batch of what is due, one after the other; how many were tried."""
    rows = claimed(now, BATCH)
    for row in rows:
        attempt(row, now)
    mails = claimed(now, RUN, outbox.together())
    _together(mails, now)
    return len(rows) + len(mails)


def claimed(now: datetime, limit: int, channels: Collection[str] = ()) -> list[Outgoing]:
    """Rows of some channels that are due, now this worker's; of all that are sent row by row, where none is named.

    What is held isn't among them. Marketing mail comes after all else. The attempt is counted before it is made, so
    that a row that ends its worker each time is given up, too.
    """
    due = Outgoing.objects.filter(done_at__isnull=True, given_up_at__isnull=True, held_at__isnull=True, due_at__lte=now)
    due = due.order_by("due_at")
    due = due.filter(channel__in=channels) if channels else due.exclude(channel__in=outbox.together())
    for _ in range(LOOKS):
        if not due.exists():
            break
        with transaction.atomic():
            rows = claim(due.filter(marketing=False), now=now, hold=HOLD, limit=limit)
            if len(rows) < limit:
                rows += claim(due.filter(marketing=True), now=now, hold=HOLD, limit=limit - len(rows))
            mine = domains.admitted(rows, now)
            Outgoing.objects.filter(pk__in=[row.pk for row in mine]).update(attempts=F("attempts") + 1)
            for row in mine:
                row.attempts += 1
        # Where all of them were put off, others may be due behind them.
        if mine or not rows:
            return mine
    return []


def _together(rows: Sequence[Outgoing], now: datetime) -> None:
    """Send claimed rows of channels that send them together."""
    for name, run in outbox.together().items():
        if mine := [row for row in rows if row.channel == name]:
            run(mine, now)


def _go_on(rows: Sequence[Outgoing], now: datetime) -> None:
    """Send claimed rows, and then what else is due: a thread that has its hands free waits for no turn of the loop."""
    begun = time.monotonic()
    at = now
    while rows:
        _together(rows, at)
        at = now + timedelta(seconds=time.monotonic() - begun)
        rows = [] if outbox.ending.is_set() else claimed(at, RUN, outbox.together())


def attempt(row: Outgoing, now: datetime) -> Sent:
    """Try one claimed row, and write down what came of it, unless the claim was lost meanwhile."""
    sent = _tried(row, now)
    with transaction.atomic():
        if still_mine(row):
            settle([(row, sent)], now)
    return sent


def prune(now: datetime) -> int:
    """Remove what was settled long ago, a chunk at a time."""
    return (
        _prune(Outgoing, done_at__lt=now - KEEP)
        + _prune(Outgoing, given_up_at__lt=now - KEEP)
        + _prune(Mail, handed_at__lt=now - KEEP_MAILS)
        + _prune(Returned, at__lt=now - KEEP_MAILS)
    )


def _prune(model: type[Model], **old: datetime) -> int:
    removed = 0
    while chunk := list(model._default_manager.filter(**old).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        model._default_manager.filter(pk__in=chunk).delete()
        removed += len(chunk)
    return removed


def _tried(row: Outgoing, now: datetime) -> Sent:
    again = backoff(row.once, row.attempts)
    if hopeless(row):
        return Sent(ENDED)
    try:
        channel = outbox.channel(row.channel)
    except KeyError:
        return Sent(f"no channel is called {row.channel!r}", again)
    try:
        return channel(row, now)
    except Error:
        raise
    except Exception as error:
        logger.exception("channel %s failed", row.channel)
        return Sent(f"{type(error).__name__}: {error}", again)


class _Beside:
    """The threads of a worker that send while its loop goes on: a receiver that is slow holds up nothing else."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._running: set[Future[None]] = set()
        self._runs: set[Future[None]] = set()

    def send(self, now: datetime, threads: int) -> int:
        """Claim as many rows as there are free threads, and rows to be sent together; how many it were."""
        self._running = {future for future in self._running if not future.done()}
        self._runs = {future for future in self._runs if not future.done()}
        if self._pool is None:
            self._pool = ThreadPoolExecutor(threads + RUNS, thread_name_prefix="delivery")
        free = threads - len(self._running)
        rows = claimed(now, free) if free > 0 else []
        for row in rows:
            self._running.add(self._pool.submit(self._finish, attempt, row, now))
        together = claimed(now, RUN, outbox.together()) if len(self._runs) < RUNS else []
        if together:
            self._runs.add(self._pool.submit(self._finish, _go_on, together, now))
        return len(rows) + len(together)

    def close(self) -> None:
        """Wait for what is under way."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    @staticmethod
    def _finish(what: Callable[[Any, datetime], object], rows: Any, now: datetime) -> None:
        close_old_connections()
        try:
            what(rows, now)
        except Exception:
            # The claim runs out, and the rows are tried again.
            logger.exception("a delivery could not be finished")
        finally:
            # A thread that waits for its next row holds no connection meanwhile.
            connection.close()


_beside = _Beside()
