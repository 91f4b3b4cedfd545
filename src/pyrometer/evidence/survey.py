"""One look at an input: is a lead in it twice, how far does it reach, is there anything to report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pyrometer.errors import EvidenceError
from pyrometer.evidence.checks import note_rows
from pyrometer.evidence.fields import BAG
from pyrometer.evidence.meaning import FIRST_TIME, LAST_TIME
from pyrometer.evidence.notes import SHOWN, DataNote, clip
from pyrometer.evidence.parquetfile import newest
from pyrometer.evidence.quote import ident
from pyrometer.evidence.reading import Input, readable
from pyrometer.evidence.table import FILE, ROW
from pyrometer.evidence.times import moment, timestamp
from pyrometer.evidence.typed import BAD


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
    times = [each.name for each in read.fields if each.kind == "time" and each.name in read.given]
    last = timestamp(now) if now is not None else LAST_TIME
    with readable(read.label):
        newest = {column: _from_footers(con, read, column) if lean else None for column in times}
        figures = []
        for column in times:
            end = newest[column] or f"max({column}) FILTER ({column} >= {FIRST_TIME})"
            figures.append(f"coalesce({end} > {last}, false), epoch_us({end})")
        figures.append("false" if lean else f"count({BAD}) > 0")
        figures.append("count(lead_id) > count(DISTINCT lead_id)" if one_row_a_lead else "false")
        unread = lean and not one_row_a_lead and all(newest.values())
        source = "" if unread else f" FROM {ident(read.relation)}"
        found = con.execute(f"SELECT {', '.join(figures)}{source}").fetchall()[0]
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


def _from_footers(con: duckdb.DuckDBPyConnection, read: Input, name: str) -> str | None:
    """The latest time in a column, as SQL, where nothing but the files' footers has to be read for it."""
    (field,) = (each for each in read.fields if each.name == name)
    if read.in_place is None or BAG in read.in_place.columns:
        return None
    columns = [column for column in field.names if column in read.in_place.columns]
    return newest(con, read.in_place, columns[0]) if len(columns) == 1 else None


def _before(
    con: duckdb.DuckDBPyConnection, read: Input, times: Sequence[str], last: str
) -> tuple[datetime | None, list[DataNote]]:
    """The latest time that isn't in the future, and notes on the rows that are."""
    bounded = ", ".join(f"epoch_us(max({column}) FILTER ({column} <= {last}))" for column in times)
    figures = con.execute(f"SELECT {bounded} FROM {ident(read.relation)}").fetchall()[0]
    notes = []
    for column in times:
        what = f"with `{column}` in the future"
        notes += note_rows(con, read, f"{column} > {last}", what, why="not counted yet", text=column)
    return max((at for at in map(moment, figures) if at is not None), default=None), notes


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
