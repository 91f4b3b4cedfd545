"""Keeps what came in, on the disk before anybody is told so.

To bring a row to the disk takes the disk's time however small the row is. So requests that come together go together:
whoever gets the turn to write takes along what the others have waiting, in one transaction, and they are answered once
it has ended.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import Error, OperationalError, connection, transaction

from pyrometer.app.capture.models import Accepted
from pyrometer.app.people.models import ApiKey

TOGETHER = 100
_COLUMNS = ("key_id", "body", "messages", "received_at", "address", "agent", "attempts")


@dataclass(eq=False)
class _Waiting:
    """A row that waits for its turn; what became of it."""

    values: tuple[Any, ...]
    error: Exception | None = None
    done: threading.Event = field(default_factory=threading.Event)


_queue: deque[_Waiting] = deque()
_turn = threading.Lock()


def accept(*, key: ApiKey, body: bytes, messages: int, address: str | None, agent: str, now: datetime) -> None:
    """Keep a request's messages until they are digested; once this returns, they are on the disk.

    Raises what the database raises: then nothing of the request is kept.
    """
    mine = _Waiting((key.pk, body, messages, now, address, agent, 0))
    _queue.append(mine)
    with _turn:
        if not mine.done.is_set():
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
    except Error as error:
        for row in rows:
            row.error = error
    finally:
        for row in rows:
            row.done.set()


def _write(rows: list[_Waiting]) -> None:
    name = connection.ops.quote_name
    columns = ", ".join(map(name, _COLUMNS))
    places = ", ".join(["%s"] * len(_COLUMNS))
    adapt = connection.ops.adapt_datetimefield_value
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {name(Accepted._meta.db_table)} ({columns}) VALUES ({places})",
            [[adapt(value) if isinstance(value, datetime) else value for value in row.values] for row in rows],
        )
