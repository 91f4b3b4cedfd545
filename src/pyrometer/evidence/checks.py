"""What is wrong with the rows of an input: one pass over its raw relation, and details where there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb

from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.answers import unreadable as unread
from pyrometer.evidence.fields import BAG
from pyrometer.evidence.meaning import Kind
from pyrometer.evidence.notes import SHOWN, DataNote, Level, clip, some
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.reading import Input
from pyrometer.evidence.table import FILE, ROW
from pyrometer.evidence.typed import BAD

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition

Samples = tuple[tuple[int, str], ...]
TEMPERATURES = ("cool", "warm", "hot")
_MEANT = {
    "integer": "whole numbers such as 120",
    "number": "numbers such as 12.5",
    "boolean": "true, false, yes, no, 1 or 0",
    "date": "dates such as 2026-02-01",
    "time": "times such as 2026-02-01T09:30:00Z, or seconds since 1970",
}


def row_notes(
    con: duckdb.DuckDBPyConnection, definition: Definition, name: str, read: Input, *, bad: bool, listed: str | None
) -> list[DataNote]:
    """What there is to say about the rows of an input (`leads`, `events`, `traits` or `previous`).

    `listed` is the relation that says who the leads are, if one does.
    """
    notes = unreadable(con, read) if bad else []
    if name == "events":
        notes += undeclared(con, read, "event", definition.events, "event")
    if name == "traits":
        notes += unreadable_answers(con, read, definition)
        notes += undeclared(con, read, "trait", definition.profile, "trait")
    if name == "previous":
        strange = f"temperature NOT IN ({literals(TEMPERATURES)})"
        what = "with a temperature other than cool, warm and hot"
        notes += note_rows(con, read, strange, what, why="taken as without one", text="temperature")
    if listed is not None and name in ("events", "traits") and name != listed:
        notes += strangers(con, read, listed)
    return notes


def unreadable(con: duckdb.DuckDBPyConnection, read: Input) -> list[DataNote]:
    """A note per field with values that can't be read as its type, or that a row can't do without."""
    found = con.execute(
        f"""SELECT bad.field, bad.text = '' AS blank, count(*), min({FILE}),
                   {first_rows("bad.text")}
            FROM (SELECT {FILE}, {ROW}, unnest({BAD}) AS bad FROM {ident(read.relation)} WHERE {BAD} IS NOT NULL)
            GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    return [
        _unreadable(read, position, blank, count, read.files[file], shown(samples, file))
        for position, blank, count, file, samples in found
    ]


def _unreadable(read: Input, position: int, blank: bool, count: int, file: str, samples: Samples) -> DataNote:
    several = "s" * (count > 1)
    if position == len(read.fields):
        what = f"{count:,} value{several} of `{BAG}` not a JSON object"
        return DataNote("warning", file, what, "taken as blank", count=count, samples=samples)
    field = read.fields[position]
    if blank:
        what = f"{count:,} row{several} without `{field.name}`"
        return DataNote("warning", file, what, "left out", count=count, samples=samples)
    return _not_read(field.name, field.kind, field.filled, count, file, samples)


def _not_read(name: str, kind: Kind, filled: bool, count: int, file: str, samples: Samples) -> DataNote:
    what = f"{count:,} value{'s' * (count > 1)} of `{name}` unreadable"
    done = "rows left out" if filled else "taken as unknown"
    return DataNote("warning", file, what, f"{done}; expected {_MEANT[kind]}", count=count, samples=samples)


def first_rows(text: str) -> str:
    """The aggregate that keeps the first few rows of a group, each with a text (SQL)."""
    return f"min({{'file': {FILE}, 'row': {ROW}, 'text': {text}}}, {SHOWN})"


def shown(rows: Sequence[Mapping[str, Any]], file: int) -> Samples:
    """Of the first rows, those of one file, as samples."""
    return tuple((each["row"], clip(str(each["text"]))) for each in rows if each["file"] == file)


def note_rows(
    con: duckdb.DuckDBPyConnection,
    read: Input,
    condition: str,
    what: str,
    *,
    why: str = "",
    fix: str = "",
    level: Level = "warning",
    text: str = "''",
) -> list[DataNote]:
    """A note on the rows of an input that meet a condition, each shown with a text; none if there are no such rows."""
    found = con.execute(f"SELECT count(*), {first_rows(text)} FROM {ident(read.relation)} WHERE {condition}").fetchall()
    count, rows = found[0]
    if not count:
        return []
    file = rows[0]["file"]
    subject = f"{count:,} row{'s' * (count > 1)}"
    return [DataNote(level, read.files[file], f"{subject} {what}", why, fix, count, shown(rows, file))]


def unreadable_answers(con: duckdb.DuckDBPyConnection, read: Input, definition: Definition) -> list[DataNote]:
    """A note per trait with answers in the log that can't be read as its type."""
    kinds = list(dict.fromkeys(trait.type for trait in definition.profile.values()))
    found = con.execute(
        f"""SELECT trait, count(*), min({FILE}),
                   {first_rows("value")}
            FROM {ANSWERS} WHERE trait IN ({literals(definition.profile) or "''"}) AND {unread(kinds)}
            GROUP BY trait ORDER BY trait"""
    ).fetchall()
    return [
        _not_read(trait, definition.profile[trait].type, False, count, read.files[file], shown(samples, file))
        for trait, count, file, samples in found
    ]


def strangers(con: duckdb.DuckDBPyConnection, read: Input, listed: str) -> list[DataNote]:
    """A note on rows of leads that aren't among the leads, those in the relation `listed`."""
    strange = f"lead_id IS NOT NULL AND lead_id NOT IN (SELECT lead_id FROM {listed})"
    notes = note_rows(con, read, strange, "of {}", why="left out", level="note", text="lead_id")
    if not notes:
        return []
    leads = con.execute(f"SELECT count(DISTINCT lead_id) FROM {ident(read.relation)} WHERE {strange}").fetchall()[0][0]
    whose = f"{leads:,} lead{'s' * (leads > 1)} not among the leads"
    return [replace(notes[0], what=notes[0].what.format(whose))]


def undeclared(
    con: duckdb.DuckDBPyConnection, read: Input, column: str, declared: Iterable[str], kind: str
) -> list[DataNote]:
    """A note on rows that speak of an event or a trait that the definition doesn't declare."""
    strange = f"{column} IS NOT NULL AND {column} NOT IN ({literals(declared) or literal('')})"
    found = con.execute(
        f"SELECT {column}, count(*) FROM {ident(read.relation)} WHERE {strange} GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    if not found:
        return []
    what = f"with {kind}s that the definition doesn't know: {some([name for name, _ in found])}"
    return note_rows(con, read, strange, what, why="left out", level="note", text=column)
