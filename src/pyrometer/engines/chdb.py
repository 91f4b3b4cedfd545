"""chdb: ClickHouse within this process, over tables in memory or in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import chdb

from pyrometer.engines.address import Address
from pyrometer.engines.chdb_files import exact_select, file_of, united
from pyrometer.engines.clickhouse_sql import (
    PUT,
    ROWS,
    SETTINGS,
    UNKNOWN_DATABASE,
    UNKNOWN_TABLE,
    RefusedError,
    code_of,
    families_of,
    inlined,
    lines_of,
    quoted_name,
    quoted_text,
    rows_of,
    said,
    temporary_table,
    with_steps,
)
from pyrometer.engines.engine import Files
from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.sql import DIALECTS, Dialect

MEMORY = ":memory:"
_READING = {"schema_inference_mode": "union", "use_hive_partitioning": "1"}
_NUMBERS = count(1)
_open: Any = chdb.connect  # it has no types


def connect(address: Address) -> ChdbEngine:
    """Open what chdb:// says: tables in memory, or those of a folder, as in chdb:///path/to/folder.

    Tables in memory are those that this process made by other connections of chdb's.
    """
    if address.host or address.port or address.user or address.password or address.options:
        raise UsageError("--engine: chdb runs in this process; write chdb:// or chdb:///path/to/folder")
    if not address.path:
        return ChdbEngine(MEMORY, "chdb")
    folder = Path("/", address.path)
    if not folder.is_dir():
        raise EvidenceError(f"--engine: there is no folder {folder} with tables of chdb's")
    return ChdbEngine(str(folder), f"chdb://{folder}")


class ChdbEngine:
    """A connection of chdb's. A process has one folder of tables or the tables in memory, for all connections."""

    dialect: Dialect = DIALECTS["clickhouse"]

    def __init__(self, path: str, shown: str) -> None:
        self.shown, self._path = shown, path
        self._mark = f"pyrometer-{next(_NUMBERS)}"
        self._steps: list[str] = []
        self._made: list[str] = []
        try:
            self.connection = _open(path)
        except RuntimeError as error:
            raise EvidenceError(f"can't open {shown}: {said(str(error))}") from None
        settings = {**SETTINGS, **_READING, "log_comment": self._mark}
        self._run("SET " + ", ".join(f"{name} = {quoted_text(value)}" for name, value in settings.items()))

    def __enter__(self) -> ChdbEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reset(self) -> None:
        """Drop the temporary tables."""
        self._steps.clear()
        while self._made:
            self._run(f"DROP TABLE IF EXISTS {quoted_name(self._made.pop())}")

    def close(self) -> None:
        """Close the connection; its temporary tables go with it."""
        self.connection.close()

    def register(self, source: Any, label: str) -> tuple[str, ...]:
        """The parts of a table's name, with its database: a step of the query may be called as the table is.

        Parquet files become a view of this session.
        """
        if isinstance(source, Files) and source.exact:
            return self._view(label, exact_select(source.paths, label))
        if isinstance(source, Files):
            parts = {found: self._columns(found) for found in map(file_of, source.paths)}
            return self._view(label, united(parts))
        if not isinstance(source, tuple):
            raise UsageError(f"{label}: chdb reads tables, Parquet files and archives; name a table as database.table")
        return source if len(source) > 1 else (self.few("SELECT currentDatabase()")[0][0], *source)

    def _view(self, label: str, select: str) -> tuple[str, ...]:
        name = f"pyrometer_{label}"
        self._run(f"CREATE TEMPORARY VIEW {quoted_name(name)} AS {select}")
        self._made.append(name)
        return (name,)

    def columns(self, name: tuple[str, ...], label: str) -> Mapping[str, str]:
        """Every column with its family."""
        if len(name) > 2:
            raise UsageError(f"{label}: `{'.'.join(name)}` has {len(name)} parts; ClickHouse knows database.table")
        try:
            return self._columns(quoted_name(*name))
        except RefusedError as refused:
            if refused.code in (UNKNOWN_TABLE, UNKNOWN_DATABASE):
                return {}
            raise

    def _columns(self, source: str) -> dict[str, str]:
        return families_of(self._run(f"DESCRIBE TABLE {source}", ROWS))

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A step of the query for whole numbers; a temporary table for texts."""
        if "text" not in columns.values():
            self._steps.append(inlined(name, columns, rows))
            return
        self._run(temporary_table(name, columns))
        self._made.append(name)
        for lines in lines_of(rows):
            self._run(f"INSERT INTO {quoted_name(name)} FORMAT {PUT}\n{lines.decode()}")

    def few(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return rows_of(self._run(sql, ROWS))

    def fetch(self, sql: str, folder: Path) -> Path:
        """The rows as a Parquet file, which chdb writes itself."""
        path = folder / "rows.parquet"
        self._run(f"INSERT INTO FUNCTION file({quoted_text(str(path))}, Parquet) {with_steps(self._steps, sql)}")
        return path

    def _run(self, sql: str, format_: str = "Null") -> bytes:
        def call() -> bytes:
            answer: bytes = self.connection.query(sql, format_).bytes()
            return answer

        try:
            return run_interruptibly(call, self._stop)
        except RuntimeError as error:
            raise RefusedError(f"{self.shown}: {said(str(error))}", code_of(str(error))) from None

    def _stop(self) -> None:
        """End what this connection runs: another one knows it by its comment."""
        with suppress(RuntimeError):
            other = _open(self._path)
            other.query(f"KILL QUERY WHERE Settings['log_comment'] = {quoted_text(self._mark)} ASYNC", "Null")
            other.close()
