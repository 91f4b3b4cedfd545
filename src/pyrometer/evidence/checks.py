"""What is wrong with the rows of an input: one pass over its raw relation, and details where there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb

from pyrometer.errors import EvidenceError
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.answers import unreadable as unread
from pyrometer.evidence.fields import BAG
from pyrometer.evidence.meaning import LAST_TIME, Kind
from pyrometer.evidence.notes import SHOWN, DataNote, Level, clip, some
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.reading import Input
from pyrometer.evidence.table import FILE, ROW
from pyrometer.evidence.times import moment, timestamp
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


@dataclass(frozen=True)
class Survey:
    """What one look at an input finds: its latest time (UTC) up to now, and whether values were unreadable."""

    latest: datetime | None = None
    unreadable: bool = False
    notes: tuple[DataNote, ...] = ()


def survey(
    con: duckdb.DuckDBPyConnection,
    read: Input,
    now: datetime | None,
    *,
    one_row_a_lead: bool,
    lean: bool = False,
    refuse: bool = True,
) -> Survey:
    """Looks at an input once; `lean` leaves out what its files' footers can't answer.

    With `one_row_a_lead`, a lead that stands in the input more than once is an EvidenceError that names the rows; or
    an error among the notes, unless `refuse`.
    """
    times = [column for column in ("occurred_at", "received_at") if column in read.given]
    last = timestamp(now) if now is not None else LAST_TIME
    figures = [f"coalesce(max({column}) > {last}, false), epoch_us(max({column}))" for column in times]
    figures.append("false" if lean else f"count({BAD}) > 0")
    figures.append("count(lead_id) > count(DISTINCT lead_id)" if one_row_a_lead else "false")
    found = con.execute(f"SELECT {', '.join(figures)} FROM {ident(read.relation)}").fetchone() or ()
    *maxima, bad, repeated = found
    notes: list[DataNote] = []
    if repeated:
        what = _repeated(con, read)
        if refuse:
            raise EvidenceError(f"{read.label}: {what}")
        notes.append(DataNote("error", read.label, what, fix="merge these rows into one"))
    if any(maxima[::2]):
        latest, late = _before(con, read, times, last)
        return Survey(latest, bad, (*notes, *late))
    return Survey(max((at for at in map(moment, maxima[1::2]) if at is not None), default=None), bad, tuple(notes))


def _before(
    con: duckdb.DuckDBPyConnection, read: Input, times: Sequence[str], last: str
) -> tuple[datetime | None, list[DataNote]]:
    """The latest time that isn't in the future, and notes on the rows that are."""
    bounded = ", ".join(f"epoch_us(max({column}) FILTER ({column} <= {last}))" for column in times)
    counted = ", ".join(f"count(*) FILTER ({column} > {last})" for column in times)
    figures = con.execute(f"SELECT {counted}, {bounded} FROM {ident(read.relation)}").fetchone() or ()
    notes = []
    for column, count in zip(times, figures, strict=False):
        late = f"{column} > {last}"
        notes += note_rows(con, read, count, late, f"with `{column}` in the future", why="not counted yet", text=column)
    return max((at for at in map(moment, figures[len(times) :]) if at is not None), default=None), notes


def row_notes(
    con: duckdb.DuckDBPyConnection, definition: Definition, name: str, read: Input, *, bad: bool, has_leads: bool
) -> list[DataNote]:
    """What there is to say about the rows of an input (`leads`, `events`, `traits` or `previous`)."""
    notes = unreadable(con, read) if bad else []
    if name == "events":
        notes += undeclared(con, read, "event", definition.events, "event")
    if name == "traits":
        notes += unreadable_answers(con, read, definition)
        notes += undeclared(con, read, "trait", definition.profile, "trait")
    if name == "previous":
        strange = f"temperature NOT IN ({literals(TEMPERATURES)})"
        (count,) = con.execute(f"SELECT count(*) FROM {ident(read.relation)} WHERE {strange}").fetchone() or (0,)
        notes += note_rows(
            con,
            read,
            count,
            strange,
            "with a temperature other than cool, warm and hot",
            why="taken as without one",
            text="temperature",
        )
    if has_leads and name in ("events", "traits"):
        notes += strangers(con, read)
    return notes


