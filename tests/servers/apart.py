"""chdb in a process of its own: a process has one folder of tables, or the tables in memory, for all that use it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_open: list[Any] = []


def _begin(folder: str) -> None:
    from chdb import session

    _open.append(session.Session(folder))


def _query(sql: str, form: str) -> bytes:
    return bytes(_open[0].query(sql, form).bytes())


class Apart:
    """A session over a folder, which lasts as long as this object is open."""

    def __init__(self, folder: Path) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin, (str(folder),))

    def query(self, sql: str, form: str = "CSV") -> bytes:
        """What a statement gives, in one of ClickHouse's formats."""
        return self._pool.submit(_query, sql, form).result()

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()
