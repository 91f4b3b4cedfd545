"""Reading one input, of whatever kind, into one raw relation: `row#, file#, <fields>, bad#`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any

import duckdb

from pyrometer.errors import EvidenceError
from pyrometer.evidence.csvfile import open_csv
from pyrometer.evidence.fields import BAG, Field, header_notes, require
from pyrometer.evidence.files import File, find
from pyrometer.evidence.jsonfile import open_json
from pyrometer.evidence.meaning import SQL_TYPE
from pyrometer.evidence.notes import DataNote
from pyrometer.evidence.parquetfile import open_parquet
from pyrometer.evidence.quote import ident
from pyrometer.evidence.records import Record, open_records
from pyrometer.evidence.table import FILE, ROW, Table
from pyrometer.evidence.typed import BAD, typed_select

Source = str | Path | Sequence[str | Path] | Iterable[Record] | Table
"""A path, glob, folder or `-`, or several of them; or rows as mappings; or a table that was opened already."""


@dataclass(frozen=True)
class Input:
    """What was read: `relation` is a temporary table, or a view over Parquet files that are read in place."""

    relation: str
    label: str
    files: tuple[str, ...]
    fields: tuple[Field, ...]
    given: frozenset[str]
    rows: int
    in_place: Table | None
    notes: tuple[DataNote, ...]
    headers: frozenset[str] = frozenset()


def read(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    source: Source | None,
    fields: Sequence[Field],
    *,
    label: str,
    bag: bool = False,
    in_place: bool = False,
    marked: bool = True,
) -> Input | None:
    """Reads `source` into the temporary relation of that name; None if there is no source.

    With `in_place`, Parquet files become a view instead of a table. Without `marked`, what can't be read isn't
    remembered. Raises EvidenceError.
    """
    if source is None:
        return None
    if isinstance(source, Table):
        if in_place and not source.parameters:  # a view can't have any
            return _viewed(con, relation, source, fields, bag=bag)
        return read_tables(con, relation, [source], fields, label=label, bag=bag, marked=marked)
    with ExitStack() as keep:
        paths, records = _told_apart(source, label)
        wanted = list(dict.fromkeys([name for each in fields for name in each.names] + [BAG] * bag))
        if records is not None:
            tables: Iterator[Table] = open_records(records, wanted, label)
        else:
            files = find(paths, keep)
            if in_place and all(file.format == "parquet" and not file.spooled for file in files):
                return _viewed(con, relation, open_parquet(con, files, 0), fields, bag=bag)
            tables = _opened(con, files, wanted, keep)
        return read_tables(con, relation, tables, fields, label=label, bag=bag, marked=marked)


def _told_apart(source: object, label: str) -> tuple[Sequence[str | Path], Iterable[Record] | None]:
    if isinstance(source, str | Path):
        return [source], None
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise EvidenceError(f"{label}: expected a path, a list of paths, or rows as mappings")
    items: Iterator[Any] = iter(source)
    start = list(islice(items, 1))
    if start and isinstance(start[0], str | Path):
        return [*start, *items], None
    return (), chain(start, items)


def _opened(
    con: duckdb.DuckDBPyConnection, files: Sequence[File], wanted: Sequence[str], keep: ExitStack
) -> Iterator[Table]:
    number = 0
    for is_parquet, group in groupby(files, key=lambda file: file.format == "parquet"):
        members = list(group)
        if is_parquet:
            yield open_parquet(con, members, number)
        for file in [] if is_parquet else members:
            if file.format == "csv":
                yield open_csv(con, file, wanted, number, keep)
            else:
                yield open_json(con, file, wanted, number)
            number += 1
        number += len(members) if is_parquet else 0


def _viewed(
    con: duckdb.DuckDBPyConnection, relation: str, table: Table, fields: Sequence[Field], *, bag: bool
) -> Input:
    require(table, fields)
    relation = f"{relation}_in_place"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {ident(relation)} AS {typed_select(table, fields, bag=bag)}")
    given = _given(table, fields)
    notes = tuple(header_notes(table, fields, bag=bag))
    headers = frozenset(table.columns)
    return Input(relation, table.label, table.files, tuple(fields), given, table.rows or 0, table, notes, headers)


def read_tables(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    tables: Iterable[Table],
    fields: Sequence[Field],
    *,
    label: str,
    bag: bool = False,
    marked: bool = True,
) -> Input:
    """Reads tables into one temporary relation, with all fields, whichever of them each has. Raises EvidenceError."""
    files: list[str] = []
    given: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    notes: list[DataNote] = []
    rows = 0
    for table in tables:
        if table.seen or table.rows != 0:
            require(table, fields)
            notes += [note for note in header_notes(table, fields, bag=bag) if note not in notes]
        added, table = _run(con, relation, table, fields, bag=bag, marked=marked, create=not files)
        notes += table.notes
        given |= _given(table, fields)
        headers |= frozenset(table.columns)
        files += table.files if table.files != (label,) else (label,) * (not files)
        rows += added
    if not files:
        con.execute(_nothing(relation, fields))
    name = label if not files else files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    return Input(relation, name, tuple(files) or (label,), tuple(fields), given, rows, None, tuple(notes), headers)


def _run(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    table: Table,
    fields: Sequence[Field],
    *,
    bag: bool,
    marked: bool,
    create: bool,
) -> tuple[int, Table]:
    """Runs the statement that reads a table; if the engine refuses, reads its mended form."""
    into = f"CREATE OR REPLACE TEMP TABLE {ident(relation)} AS" if create else f"INSERT INTO {ident(relation)}"
    try:
        with readable(table.label):
            con.execute(f"{into} {typed_select(table, fields, bag=bag, marked=marked)}", table.parameters)
    except EvidenceError:
        if table.mend is None:
            raise
        mended = table.mend()
        require(mended, fields)
        return _run(con, relation, mended, fields, bag=bag, marked=marked, create=create)
    ((count,),) = con.fetchall()
    return int(count), table


@contextmanager
def readable(label: str) -> Iterator[None]:
    """What the engine can't read of an input is an EvidenceError; a want of memory and an interruption aren't."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        raise EvidenceError(f"{label}: can't be read: {str(error).strip().splitlines()[0]}") from error


def _given(table: Table, fields: Sequence[Field]) -> frozenset[str]:
    return frozenset(each.name for each in fields if any(name in table.columns for name in each.names))


def _nothing(relation: str, fields: Sequence[Field]) -> str:
    columns = "".join(f", CAST(NULL AS {SQL_TYPE[each.kind]}) AS {ident(each.name)}" for each in fields)
    bad = f"CAST(NULL AS STRUCT(field INTEGER, text VARCHAR)[]) AS {BAD}"
    return (
        f"CREATE OR REPLACE TEMP TABLE {ident(relation)} AS"
        f" SELECT CAST(NULL AS BIGINT) AS {ROW}, CAST(NULL AS INTEGER) AS {FILE}{columns}, {bad} WHERE false"
    )
