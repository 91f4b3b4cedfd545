"""Keeps what came in, on the disk before anybody is told so.

To bring a row to the disk takes the disk's time however small the row is. So requests that come together go together:
whoever gets the turn to write takes along what the others have waiting, in one transaction, and they are answered once
it has ended.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection

from pyrometer.app.capture.models import Accepted
from pyrometer.app.people.models import ApiKey

TOGETHER = 100
LOOK = 0.001
"""Seconds after which it is tried again to get the turn to write on SQLite, whose own waiting soon takes steps of a
tenth of a second, and misses most of the short times between the transactions of a worker that is busy."""
_COLUMNS = ("key_id", "body", "messages", "received_at", "address", "agent", "attempts", "claimed_until")


@dataclass(eq=False)
class _Waiting:
    """A row that waits for its turn; what became of it."""

    values: tuple[Any, ...]
    error: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)


_queue: deque[_Waiting] = deque()
_turn = threading.Lock()


def accept(*, key: ApiKey, body: bytes, messages: int, address: str | None, agent: str, now: datetime) -> None:
    """Keep a request's messages until they are digested; once this returns, they are on the disk.

    Raises what the database raises: then nothing of the request is kept.
    """
    adapt = connection.ops.adapt_datetimefield_value
    # Claimed until just now, so nobody has it: a claim is as long as what it replaces then, and SQLite needn't write
    # the whole body anew for it.
    free = adapt(now - timedelta(microseconds=1))
    mine = _Waiting((key.pk, body, messages, adapt(now), address, agent, 0, free))
    _queue.append(mine)
    with _turn:
        # There may be more before it than go together.
        while not mine.done.is_set():
            _write_waiting()
    if isinstance(mine.error, OperationalError):
        raise mine.error
    if mine.error is not None:
        # Perhaps it was another one's fault.
        _write([mine])


def _write_waiting() -> None:
    rows = [_queue.popleft() for _ in range(min(len(_queue), TOGETHER))]
    try:
        _write(rows)
    except BaseException as error:
        # Whatever it is: nobody may be told that a row is kept which isn't.
        for row in rows:
            row.error = error
        if not isinstance(error, Exception):
            raise
    finally:
        for row in rows:
            row.done.set()


def _write(rows: list[_Waiting]) -> None:
    """All rows by one statement, which is a transaction by itself."""
    name = connection.ops.quote_name
    columns = ", ".join(map(name, _COLUMNS))
    places = ", ".join(["({})".format(", ".join(["%s"] * len(_COLUMNS)))] * len(rows))
    sql = f"INSERT INTO {name(Accepted._meta.db_table)} ({columns}) VALUES {places}"
    values = [value for row in rows for value in row.values]
    if connection.vendor == "sqlite":
        _write_in_turn(sql, values)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _write_in_turn(sql: str, values: list[Any]) -> None:
    connection.ensure_connection()
    file = connection.connection
    with connection.wrap_database_errors:
        [(patience,)] = file.execute("PRAGMA busy_timeout").fetchall()
        file.execute("PRAGMA busy_timeout = 0")
    end = time.monotonic() + patience / 1000
    try:
        while True:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql, values)
                return
            except OperationalError as error:
                if not _busy(error) or time.monotonic() > end:
                    raise
            time.sleep(LOOK)
    finally:
        file.execute(f"PRAGMA busy_timeout = {patience}")


def _busy(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
