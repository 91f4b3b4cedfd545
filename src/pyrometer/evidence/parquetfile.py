"""Parquet files: typed columns, read in place."""

from __future__ import annotations

import glob
from collections.abc import Collection, Sequence

import duckdb

from pyrometer.errors import EvidenceError
from pyrometer.evidence.files import File
from pyrometer.evidence.meaning import FIRST_TIME, LAST_TIME
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.table import FILE, ROW, Column, Table
from pyrometer.evidence.times import timestamp

_PATH = "path\x1f"
"""The column of file names, which no file has."""


def open_parquet(con: duckdb.DuckDBPyConnection, files: Sequence[File], first: int) -> Table:
    """Parquet files as one table (columns are matched by name); nothing but their footers is read."""
    names = f"[{literals(file.pattern for file in files)}]"
    options = ", union_by_name = true" if len(files) > 1 else ""
    plain = f"read_parquet({names}{options})"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {plain}").fetchall()
        (rows,) = con.execute(f"SELECT count(*) FROM {plain}").fetchall()[0]
    except duckdb.Error as error:
        raise EvidenceError(f"{files[0].label}: isn't a Parquet file: {str(error).splitlines()[0]}") from error
    columns = {name: Column(ident(name), sql_type) for name, sql_type, *_ in described}
    # A file that has a column of that name already is numbered as it comes.
    counted = "file_row_number" not in columns
    options += f", filename = {literal(_PATH)}" + ", file_row_number = true" * counted
    row = "file_row_number + 1" if counted else "row_number() OVER ()"
    number = str(first)
    if len(files) > 1:
        number = f"({first} - 1 + list_position([{literals(file.path for file in files)}], {ident(_PATH)}))"
    relation = f"(SELECT {row} AS {ROW}, {number} AS {FILE}, * FROM read_parquet({names}{options}))"
    labels = tuple(file.label for file in files)
    return Table(labels, relation, tuple(columns), columns, rows=rows, footers=f"parquet_metadata({names})")


def kept_parquet(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[str],
    label: str,
    *,
    hidden: Collection[str] = (),
    condition: str = "true",
    some: tuple[Sequence[str], str] | None = None,
) -> Table | None:
    """Parquet files that are kept in order, as one table that messages call `label`; None without files.

    Columns in `hidden` aren't shown, rows where the `condition` fails aren't there. `some` are paths whose further rows
    are read where another condition holds: what has to be looked at closely stays out of the way of the rest.
    """
    if not paths:
        return None
    names = f"[{literals(glob.escape(path) for path in paths)}]"
    options = "hive_partitioning = false, union_by_name = true"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({names}, {options})").fetchall()
        (rows,) = con.execute(f"SELECT count(*) FROM read_parquet({names}, {options})").fetchall()[0]
    except duckdb.Error as error:
        raise EvidenceError(f"{label}: can't be read: {str(error).splitlines()[0]}") from error
    columns = {name: Column(ident(name), sql_type) for name, sql_type, *_ in described if name not in hidden}
    passed = literals([*hidden, "file_row_number"])
    numbered = f"SELECT file_row_number + 1 AS {ROW}, 0 AS {FILE}, COLUMNS(lambda name: name NOT IN ({passed}))"
    options += ", file_row_number = true"
    relation = f"{numbered} FROM read_parquet({names}, {options}) WHERE {condition}"
    if some is not None:
        again, closer = some
        picked = f"[{literals(glob.escape(path) for path in again)}]"
        relation += f" UNION ALL BY NAME {numbered} FROM read_parquet({picked}, {options}) WHERE {closer}"
    footers = f"parquet_metadata({names})"
    return Table((label,), f"({relation})", tuple(columns), columns, rows=rows, footers=footers, once=True)


def newest(con: duckdb.DuckDBPyConnection, table: Table, column: str) -> str | None:
    """The latest time in a timestamp column, as SQL, from the files' footers alone; None unless all of them say."""
    if table.footers is None or table.columns[column].sql_type != "TIMESTAMP":
        return None
    found = "TRY_CAST(stats_max_value AS TIMESTAMP)"
    latest, silent = con.execute(
        f"""SELECT max(latest), bool_or(latest IS NULL AND num_values > coalesce(stats_null_count, 0))
            FROM (SELECT *, CASE WHEN {found} BETWEEN {FIRST_TIME} AND {LAST_TIME} THEN {found} END AS latest
                  FROM {table.footers})
            WHERE lower(path_in_schema) = lower({literal(column)})"""
    ).fetchall()[0]
    return None if silent or latest is None else timestamp(latest)
