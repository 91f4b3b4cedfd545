"""DuckDB, in process: the default engine."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import duckdb

from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.plan.calendar import Calendar
from pyrometer.sql import Query

Progress = Callable[[float], None]
"""Told how far a long query is, from 0 to 1."""

BATCH = 2_000

Result = TypeVar("Result")


class DuckDBEngine:
    """A connection of its own, with a limit on memory beyond which it spills to a temporary folder.

    `memory_limit` such as "2GB" (default: DuckDB's, most of the machine's memory), `threads` (default: all).
    Raises UsageError for a limit that can't be read.
    """

    def __init__(
        self, *, memory_limit: str | None = None, threads: int | None = None, progress: Progress | None = None
    ) -> None:
        self.memory_limit, self.threads, self.progress = memory_limit, threads, progress
        self._folder = tempfile.TemporaryDirectory(prefix="pyrometer-")
        self.folder = Path(self._folder.name)
        self.connection = duckdb.connect(":memory:")
        settings: dict[str, str | int | bool] = {
            "temp_directory": str(self.folder / "spill"),
            "TimeZone": "UTC",
            "preserve_insertion_order": False,
            "enable_progress_bar": False,
            "autoinstall_known_extensions": False,
            # The columns, the number of rows, the latest time and the rows themselves: footers are needed four times.
            "parquet_metadata_cache": True,
        }
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        if threads is not None:
            settings["threads"] = threads
        for name, value in settings.items():
            try:
                self.connection.execute(f"SET {name} = $1", [value])
            except duckdb.Error as error:
                self.close()
                raise UsageError(f"can't set {name} to {value!r}: {first_line(error)}") from None

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove what it spilled."""
        self.connection.close()
        self._folder.cleanup()

    def plan_quickly(self) -> None:
        """Skip DuckDB's optimizers: for a few rows and a wide query, finding a better plan costs more than it saves."""
        names = [name for (name,) in self.run("SELECT name FROM duckdb_optimizers()")]
        self.run(f"SET disabled_optimizers = '{','.join(names)}'")

    def parsed(self, sql: str) -> duckdb.Statement:
        """A statement that is read once, to be run many times."""
        return self.connection.extract_statements(sql)[0]

    def put_calendar(self, calendar: Calendar, weight_type: str) -> None:
        """Make the relation `calendar`: at_age and a column of weights per law, whole numbers in a type of SQL."""
        rows = calendar.rows()
        columns = ["at_age", *calendar.columns.values()]
        types = ", ".join(f"{name} {weight_type if number else 'INTEGER'}" for number, name in enumerate(columns))
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE calendar ({types})")
        if rows:
            values = [list(column) for column in zip(*rows, strict=True)]
            shown = ", ".join(f"unnest(${number}::BIGINT[])" for number in range(1, len(columns) + 1))
            self.connection.execute(f"INSERT INTO calendar SELECT {shown}", values)

    def materialise(self, query: Query, name: str) -> None:
        """Run a query into a relation of the database, which lives as long as the engine."""
        self.put_calendar(query.calendar, query.dialect.weight_type)
        self.run(f'CREATE OR REPLACE TABLE "{name}" AS {query.sql()}')

    def take(self, name: str, rows: Path | Any) -> None:
        """Put rows that were fetched elsewhere into a relation whose columns they have, in that order."""

        def call() -> None:
            if not isinstance(rows, Path):
                self.connection.register("fetched", rows)
                self.connection.execute(f'INSERT INTO "{name}" SELECT * FROM fetched')
                self.connection.unregister("fetched")
                return
            source = str(rows).replace("'", "''")
            if rows.suffix == ".csv":
                typed = self.connection.execute(f'DESCRIBE "{name}"').fetchall()
                columns = ", ".join(f"{_text(column)}: {_text(kind)}" for column, kind, *_ in typed)
                options = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
                source = f"read_csv('{source}', {options}, allow_quoted_nulls = false, columns = {{{columns}}})"
            else:
                source = f"read_parquet('{source}')"
            self.connection.execute(f'INSERT INTO "{name}" SELECT * FROM {source}')
            rows.unlink()

        self.interruptibly(call)

    def run(
        self, sql: str | duckdb.Statement, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """All rows of a statement; Ctrl-C stops it. Raises EvidenceError where the data or the disk end it."""

        def call() -> list[tuple[Any, ...]]:
            return self.connection.execute(sql, parameters).fetchall()

        return guarded(self.connection, call, self.progress)

    def interruptibly(self, call: Callable[[], Result]) -> Result:
        """A call that uses the connection, so that Ctrl-C stops it and its errors are for people."""
        return guarded(self.connection, call, self.progress)

    def keep_only(self, lead: str) -> None:
        """Reduce `profile` and `events` to one lead; `everyone` then holds all lead ids."""
        self.run("CREATE OR REPLACE TEMP TABLE everyone AS SELECT lead_id FROM profile")
        for relation in ("profile", "events"):
            only = f"SELECT * FROM {relation} WHERE lead_id = $1"
            self.run(f"CREATE OR REPLACE TEMP TABLE one_{relation} AS {only}", [lead])
            kind = self.run("SELECT table_type FROM information_schema.tables WHERE table_name = $1", [relation])
            self.run(f"DROP {'VIEW' if kind[0][0] == 'VIEW' else 'TABLE'} {relation}")
            self.run(f"CREATE TEMP VIEW {relation} AS SELECT * FROM one_{relation}")

    def copy(self, select: str, path: Path) -> int:
        """Write a query's rows to a Parquet file, in place; the number of rows. Raises EvidenceError if it can't."""
        rows = self._copy(select, path, "USE_TMP_FILE false")
        return int(rows[0][0]) if rows else 0

    def copy_apart(self, select: str, folder: Path, by: Sequence[str], begin: str) -> list[tuple[Any, ...]]:
        """Write a query's rows to Parquet files whose names begin with `begin`, in a folder for each value of `by`.

        Gives a row a file: path, rows, bytes, footer's bytes, statistics by column, values of `by`. Raises
        EvidenceError if it can't; files may then be left.
        """
        columns = ", ".join(f'"{name}"' for name in by)
        pattern = begin.replace("'", "''")
        options = f"PARTITION_BY ({columns}), FILENAME_PATTERN '{pattern}-{{uuid}}', OVERWRITE_OR_IGNORE, RETURN_STATS"
        return self._copy(select, folder, options)

    def _copy(self, select: str, path: Path, more: str) -> list[tuple[Any, ...]]:
        target = str(path).replace("'", "''")
        options = f"FORMAT parquet, COMPRESSION zstd, {more}"

        def call() -> list[tuple[Any, ...]]:
            try:
                return self.connection.execute(f"COPY ({select}) TO '{target}' ({options})").fetchall()
            except duckdb.IOException as error:
                raise EvidenceError(f"can't write {path}: {_cause(error)}") from None

        return self.interruptibly(call)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement in batches, so that memory doesn't grow with their number."""
        cursor = self.connection.cursor()
        try:
            guarded(cursor, lambda: cursor.execute(sql, list(parameters)), None)
            while batch := cursor.fetchmany(BATCH):
                yield from batch
        finally:
            cursor.close()


def guarded(connection: duckdb.DuckDBPyConnection, call: Callable[[], Result], progress: Progress | None) -> Result:
    """The call's result, with DuckDB's errors turned into ones for people."""

    def beat() -> None:
        if progress is not None:
            share = connection.query_progress()
            if share >= 0:
                progress(min(share / 100, 1.0))

    try:
        return run_interruptibly(call, connection.interrupt, None if progress is None else beat)
    except duckdb.OutOfMemoryException as error:
        raise EvidenceError(
            f"not enough memory: {first_line(error)}; give a larger --memory-limit, or free disk space "
            "for what doesn't fit"
        ) from None
    except duckdb.IOException as error:
        raise EvidenceError(f"reading or writing failed: {first_line(error)}") from None
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        raise EvidenceError(f"the data can't be scored: {first_line(error)}") from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise EvidenceError(f"DuckDB can't run this: {first_line(error)}") from error


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _cause(error: duckdb.IOException) -> str:
    """What the system said, without DuckDB's words around it."""
    known = re.search(
        r"(No space left on device|File too large|Permission denied|Read-only file system|Disk quota"
        r" exceeded|No such file or directory)",
        str(error),
    )
    return known[1] if known else first_line(error)


def first_line(error: BaseException) -> str:
    """The first line of an error's message, without the kind in front."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].partition("Error: ")[2] or lines[0]
