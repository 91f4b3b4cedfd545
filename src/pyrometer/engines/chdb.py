"""chdb: ClickHouse within this process, over tables in memory, a folder of tables, or Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import chdb

from pyrometer.engines.address import Address
from pyrometer.engines.clickhouse_sql import (
    ROWS,
    SETTINGS,
    UNKNOWN_DATABASE,
    UNKNOWN_TABLE,
    code_of,
    family_of,
    rows_of,
    said,
)
from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.sql import DIALECTS, Dialect

_TYPES = {"integer": "Int64", "text": "String"}
_NUMBERS = count(1)

Result = TypeVar("Result")


def connect(address: Address) -> ChdbEngine:
    """Open what chdb:// says: tables in memory, or those of a folder (chdb:///path/to/folder).

    Tables in memory are those that this process made by another connection of chdb's.
    """
    if address.host or address.port or address.user or address.password:
        raise UsageError("--engine: chdb runs in this process; write chdb:// or chdb:///path/to/folder")
    folder = Path("/" + address.path) if address.path else None
    if folder is not None and not folder.is_dir():
        raise EvidenceError(f"--engine: there is no folder {folder}; chdb keeps its tables in one")
    try:
        connection = chdb.connect(str(folder) if folder else ":memory:")
    except RuntimeError as error:
        raise EvidenceError(f"can't open {address.shown or 'chdb'}: {said(str(error))}") from None
    return ChdbEngine(connection, f"chdb, folder {folder}" if folder else "chdb")


class ChdbEngine:
    """A connection of chdb's, closed with the engine."""

    dialect: Dialect = DIALECTS["clickhouse"]

    def __init__(self, connection: Any, shown: str) -> None:
        self.connection, self.shown = connection, shown
        self._mark = f"pyrometer-{next(_NUMBERS)}"
        for name, value in {**SETTINGS, "log_comment": self._mark}.items():
            self._run(f"SET {name} = {_text(value)}")

    def __enter__(self) -> ChdbEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; its temporary tables go with it."""
        self.connection.close()

    def register(self, source: Any, label: str) -> tuple[str, ...]:
        """The parts of a table's name."""
        if not isinstance(source, tuple):
            raise UsageError(f"{label}: chdb reads tables and views; name one as database.table")
        return source

    def columns(self, name: tuple[str, ...], label: str) -> Mapping[str, str]:
        """Every column with its family."""
        if len(name) > 2:
            raise UsageError(f"{label}: `{'.'.join(name)}` has {len(name)} parts; ClickHouse knows database.table")
        try:
            answer = self._run(f"DESCRIBE TABLE {'.'.join(map(_name, name))}", ROWS)
        except _Refused as refused:
            if refused.code in (UNKNOWN_TABLE, UNKNOWN_DATABASE):
                return {}
            raise
        return {row[0]: family_of(row[1]) for row in rows_of(answer) if row[2] != "EPHEMERAL"}

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A temporary table."""
        typed = ", ".join(f"{_name(column)} Nullable({_TYPES[kind]})" for column, kind in columns.items())
        self._run(f"CREATE OR REPLACE TEMPORARY TABLE {_name(name)} ({typed}) ENGINE = Memory")
        for start in range(0, len(rows), 10_000):
            values = ", ".join(f"({', '.join(map(_value, row))})" for row in rows[start : start + 10_000])
            self._run(f"INSERT INTO {_name(name)} VALUES {values}")

    def few(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return rows_of(self._run(sql, ROWS))

    def fetch(self, sql: str, folder: Path) -> Path:
        """The rows as a Parquet file, which chdb writes itself."""
        path = folder / "rows.parquet"
        self._run(f"INSERT INTO FUNCTION file({_text(str(path))}, Parquet) {sql}")
        return path

    def _run(self, sql: str, format_: str = "Null") -> bytes:
        def call() -> bytes:
            answer: bytes = self.connection.query(sql, format_).bytes()
            return answer

        return self._guarded(call)

    def _guarded(self, call: Callable[[], Result]) -> Result:
        try:
            return run_interruptibly(call, self._stop)
        except RuntimeError as error:
            raise _Refused(f"{self.shown}: {said(str(error))}", code_of(str(error))) from None

    def _stop(self) -> None:
        """End what this connection runs, by another connection: it knows the query by its comment."""
        with suppress(RuntimeError):
            other = chdb.connect(":memory:")
            other.query(f"KILL QUERY WHERE Settings['log_comment'] = {_text(self._mark)} ASYNC", "Null")
            other.close()


class _Refused(EvidenceError):
    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def _name(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _value(value: Any) -> str:
    return "NULL" if value is None else str(value) if isinstance(value, int) else _text(str(value))
