"""What evidence says about a definition, and a definition about evidence: `check` with files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb

from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.checks import note_rows
from pyrometer.evidence.fields import BAG
from pyrometer.evidence.load import Evidence
from pyrometer.evidence.notes import LEVELS, DataNote, some
from pyrometer.evidence.quote import ident, literal
from pyrometer.evidence.reading import Input
from pyrometer.evidence.words import odd_words

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition

Words = Mapping[str, Collection[str]]

_STRAY_TIME = "TIMESTAMP '2000-01-01 00:00:00'"
_STRAY_DAYS = "DATE '1900-01-01' AND DATE '2099-12-31'"


def audit(
    con: duckdb.DuckDBPyConnection,
    definition: Definition,
    evidence: Evidence,
    *,
    values: Words | None = None,
    properties: Words | None = None,
) -> tuple[DataNote, ...]:
    """Every finding about evidence that was loaded with `audit=True`: those of loading and these, errors first.

    `values` are the texts that the definition compares a trait with, `properties` those that it compares a property
    with; what differs from them only by case or space is surely meant to be the same.
    """
    notes = list(evidence.notes)
    leads, log, events = (evidence.inputs.get(name) for name in ("leads", "traits", "events"))
    notes += _traits(con, definition, leads, log, values or {})
    if events is not None:
        notes += _events(con, definition, events)
        notes += _properties(con, definition, events, properties or {})
        if leads is not None:
            notes += _nearly_leads(con, events)
    return tuple(sorted(notes, key=lambda note: LEVELS.index(note.level)))


def near_misses(
    con: duckdb.DuckDBPyConnection,
    definition: Definition,
    evidence: Evidence,
    *,
    values: Words,
    properties: Words,
) -> list[DataNote]:
    """What makes a score of evidence that was loaded another than was meant, as far as it is found out cheaply.

    Traits and properties that have no column, and texts that aren't among a trait's values or differ from the
    definition's only by case or space. `values` and `properties` are as for `audit`. Files that are read in place
    aren't looked through.
    """
    notes: list[DataNote] = []
    leads, log, events = (evidence.inputs.get(name) for name in ("leads", "traits", "events"))
    if leads is not None and leads.rows and log is None:
        absent = [name for name in definition.profile if name not in leads.given]
        if absent:
            notes.append(_lacking(leads.label, "trait", absent, "has no column", "unknown for every lead"))
    if events is not None and BAG not in events.headers:
        absent = [name for name in definition.properties if name not in events.given]
        if absent:
            notes.append(_lacking(events.label, "property", absent, "has no column", "conditions on it never hold"))
    for name, words in values.items():
        trait = definition.profile[name]
        if trait.type != "text":
            continue
        fixed = None if trait.values is None else set(map(str, trait.values))
        known = {str(word) for word in words} | (fixed or set())
        if leads is not None and name in leads.given:
            notes += odd_words(con, leads, leads.relation, ident(name), "lead_id IS NOT NULL", name, known, fixed)
        if log is not None:
            notes += odd_words(con, log, ANSWERS, "said", f"trait = {literal(name)}", name, known, fixed)
    if events is not None and events.in_place is None:
        notes += odd_words(con, events, events.relation, "event", "true", "event", set(definition.events), None)
        for name, words in properties.items():
            if definition.properties[name].type == "text":
                known = set(map(str, words))
                notes += odd_words(con, events, events.relation, ident(name), "true", name, known, None)
    return notes


def _traits(
    con: duckdb.DuckDBPyConnection, definition: Definition, leads: Input | None, log: Input | None, values: Words
) -> list[DataNote]:
    if leads is None and log is None:
        return []
    notes: list[DataNote] = []
    filled: dict[str, int] = {}
    if leads is not None:
        filled = _filled(con, leads, definition.profile)
        notes += _stray_days(con, leads, [name for name, trait in definition.profile.items() if trait.type == "date"])
    said = (
        {} if log is None else dict(con.execute(f"SELECT trait, count(said) FROM {ANSWERS} GROUP BY trait").fetchall())
    )
    label = leads.label if leads is not None else log.label if log is not None else ""
    absent: list[str] = []
    empty: list[str] = []
    for name, trait in definition.profile.items():
        if not filled.get(name) and not said.get(name):
            given = (leads is not None and name in leads.given) or name in said
            (empty if given else absent).append(name)
        if trait.type == "text":
            fixed = set(map(str, trait.values)) if trait.values is not None else None
            known = {str(word) for word in values.get(name, ())} | (fixed or set())
            if leads is not None and name in leads.given:
                notes += odd_words(con, leads, leads.relation, ident(name), "lead_id IS NOT NULL", name, known, fixed)
            if log is not None:
                mine = f"trait = {literal(name)}"
                notes += odd_words(con, log, ANSWERS, "said", mine, name, known, fixed)
    if absent:
        notes.append(_lacking(label, "trait", absent, "has no column", "unknown for every lead"))
    if empty:
        notes.append(_lacking(label, "trait", empty, "is never filled", "unknown for every lead"))
    return notes


def _events(con: duckdb.DuckDBPyConnection, definition: Definition, events: Input) -> list[DataNote]:
    rows = ident(events.relation)
    seen = {name for (name,) in con.execute(f"SELECT DISTINCT event FROM {rows} WHERE event IS NOT NULL").fetchall()}
    notes = odd_words(con, events, events.relation, "event", "true", "event", set(definition.events), None)
    never = [name for name in definition.events if name not in seen]
    if never:
        notes.append(_lacking(events.label, "event", never, "never happens", "rules about it give nothing"))
    stray = f"occurred_at < {_STRAY_TIME}"
    why = "surely not meant; a day such as 20260102 is read as seconds since 1970"
    notes += note_rows(con, events, stray, "from before the year 2000", why=why, text="occurred_at")
    return notes + _repeated_messages(con, events)


def _repeated_messages(con: duckdb.DuckDBPyConnection, events: Input) -> list[DataNote]:
    if "message_id" not in events.given:
        return []
    rows = f"(SELECT * FROM {ident(events.relation)} WHERE lead_id IS NOT NULL)"
    content = ", ".join(ident(each.name) for each in events.fields if each.name != "received_at")
    whole = "lead_id IS NOT NULL AND message_id IS NOT NULL"
    many = f"SELECT message_id FROM {rows} GROUP BY message_id HAVING count(DISTINCT lead_id) > 1"
    shared = "with a `message_id` that another lead has, too"
    notes = note_rows(
        con,
        events,
        f"{whole} AND message_id IN ({many})",
        shared,
        why="counted for each",
        level="note",
        text="message_id",
    )
    pair = "hash(lead_id, message_id)"
    same = f"{whole} AND {pair} IN (SELECT {pair} FROM {rows} GROUP BY ALL HAVING count(*) > 1"
    different = f"{same} AND count(DISTINCT hash({content})) > 1)"
    repeated = note_rows(con, events, f"{same})", "", why="counted once", level="note", text="message_id")
    if not repeated:
        return notes
    count = f"SELECT count(*) - count(DISTINCT {pair}) FROM {rows} WHERE message_id IS NOT NULL"
    more = con.execute(count).fetchall()[0][0]
    what = f"{more:,} row{'s repeat' if more > 1 else ' repeats'} a `message_id`"
    what_else = "share their `message_id`, but not what they say"
    return [
        *notes,
        replace(repeated[0], what=what, count=more),
        *note_rows(con, events, different, what_else, why="the first known one counts", text="message_id"),
    ]


def _properties(
    con: duckdb.DuckDBPyConnection, definition: Definition, events: Input, properties: Words
) -> list[DataNote]:
    notes: list[DataNote] = []
    names = {name: declared.type for kind in definition.events.values() for name, declared in kind.properties.items()}
    filled = _filled(con, events, names)
    empty = [name for name in names if not filled.get(name)]
    if empty:
        notes.append(_lacking(events.label, "property", empty, "is never filled", "conditions on it never hold"))
    for name, words in properties.items():
        if names.get(name) == "text":
            notes += odd_words(con, events, events.relation, ident(name), "true", name, set(map(str, words)), None)
    return notes + _stray_days(con, events, [name for name, kind in names.items() if kind == "date"])


def _nearly_leads(con: duckdb.DuckDBPyConnection, events: Input) -> list[DataNote]:
    """Events whose lead would be there, but for case or space."""
    folded = "lower(trim(lead_id))"
    strange = (
        f"lead_id IS NOT NULL AND lead_id NOT IN (SELECT lead_id FROM flat_profile)"
        f" AND {folded} IN (SELECT {folded} FROM flat_profile)"
    )
    return note_rows(
        con,
        events,
        strange,
        "with a lead id that differs from a lead's only by case or space",
        why="left out, since ids are compared exactly",
        fix="write ids alike in all files",
        text="lead_id",
    )


def _filled(con: duckdb.DuckDBPyConnection, read: Input, names: Iterable[str]) -> dict[str, int]:
    names = list(names)
    if not names:
        return {}
    counts = ", ".join(f"count({ident(name)})" for name in names)
    return dict(zip(names, con.execute(f"SELECT {counts} FROM {ident(read.relation)}").fetchall()[0], strict=False))


def _stray_days(con: duckdb.DuckDBPyConnection, read: Input, names: Iterable[str]) -> list[DataNote]:
    notes: list[DataNote] = []
    for name in names:
        stray = f"{ident(name)} NOT BETWEEN {_STRAY_DAYS}"
        notes += note_rows(con, read, stray, f"with a stray year in `{name}`", why="surely not meant", text=ident(name))
    return notes


def _lacking(file: str, kind: str, names: list[str], what: str, why: str) -> DataNote:
    several = len(names) > 1
    plural = {"has no column": "have no column", "is never filled": "are never filled", "never happens": "never happen"}
    kinds = {"trait": "traits", "event": "events", "property": "properties"}
    subject = f"{kinds[kind] if several else kind} {some(names)}"
    return DataNote("warning", file, f"{subject} {plural[what] if several else what}", why, count=len(names))
