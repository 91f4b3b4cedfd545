"""Without a definition: which traits and events the evidence holds, told from what stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pyrometer.definition import Definition, load
from pyrometer.evidence import BAG, Source
from pyrometer.evidence.csvfile import open_csv
from pyrometer.evidence.files import find
from pyrometer.evidence.jsonfile import keys_of, open_json
from pyrometer.evidence.parquetfile import open_parquet
from pyrometer.evidence.reading import readable
from pyrometer.evidence.table import Table
from pyrometer.learning.kinds import kind_of
from pyrometer.learning.writing import nameable

CORE = frozenset({"lead_id", "event", "occurred_at", "received_at", "message_id", BAG})
LOOKED_AT = 200_000
"""Rows of an event log whose properties are looked at to tell their types."""
MOST_TEXTS = 100_000
"""Different texts of a column that are looked at."""
_SQL = {"DATE": "date", "BOOLEAN": "boolean", "DOUBLE": "number", "FLOAT": "number"}
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def inferred(
    con: duckdb.DuckDBPyConnection,
    *,
    leads: str | Path | None,
    events: Source | None,
    traits: Source | None,
    lead_id: str,
    columns: Mapping[str, str] | None = None,
) -> Definition:
    """A definition that declares the traits and events there are, and nothing else of use. Raises EvidenceError.

    `lead_id` and `columns` (field → header) name odd columns, as for loading.
    """
    fields = {header: name for name, header in (columns or {}).items()}
    with ExitStack() as keep:
        profile: dict[str, Any] = {}
        for table in _tables(con, leads, keep, fields):
            profile |= _flat(con, table, lead_id)
        for table in _tables(con, traits, keep, fields):
            profile |= _logged(con, table)
        kinds: dict[str, Any] = {}
        for table in _tables(con, events, keep, fields):
            for kind, properties in _events(con, table, lead_id).items():
                kinds.setdefault(kind, {"properties": {}})["properties"].update(properties)
    if not profile and not kinds:
        profile = {"nothing": {"type": "text"}}  # loading says what is missing
    never: dict[str, Any] = {"event": "any", "at_least": 1} if kinds else {"trait": next(iter(profile)), "known": True}
    return load(
        {
            "format": 1,
            "name": "Evidence",
            "profile": profile,
            "events": kinds,
            "temperature": {"hot": {"when": never}},
        }
    )


def _tables(con: duckdb.DuckDBPyConnection, source: Any, keep: ExitStack, fields: Mapping[str, str]) -> Iterator[Table]:
    """The tables of a source, with columns called by what they stand for."""
    for table in _opened(con, source, keep):
        yield replace(table, columns={fields.get(name, name): column for name, column in table.columns.items()})


def _opened(con: duckdb.DuckDBPyConnection, source: Any, keep: ExitStack) -> Iterator[Table]:
    if source is None:
        return
    if isinstance(source, Table):
        yield source
        return
    paths = [source] if isinstance(source, str | Path) else list(source)
    for file in find(paths, keep):
        if file.format == "parquet":
            yield open_parquet(con, [file], 0)
        elif file.format == "csv":
            yield open_csv(con, file, (), 0, keep)
        else:
            yield open_json(con, file, keys_of(con, file), 0)


def _asked(con: duckdb.DuckDBPyConnection, table: Table, select: str, tail: str = "") -> list[tuple[Any, ...]]:
    with readable(table.label):
        try:
            return con.execute(f"{select} FROM {table.relation} {tail}", table.parameters).fetchall()
        except duckdb.Error:
            if table.mend is None:
                raise
            mended = table.mend()
            return con.execute(f"{select} FROM {mended.relation} {tail}", mended.parameters).fetchall()


def _declared(texts: Mapping[str, int], sql_type: str = "VARCHAR") -> dict[str, Any]:
    """The type of a column, and its spellings of unknown."""
    if sql_type in _SQL or sql_type in _WHOLE:
        return {"type": _SQL.get(sql_type, "integer")}
    kind = kind_of(texts)
    # Numbers that may mean something else are texts, until somebody declares them.
    doubtful = kind.doubt is not None and kind.type in ("integer", "number")
    found: dict[str, Any] = {"type": "text" if doubtful else kind.type}
    if kind.unknown:
        found["unknown"] = list(kind.unknown)
    return found


def _texts(con: duckdb.DuckDBPyConnection, table: Table, column: str, sample: str = "") -> dict[str, int]:
    value = f"coalesce(CAST({column} AS VARCHAR), '')"
    rows = _asked(
        con, table, f"SELECT {value} AS v, count(*) AS n FROM (SELECT *", f"{sample}) GROUP BY v ORDER BY n DESC, v"
    )
    return dict(rows[:MOST_TEXTS])


def _flat(con: duckdb.DuckDBPyConnection, table: Table, lead_id: str) -> dict[str, Any]:
    names = [name for name in table.columns if name not in (lead_id, "lead_id") and nameable(name)]
    return {
        name: _declared(_texts(con, table, table.columns[name].sql), table.columns[name].sql_type) for name in names
    }


def _logged(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, Any]:
    if not {"trait", "value"} <= set(table.columns):
        return {}  # loading says what is missing
    trait, value = (table.columns[name].sql for name in ("trait", "value"))
    select = f"SELECT CAST({trait} AS VARCHAR), coalesce(CAST({value} AS VARCHAR), ''), count(*)"
    found: dict[str, dict[str, int]] = {}
    for name, text, count in _asked(con, table, select, "GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2"):
        if name is not None and nameable(name):
            found.setdefault(name, {})[text] = count
    return {name: _declared(texts) for name, texts in found.items()}


def _events(con: duckdb.DuckDBPyConnection, table: Table, lead_id: str) -> dict[str, dict[str, Any]]:
    if "event" not in table.columns:
        return {}
    event = f"CAST({table.columns['event'].sql} AS VARCHAR)"
    kinds = [
        name for (name,) in _asked(con, table, f"SELECT DISTINCT {event}", "ORDER BY 1") if name and nameable(name)
    ]
    sample = f"LIMIT {LOOKED_AT}"
    names = [name for name in table.columns if name not in CORE and name != lead_id and nameable(name)]
    types = {
        name: _declared(_texts(con, table, table.columns[name].sql, sample), table.columns[name].sql_type)
        for name in names
    }
    filled = "".join(f", count(nullif(CAST({table.columns[name].sql} AS VARCHAR), ''))" for name in names)
    found: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}
    for kind, *counts in _asked(con, table, f"SELECT {event}{filled} FROM (SELECT *", f"{sample}) GROUP BY 1"):
        if kind in found:
            found[kind] |= {name: types[name] for name, count in zip(names, counts, strict=True) if count}
    if BAG in table.columns:
        for kind, properties in _in_bag(con, table, event, sample).items():
            if kind in found:
                found[kind] = properties | found[kind]
    return found


def _in_bag(con: duckdb.DuckDBPyConnection, table: Table, event: str, sample: str) -> dict[str, dict[str, Any]]:
    column = table.columns[BAG]
    text = column.sql if column.sql_type == "VARCHAR" else f"CAST(to_json({column.sql}) AS VARCHAR)"
    inner = f"SELECT {event} AS kind, TRY_CAST({text} AS JSON) AS bag FROM (SELECT *"
    keys = f"SELECT kind, bag, unnest(json_keys(bag)) AS key FROM ({inner}"
    tail = f"{sample})) WHERE json_type(bag) = 'OBJECT'"
    select = f"SELECT kind, key, coalesce(bag->>('$.\"' || key || '\"'), '') AS v, count(*) AS n FROM ({keys}"
    found: dict[tuple[str, str], dict[str, int]] = {}
    for kind, key, value, count in _asked(con, table, select, f"{tail}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 4 DESC, 3"):
        if kind and nameable(key):
            found.setdefault((kind, key), {})[value] = count
    types: dict[str, dict[str, Any]] = {}
    for name in {key for _, key in found}:
        together: dict[str, int] = {}
        for (_, key), texts in found.items():
            if key == name:
                for value, count in texts.items():
                    together[value] = together.get(value, 0) + count
        types[name] = _declared(together)
    properties: dict[str, dict[str, Any]] = {}
    for kind, key in found:
        properties.setdefault(kind, {})[key] = types[key]
    return properties
