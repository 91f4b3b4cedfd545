"""The engines that specs and properties run on, each behind one call through the façade."""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyrometer
from pyrometer.definition import Definition, load
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import load_evidence
from pyrometer.evidence.table import ROW

Rows = Sequence[Mapping[str, Any]]
Readings = dict[str, dict[str, Any]]
Engine = Callable[..., Readings]


def duckdb(
    definition: str | Mapping[str, Any],
    *,
    leads: Rows | Path,
    events: Rows | Path = (),
    traits: Rows | Path = (),
    previous: Rows | Path = (),
    as_of: datetime,
) -> Readings:
    """The readings of all leads, as JSON objects with their contributions, by lead."""
    given = {"events": events, "traits": traits, "previous": previous}
    sources = {name: rows for name, rows in given.items() if isinstance(rows, Path) or rows}
    with pyrometer.score(definition, leads=leads, as_of=as_of, explain=True, **sources) as scoring:
        return {reading.lead_id: reading.as_dict(explain=True) for reading in scoring}


@dataclass(frozen=True)
class Table:
    """Rows as a database would hold them: columns with the kinds of the language, and values of Python's types."""

    columns: dict[str, str]
    rows: list[tuple[Any, ...]]


KINDS = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "time",
}


def tables(definition: Definition, leads: Any, events: Any, traits: Any) -> dict[str, Table]:
    """The inputs as tables, repeats and late entries still there.

    Where all cells are texts they stay as they are, for the engine to read, but for times and JSON. Else each value is
    read as its type first.
    """
    con = _loader().connection
    given = {"leads": leads, "events": events, "traits": traits}
    sources = {name: rows for name, rows in given.items() if isinstance(rows, Path) or rows}
    found = load_evidence(con, definition, **sources)
    made = {name: _table(con, each.relation) for name, each in found.inputs.items()}
    return {name: _as_texts(table, sources[name]) for name, table in made.items()}


def _as_texts(table: Table, rows: Any) -> Table:
    if isinstance(rows, Path) or not all(
        cell is None or isinstance(cell, str) for row in rows for cell in row.values()
    ):
        return Table(table.columns, [row[1:] for row in table.rows])
    times = [name for name, kind in table.columns.items() if kind == "time"]
    heads = [head for head in dict.fromkeys(head for row in rows for head in row) if head not in times]
    columns = dict.fromkeys(times, "time") | {head: "json" if head == "properties" else "text" for head in heads}
    place = {name: number for number, name in enumerate(table.columns, start=1)}
    body = []
    for read in table.rows:
        raw = rows[read[0] - 1]
        cells = [_json(raw.get(head)) if head == "properties" else raw.get(head) for head in heads]
        body.append((*(read[place[name]] for name in times), *cells))
    return Table(columns, body)


def _json(text: str | None) -> str | None:
    """What a column of JSON can hold of a text."""
    try:
        return None if text is None else json.dumps(json.loads(text))
    except ValueError:
        return None


@cache
def _loader() -> DuckDBEngine:
    """One engine for reading the evidence of all cases: a new one takes longer than that."""
    engine = DuckDBEngine(threads=1)
    atexit.register(engine.close)
    return engine


def _table(con: Any, relation: str) -> Table:
    there = [
        (name, KINDS[kind]) for name, kind, *_ in con.execute(f'DESCRIBE "{relation}"').fetchall() if kind in KINDS
    ]
    columns = {name: kind for name, kind in there if "#" not in name and "\x1f" not in name}
    names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns)
    return Table(columns, con.execute(f'SELECT {ROW}, {names} FROM "{relation}"').fetchall())


def in_place(url: Any, inputs: Mapping[str, Any], definition: Any, previous: Any, as_of: datetime) -> Readings:
    """The readings of an engine that has the tables."""
    rows = {"previous": previous} if isinstance(previous, Path) or previous else {}
    with pyrometer.score(definition, engine=url, inputs=inputs, as_of=as_of, explain=True, **rows) as scoring:
        return {reading.lead_id: reading.as_dict(explain=True) for reading in scoring}


@cache
def postgres_url() -> str:
    """A server of this process's own, which stops with it."""
    from tests.servers.postgres import postgres

    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(postgres())


def postgres(
    definition: str | Mapping[str, Any],
    *,
    leads: Any,
    events: Any = (),
    traits: Any = (),
    previous: Any = (),
    as_of: Any,
) -> Readings:
    """The same, by a PostgreSQL that holds the evidence in tables."""
    import psycopg

    from tests.servers.tables import fill_postgres

    read = load(definition)
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        inputs = fill_postgres(connection, "evidence", tables(read, leads, events, traits))
    return in_place(postgres_url(), inputs, read, previous, as_of)


def spark(
    definition: str | Mapping[str, Any],
    *,
    leads: Any,
    events: Any = (),
    traits: Any = (),
    previous: Any = (),
    as_of: Any,
) -> Readings:
    """The same, by Spark in local mode with the evidence in DataFrames."""
    from tests.servers.spark import frames, spark_session

    read = load(definition)
    session = spark_session()
    return in_place(session, frames(session, tables(read, leads, events, traits)), read, previous, as_of)


@cache
def chdb_connection() -> Any:
    """Tables in the memory of this process, which chdb keeps while a connection is open."""
    import chdb

    connection = chdb.connect(":memory:")
    atexit.register(connection.close)
    return connection


def chdb(
    definition: str | Mapping[str, Any],
    *,
    leads: Any,
    events: Any = (),
    traits: Any = (),
    previous: Any = (),
    as_of: Any,
) -> Readings:
    """The same, by ClickHouse in this process."""
    from tests.servers.tables import fill_clickhouse

    read = load(definition)

    def run(sql: str) -> None:
        chdb_connection().query(sql)

    inputs = fill_clickhouse(run, "evidence", tables(read, leads, events, traits))
    return in_place("chdb://", inputs, read, previous, as_of)


ENGINES: dict[str, Engine] = {"duckdb": duckdb, "postgres": postgres, "spark": spark, "chdb": chdb}

SHARES = {"duckdb": 1, "postgres": 1 / 8, "spark": 1 / 40, "chdb": 1 / 10}
"""Of the examples that a property is tried on with our own engine, the share tried elsewhere, which takes longer.

Spark takes a second to plan the query of a handful of rows, ClickHouse up to one for a query as wide as random ones.
"""
