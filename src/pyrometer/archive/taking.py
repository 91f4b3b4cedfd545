"""Taking in a file for an archive, without a definition: every column is kept, none has to be declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pyrometer.archive.kinds import OWN, Kind
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence import DataNote, Source
from pyrometer.evidence.checks import note_rows, unreadable
from pyrometer.evidence.csvfile import open_csv
from pyrometer.evidence.fields import BAG, LEAD_ID, Field, Naming
from pyrometer.evidence.files import File, find
from pyrometer.evidence.jsonfile import keys_of, open_json
from pyrometer.evidence.notes import some
from pyrometer.evidence.parquetfile import open_parquet
from pyrometer.evidence.quote import ident
from pyrometer.evidence.reading import Input, read_tables
from pyrometer.evidence.records import open_records
from pyrometer.evidence.table import Column, Table

TAKEN = "taken"
"""The relation that holds what was read."""

MOST_PROPERTIES = 1000
"""More properties than these are surely keys that should have been values."""


@dataclass(frozen=True)
class Taken:
    """What was read into the relation `taken`: its rows, the properties among its columns, and what there is to say."""

    input: Input
    properties: tuple[str, ...]
    notes: tuple[DataNote, ...]


def take(
    engine: DuckDBEngine,
    kind: Kind,
    source: Source | list[File],
    naming: Naming,
    optional: frozenset[str] = frozenset(),
) -> Taken:
    """Reads a file, or several, or rows as mappings, into the relation `taken`: `row#, file#, <columns>, bad#`.

    Fields in `optional` may be missing though a row can't do without them. Raises EvidenceError.
    """
    fields = [_field(kind, naming, name, optional) for name in kind.columns]
    con = engine.connection
    with ExitStack() as keep:
        tables = [_readable(engine, table) for table in _tables(engine, kind, source, keep)]
        known = {name for field in fields for name in field.names}
        core = {name.lower() for name in kind.columns}
        further: dict[str, None] = {}
        clashing: dict[str, None] = {}
        for table in tables:
            further.update(dict.fromkeys(name for name in table.columns if name not in known))
            if kind.open and BAG in table.columns:
                bagged = _bagged(engine, table)
                further.update(dict.fromkeys(name for name in bagged if name not in known))
                clashing.update(dict.fromkeys(name for name in bagged if name in kind.needed))
        own = [name for name in further if name.lower() in OWN]
        clashing.update(dict.fromkeys(name for name in further if kind.open and name.lower() in core))
        left_out = {*own, *clashing, BAG, ""}
        names = [name for name in further if name not in left_out and "\0" not in name]
        mapped = naming.columns or {}
        if kind.open:
            headers = {header: name for name, header in mapped.items() if name not in kind.columns}
            names = list(dict.fromkeys(headers.get(name, name) for name in names))
            fields += [Field(name, "text", tuple(dict.fromkeys((mapped.get(name, name), name)))) for name in names]
            _refuse_many(kind, names)
        found = engine.interruptibly(lambda: read_tables(con, TAKEN, tables, fields, label=kind.name, bag=kind.open))
    notes = [note for note in found.notes if "not in the definition" not in note.what]
    if own or (names and not kind.open):
        left = [*own, *(() if kind.open else names)]
        shown = ", ".join(f"`{name}`" for name in left[:8])
        what = f"{len(left)} column{'s' * (len(left) > 1)} that an archive has no place for: {shown}"
        notes.append(DataNote("note", found.label, what, why="left out", count=len(left)))
    if clashing:
        what = f"{len(clashing)} name{'s' * (len(clashing) > 1)} that an archive has for its own columns: "
        what += some(list(clashing))
        notes.append(DataNote("note", found.label, what, why="left out of the properties", count=len(clashing)))
    notes += engine.interruptibly(lambda: unreadable(con, found))
    return Taken(found, tuple(names) if kind.open else (), tuple(notes))


def settled(source: Source, label: str, keep: ExitStack) -> Source | list[File]:
    """The same source as one that can be read several times, until `keep` is closed."""
    if isinstance(source, Table):
        return source
    records, files = _given(source, label, keep)
    return records or files


def _given(source: object, label: str, keep: ExitStack) -> tuple[list[Mapping[str, object]], list[File]]:
    """The records of a source, or its files; one of the two is empty. Raises EvidenceError for anything else."""
    expected = f"{label}: expected a path, a list of paths, or rows as mappings"
    if isinstance(source, str | Path):
        source = [source]
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        raise EvidenceError(expected)
    items: list[object] = list(source)
    records = [each for each in items if isinstance(each, Mapping)]
    files = [each for each in items if isinstance(each, File)]
    paths = [each for each in items if isinstance(each, str | Path)]
    if len(items) not in (len(records), len(files), len(paths)):
        odd = [each for each in items if not isinstance(each, Mapping | File | str | Path)]
        raise EvidenceError(f"{expected}; this is " + (f"a list with `{odd[0]!r}`"[:80] if odd else "both"))
    return records, files or find(paths, keep)


def future_notes(engine: DuckDBEngine, taken: Taken, time: str, now: str) -> list[DataNote]:
    """A note on rows of the future, which are kept, and count when their time has come."""
    what = f"with `{time}` in the future"
    return engine.interruptibly(
        lambda: note_rows(
            engine.connection, taken.input, f"{time} > {now}", what, why="kept; not counted yet", text=time
        )
    )


def _field(kind: Kind, naming: Naming, name: str, optional: frozenset[str]) -> Field:
    if name == LEAD_ID:
        return naming.lead()
    needed = name in kind.needed and name not in optional
    return naming.field(name, kind.columns[name], required=needed, filled=needed)


def _tables(engine: DuckDBEngine, kind: Kind, source: Source | list[File], keep: ExitStack) -> Iterator[Table]:
    if isinstance(source, Table):
        yield source
        return
    records, files = _given(source, kind.name, keep)
    if records:
        keys = list(dict.fromkeys(key for record in records for key in record))
        yield from open_records(iter(records), keys, kind.name)
        return
    for number, file in enumerate(files):
        opened = partial(_opened, engine, file, number, keep)
        yield engine.interruptibly(opened)


def _opened(engine: DuckDBEngine, file: File, number: int, keep: ExitStack) -> Table:
    con = engine.connection
    if file.format == "parquet":
        table = open_parquet(con, [file], number)
        # As text, 0.1 in single precision would become another number than it is.
        wide = {name: Column(f"CAST({each.sql} AS DOUBLE)", "DOUBLE") for name, each in table.columns.items()}
        single = {name for name, each in table.columns.items() if each.sql_type == "FLOAT"}
        columns = {name: wide[name] if name in single else each for name, each in table.columns.items()}
        return replace(table, columns=columns)
    if file.format == "csv":
        return open_csv(con, file, (LEAD_ID, "event", "occurred_at", "trait", "outcome"), number, keep)
    keys = keys_of(con, file)
    apart: dict[str, str] = {}
    for key in keys:
        if apart.setdefault(key.lower(), key) != key:
            raise EvidenceError(f"{file.label}: the keys `{apart[key.lower()]}` and `{key}` differ only by case")
    return open_json(con, file, keys, number)


def _readable(engine: DuckDBEngine, table: Table) -> Table:
    """The table, or its mended form where looking into its `properties` needs that."""
    if BAG not in table.columns or table.mend is None:
        return table
    try:
        engine.run(f"SELECT count({table.columns[BAG].sql}) FROM {table.relation}", table.parameters)
    except EvidenceError:
        return engine.interruptibly(table.mend)
    return table


def _bagged(engine: DuckDBEngine, table: Table) -> list[str]:
    """The keys in the JSON of the column `properties`."""
    bag = table.columns[BAG]
    text = bag.sql if bag.sql_type in ("VARCHAR", "TIDY") else f"CAST(to_json({bag.sql}) AS VARCHAR)"
    objects = f"SELECT CASE WHEN json_valid(bag) THEN bag END AS bag FROM (SELECT {text} AS bag FROM {table.relation})"
    keys = f"SELECT unnest(json_keys(bag)) AS key FROM ({objects}) WHERE json_type(bag) = 'OBJECT'"
    found = engine.run(f"SELECT DISTINCT key FROM ({keys}) ORDER BY key", table.parameters)
    return [key for (key,) in found]


def _refuse_many(kind: Kind, names: list[str]) -> None:
    if len(names) > MOST_PROPERTIES:
        raise EvidenceError(
            f"{len(names):,} different properties, such as {ident(names[0])} and {ident(names[-1])}; an archive has a "
            f"column for each and takes at most {MOST_PROPERTIES:,}: are there names among them that should be values?"
        )
