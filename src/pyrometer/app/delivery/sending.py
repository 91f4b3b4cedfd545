"""The job that empties the outbox: claims what is due, sends it outside any transaction, notes what came of it."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F

from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.backoff import SCHEDULE, backoff
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent

logger = logging.getLogger(__name__)

HOLD = timedelta(minutes=3)
"""For how long a claim holds: longer than any channel may take."""
BATCH = 20
"""How many rows a turn takes where it sends them one after the other."""
KEEP = timedelta(days=30)
"""For how long what is settled stays to be looked at, and to be replayed."""
CHUNK = 1000


def work(now: datetime) -> int:
    """Send what is due: in the threads of this worker, or here and now where `DELIVERY_THREADS` is 0."""
    threads = settings.DELIVERY_THREADS
    return _beside.send(now, threads) if threads else send(now)


def send(now: datetime) -> int:
    """Send a batch of what is due, one after the other; how many were tried."""
    rows = claimed(now, BATCH)
    for row in rows:
        attempt(row, now)
    return len(rows)


def claimed(now: datetime, limit: int) -> list[Outgoing]:
    """Rows that are due, now this worker's.

    The attempt is counted before it is made, so that a row that ends its worker each time is given up, too.
    """
    due = Outgoing.objects.filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lte=now).order_by("due_at")
    if not due.exists():
        return []
    with transaction.atomic():
        rows = claim(due, now=now, hold=HOLD, limit=limit)
        Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1)
        for row in rows:
            row.attempts += 1
    return rows


def attempt(row: Outgoing, now: datetime) -> Sent:
    """Try one claimed row, and write down what came of it, unless the claim was lost meanwhile."""
    sent = _tried(row, now)
    with transaction.atomic():
        if still_mine(row):
            settle(row, sent, now)
    return sent


def settle(row: Outgoing, sent: Sent, now: datetime) -> None:
    """Write down what came of a try; the caller holds the row."""
    row.claimed_until = None
    row.error = sent.error[:400]
    if sent.done:
        row.done_at = now
        if row.channel == "email":
            # It may hold a link that signs somebody in, and words about somebody who asks to be erased later.
            row.payload = {"to": row.payload.get("to", ""), "template": row.payload.get("template", "")}
    elif sent.after is None:
        row.given_up_at = now
        if "sealed_link" in row.payload:
            # It stays for a month, and nobody is to be let in by it meanwhile.
            row.payload = {**row.payload, "sealed_link": ""}
    else:
        row.due_at = now + sent.after
    row.save()


def prune(now: datetime) -> int:
    """Remove what was settled long ago, a chunk at a time."""
    removed = 0
    for settled in ("done_at", "given_up_at"):
        while True:
            old = Outgoing.objects.filter(**{f"{settled}__lt": now - KEEP}).order_by("pk")
            chunk = list(old.values_list("pk", flat=True)[:CHUNK])
            if not chunk:
                break
            Outgoing.objects.filter(pk__in=chunk).delete()
            removed += len(chunk)
    return removed


def _tried(row: Outgoing, now: datetime) -> Sent:
    again = backoff(row.once, row.attempts)
    if row.attempts > len(SCHEDULE) + 1:
        return Sent("given up: the workers that tried it ended before they could tell what came of it")
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

    def send(self, now: datetime, threads: int) -> int:
        """Claim as many rows as there are free threads, and hand them over; how many it were."""
        self._running = {future for future in self._running if not future.done()}
        free = threads - len(self._running)
        rows = claimed(now, free) if free > 0 else []
        if rows and self._pool is None:
            self._pool = ThreadPoolExecutor(threads, thread_name_prefix="delivery")
        for row in rows:
            assert self._pool is not None
            self._running.add(self._pool.submit(self._attempt, row, now))
        return len(rows)

    def close(self) -> None:
        """Wait for what is under way."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    @staticmethod
    def _attempt(row: Outgoing, now: datetime) -> None:
        close_old_connections()
        try:
            attempt(row, now)
        except Exception:
            # The claim runs out, and the row is tried again.
            logger.exception("delivery %s could not be finished", row.pk)
        finally:
            # A thread that waits for its next row holds no connection meanwhile.
            connection.close()


_beside = _Beside()
