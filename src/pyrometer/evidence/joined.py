"""Rows that a database handed over by column: each column one text, its values joined, which costs the least."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrometer.evidence.fields import Naming, event_fields
from pyrometer.evidence.quote import literals
from pyrometer.evidence.table import FILE, ROW, Column, Table

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition

SEPARATOR = "\x1f"
"""Stands between two values of a column; no value may hold it."""


@dataclass(frozen=True)
class Joined:
    """Rows by column: `texts` and `times` (`2026-06-30 12:00:00.123456`, UTC), and perhaps the JSON of each row.

    An empty text is a missing value. `bag` is a JSON object of properties a row, `words` a JSON value a row by the name
    of its column. Lists and objects inside a property or a value are for the caller to make texts of.
    """

    rows: int
    texts: Mapping[str, str]
    times: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    bag: str | None = None


def open_joined(given: Joined, label: str, names: Iterable[str] = ()) -> Table:
    """Such rows, one at least, as a table; the properties of these `names` become columns.

    >>> import duckdb
    >>> given = Joined(2, {"event": "call\\x1fcall"}, {}, bag='{"minutes": 7}\\x1f{}')
    >>> table = open_joined(given, "events", ["minutes"])
    >>> shown = ", ".join(column.sql for column in table.columns.values())
    >>> duckdb.connect().execute(f"SELECT {shown} FROM {table.relation}", table.parameters).fetchall()
    [('call', '7'), ('call', None)]
    """
    parameters: list[str] = []
    lists: list[str] = []
    read: list[str] = []
    columns: dict[str, Column] = {}

    def add(joined: str) -> str:
        parameters.append(joined)
        column = f"j{len(parameters)}"
        lists.append(f"unnest(string_split(${len(parameters)}, chr({ord(SEPARATOR)}))) AS {column}")
        return column

    def show(name: str, sql: str, sql_type: str) -> None:
        column = f"c{len(columns)}"
        read.append(f"{sql} AS {column}")
        columns.setdefault(name, Column(column, sql_type))

    for name, joined in given.texts.items():
        show(name, add(joined), "VARCHAR")
    for name, joined in given.times.items():
        show(name, f"CAST({add(joined)} AS TIMESTAMP)", "TIMESTAMP")
    for name, joined in given.words.items():
        show(name, f"json_extract_string(nullif({add(joined)}, ''), '$')", "VARCHAR")
    source = ""
    inside = [name for name in dict.fromkeys(names) if name not in columns]
    if given.bag is not None and inside:
        # One call parses the JSON of a row once for all names.
        pointers = literals("/" + name.replace("~", "~0").replace("/", "~1") for name in inside)
        source = f", json_extract_string({add(given.bag)}, [{pointers}]) AS bag"
        for place, name in enumerate(inside, start=1):
            show(name, f"bag[{place}]", "VARCHAR")
    rows = f"(SELECT *{source} FROM (SELECT {', '.join(lists)}))"
    relation = f"(SELECT row_number() OVER () AS {ROW}, 0 AS {FILE}, {', '.join(read)} FROM {rows})"
    return Table((label,), relation, tuple(columns), columns, tuple(parameters), rows=given.rows)


def as_source(
    rows: Iterable[Mapping[str, Any]] | Joined, label: str, names: Iterable[str] = ()
) -> Table | list[Mapping[str, Any]] | None:
    """Rows, joined or one by one, as `load_evidence` takes them; None where there are none that are joined."""
    if not isinstance(rows, Joined):
        return list(rows)
    return open_joined(rows, label, names) if rows.rows else None


def property_names(definition: Definition, wanted: Collection[str]) -> tuple[str, ...]:
    """Every name by which one of the definition's properties that are wanted goes in evidence."""
    own = definition.properties.keys() & set(wanted)
    return tuple(name for each in event_fields(definition, Naming()) if each.name in own for name in each.names)