def unreadable(con: duckdb.DuckDBPyConnection, read: Input) -> list[DataNote]:
    """A note per field with values that can't be read as its type, or that a row can't do without."""
    found = con.execute(
        f"""SELECT bad.field, bad.text = '' AS blank, count(*), min({FILE}),
                   list({{'file': {FILE}, 'row': {ROW}, 'text': bad.text}} ORDER BY {FILE}, {ROW})[:{SHOWN}]
            FROM (SELECT {FILE}, {ROW}, unnest({BAD}) AS bad FROM {ident(read.relation)} WHERE {BAD} IS NOT NULL)
            GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    return [
        _unreadable(read, position, blank, count, read.files[file], _shown(samples, file))
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


def _shown(samples: list[dict[str, Any]], file: int) -> Samples:
    return tuple((each["row"], clip(each["text"])) for each in samples if each["file"] == file)


def rows_where(
    con: duckdb.DuckDBPyConnection, read: Input, condition: str, *, text: str = "''"
) -> tuple[str, tuple[tuple[int, str], ...]]:
    """The file of the first row that meets a condition, and the first few such rows in that file."""
    found = con.execute(
        f"SELECT {FILE}, {ROW}, {text} FROM {ident(read.relation)} WHERE {condition}"
        f" ORDER BY {FILE}, {ROW} LIMIT {SHOWN}"
    ).fetchall()
    if not found:
        return read.label, ()
    file = found[0][0]
    return read.files[file], tuple((row, clip(str(shown))) for number, row, shown in found if number == file)


def note_rows(
    con: duckdb.DuckDBPyConnection,
    read: Input,
    count: int,
    condition: str,
    what: str,
    *,
    why: str = "",
    fix: str = "",
    level: Level = "warning",
    text: str = "''",
) -> list[DataNote]:
    """A note on the rows that meet a condition; none if their number is 0."""
    if not count:
        return []
    file, samples = rows_where(con, read, condition, text=text)
    rows = f"{count:,} row{'s' * (count > 1)}"
    return [DataNote(level, file, f"{rows} {what}", why, fix, count, samples)]


def _repeated(con: duckdb.DuckDBPyConnection, read: Input) -> str:
    repeated = con.execute(
        f"""SELECT lead_id, list({{'file': {FILE}, 'row': {ROW}}} ORDER BY {FILE}, {ROW})[:{SHOWN + 1}],
                   count(*) OVER ()
            FROM {ident(read.relation)} WHERE lead_id IS NOT NULL GROUP BY lead_id HAVING count(*) > 1
            ORDER BY min(({FILE}, {ROW})) LIMIT {SHOWN}"""
    ).fetchall()
    one_file = len(read.files) == 1

    def where(each: Mapping[str, int]) -> str:
        return f"{each['row']:,}" if one_file else f"{each['row']:,} of {read.files[each['file']]}"

    said = [
        f"`{clip(lead)}` in rows {', '.join(map(where, rows[:SHOWN]))}{', …' if len(rows) > SHOWN else ''}"
        for lead, rows, _ in repeated
    ]
    total = repeated[0][2]
    more = f", … ({total:,} in all)" if total > len(said) else ""
    return f"a lead stands in one row, but {'; '.join(said)}{more}"


def unreadable_answers(con: duckdb.DuckDBPyConnection, read: Input, definition: Definition) -> list[DataNote]:
    """A note per trait with answers in the log that can't be read as its type."""
    kinds = list(dict.fromkeys(trait.type for trait in definition.profile.values()))
    found = con.execute(
        f"""SELECT trait, count(*), min({FILE}),
                   list({{'file': {FILE}, 'row': {ROW}, 'text': value}} ORDER BY {FILE}, {ROW})[:{SHOWN}]
            FROM {ANSWERS} WHERE trait IN ({literals(definition.profile) or "''"}) AND {unread(kinds)}
            GROUP BY trait ORDER BY trait"""
    ).fetchall()
    return [
        _not_read(trait, definition.profile[trait].type, False, count, read.files[file], _shown(samples, file))
        for trait, count, file, samples in found
    ]


def strangers(con: duckdb.DuckDBPyConnection, read: Input) -> list[DataNote]:
    """A note on rows of leads that aren't among the leads."""
    strange = "lead_id IS NOT NULL AND lead_id NOT IN (SELECT lead_id FROM flat_profile)"
    (count,) = con.execute(f"SELECT count(*) FROM {ident(read.relation)} WHERE {strange}").fetchone() or (0,)
    if not count:
        return []
    (leads,) = con.execute(
        f"SELECT count(DISTINCT lead_id) FROM {ident(read.relation)} WHERE {strange}"
    ).fetchone() or (0,)
    return note_rows(
        con,
        read,
        count,
        strange,
        f"of {leads:,} lead{'s' * (leads > 1)} not among the leads",
        why="left out",
        level="note",
        text="lead_id",
    )


def undeclared(
    con: duckdb.DuckDBPyConnection, read: Input, column: str, declared: Iterable[str], kind: str
) -> list[DataNote]:
    """A note on rows that speak of an event or a trait that the definition doesn't declare."""
    strange = f"{column} IS NOT NULL AND {column} NOT IN ({literals(declared) or literal('')})"
    found = con.execute(
        f"SELECT {column}, count(*) FROM {ident(read.relation)} WHERE {strange} GROUP BY ALL ORDER BY 2 DESC, 1"
    ).fetchall()
    total = sum(count for _, count in found)
    what = f"with {kind}s that the definition doesn't know: {some([name for name, _ in found])}"
    return note_rows(con, read, total, strange, what, why="left out", level="note", text=column)
