"""A flat export of leads as columns of codes, with what was inferred about each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np

from pyrometer.definition.values import Type
from pyrometer.errors import EvidenceError
from pyrometer.evidence.csvfile import open_csv
from pyrometer.evidence.files import File, find
from pyrometer.evidence.jsonfile import keys_of, open_json
from pyrometer.evidence.notes import DataNote
from pyrometer.evidence.parquetfile import open_parquet
from pyrometer.evidence.quote import ident
from pyrometer.evidence.reading import readable
from pyrometer.evidence.table import FILE, ROW, Table
from pyrometer.learning.arrays import Codes, Flags, Floats, Rows
from pyrometer.learning.habits import Habits, habits_of
from pyrometer.learning.kinds import is_blank, kind_of

CHANCE = 0.1
"""The share of repeated rows that chance may explain; beyond, columns don't tell leads apart."""


@dataclass(frozen=True)
class Column:
    """A column: `codes` of each row, -1 where it is unknown, else the position of its text in `texts`.

    `numbers` are the texts' values where the type has an order (dates: days since 1970); `blank` marks the rows with
    nothing in the cell, as opposed to a word for unknown. `doubt` says what else the texts may mean.
    """

    name: str
    type: Type
    codes: Codes
    texts: tuple[str, ...]
    numbers: Floats | None
    unknown: tuple[str, ...]
    blank: Flags
    date_format: str | None = None
    doubt: str | None = None

    @property
    def ordered(self) -> bool:
        """Whether its values have an order that a rule can use."""
        return self.type in ("integer", "number")

    @cached_property
    def values(self) -> Floats:
        """The number of each row, NaN where it is unknown; of texts and booleans, the code."""
        table = self.numbers if self.numbers is not None else np.arange(len(self.texts), dtype=np.float64)
        return np.append(table, np.nan)[self.codes]

    def take(self, rows: Rows) -> Column:
        """The column of some rows."""
        return replace(self, codes=self.codes[rows], blank=self.blank[rows])


@dataclass(frozen=True)
class Export:
    """A file as read: its columns in order, and a fingerprint of everything in it (SHA-256).

    `repeats` marks rows that say exactly what an earlier row says. `key` grows with the time when a lead came in (NaN:
    not known; None: no order is known), and `mute` are the columns of which time tells whether they are known.
    """

    label: str
    columns: tuple[Column, ...]
    rows: int
    fingerprint: str
    repeats: Flags
    key: Floats | None = None
    mute: frozenset[str] = frozenset()

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    def doubts(self) -> list[str]:
        """What was read one way and may mean another; numbers in doubt are set aside instead."""
        return [
            f"`{column.name}`: {column.doubt}; where that is wrong, write dates as 2026-02-28"
            for column in self.columns
            if column.type == "date" and column.doubt is not None
        ]

    @property
    def tells_leads_apart(self) -> bool:
        """Whether few of the rows that repeat others do so by chance, as they would if columns were independent."""
        repeats = int(self.repeats.sum())
        alike = 1.0
        for column in self.columns:
            alike *= float((np.bincount(column.codes + 1) ** 2.0).sum()) / max(self.rows, 1) ** 2
        return alike * self.rows**2 / 2 <= CHANCE * repeats or not repeats

    def take(self, rows: Rows) -> Export:
        """The export of some rows."""
        columns = tuple(column.take(rows) for column in self.columns)
        key = None if self.key is None else self.key[rows]
        return replace(self, columns=columns, rows=len(rows), repeats=self.repeats[rows], key=key)

    def only(self, names: Sequence[str]) -> Export:
        """The export with some of its columns."""
        wanted = set(names)
        return replace(self, columns=tuple(column for column in self.columns if column.name in wanted))


@dataclass(frozen=True)
class Cells:
    """The texts of a file, by column; '' where a cell is empty.

    Columns without a name are left out, and `nameless` of them there are; those that share a name with another are in
    `twice`, since nothing can say which of them is meant.
    """

    label: str
    texts: dict[str, list[str]]
    notes: tuple[DataNote, ...] = ()
    nameless: int = 0
    twice: tuple[str, ...] = ()

    def warnings(self) -> list[str]:
        """What was odd about the file."""
        found = [str(note) for note in self.notes if note.level != "note"]
        if self.nameless:
            found.append(f"{self.nameless} columns have no name and are left out; give them one in the first line")
        for name in self.twice:
            found.append(f"several columns are called `{name}`: all of them are left out, until they are named apart")
        return found


def read_cells(path: str | Path) -> Cells:
    """Reads a file of leads: CSV (any delimiter), JSON or Parquet. Raises EvidenceError."""
    with ExitStack() as keep, duckdb.connect() as con:
        # Tables come in the order of the file, so that the same file is the same rows.
        con.execute("SET preserve_insertion_order = true")
        files = find([path], keep)
        if len(files) != 1:
            raise EvidenceError(f"{path}: {len(files)} files; learning reads one, with a row for each lead")
        table = _opened(con, files[0], keep)
        if not table.columns:
            raise EvidenceError(f"{table.label}: is empty; expected a header and a row for each lead")
        try:
            texts = _texts(con, table)
        except EvidenceError:
            if table.mend is None:
                raise
            table = table.mend()
            texts = _texts(con, table)
    names = Counter(table.seen)
    twice = tuple(name for name, count in names.items() if count > 1 and name.strip())
    kept = {name: column for name, column in texts.items() if name not in twice}
    nameless = sum(count for name, count in names.items() if not name.strip())
    return Cells(table.label, kept, table.notes, nameless, twice)


def export_of(cells: Cells) -> Export:
    """The columns of codes that texts come to."""
    digest = hashlib.sha256()
    columns = []
    counts = {name: Counter(texts) for name, texts in cells.texts.items()}
    habits = habits_of(counts.values())
    for name, texts in cells.texts.items():
        columns.append(_column(name, texts, counts[name], habits))
        digest.update(name.encode("utf-8", "surrogatepass") + b"\x1d")
        digest.update("\x1f".join(texts).encode("utf-8", "surrogatepass") + b"\x1e")
    seen: set[tuple[str, ...]] = set()
    rows = len(columns[0].codes) if columns else 0
    repeats = np.zeros(rows, dtype=np.bool_)
    for number, row in enumerate(zip(*cells.texts.values(), strict=True)):
        if row in seen:
            repeats[number] = True
        seen.add(row)
    return Export(cells.label, tuple(columns), rows, digest.hexdigest(), repeats)


def _opened(con: duckdb.DuckDBPyConnection, file: File, keep: ExitStack) -> Table:
    if file.format == "parquet":
        return open_parquet(con, [file], 0)
    if file.format == "csv":
        return open_csv(con, file, (), 0, keep)
    return open_json(con, file, keys_of(con, file), 0)


def _texts(con: duckdb.DuckDBPyConnection, table: Table) -> dict[str, list[str]]:
    """Each column's texts, by its name."""
    names = [name for name in dict.fromkeys(table.seen) if name in table.columns and name.strip()]
    if not names:
        names = [name for name in table.columns if name.strip()]
    picks = ", ".join(
        f"coalesce(CAST({table.columns[name].sql} AS VARCHAR), '') AS {ident(f'p{position}')}"
        for position, name in enumerate(names)
    )
    with readable(table.label):
        found = con.execute(
            f"SELECT {picks} FROM {table.relation} ORDER BY {FILE}, {ROW}", table.parameters
        ).fetchnumpy()
    return {name: np.asarray(found[f"p{position}"], dtype=object).tolist() for position, name in enumerate(names)}


def _column(name: str, cells: list[str], counts: Counter[str], habits: Habits) -> Column:
    kind = kind_of(counts, habits)
    unknown = {*kind.unknown, *(text for text in counts if not text.strip())}
    if kind.type == "text":
        texts = sorted(text for text in counts if text not in unknown)
        numbers = None
    else:
        texts = sorted(kind.values, key=lambda text: (kind.values[text], text))
        numbers = np.array([kind.values[text] for text in texts], dtype=np.float64)
    codes = {text: code for code, text in enumerate(texts)}
    blanks = {text for text in counts if is_blank(text)}
    return Column(
        name,
        kind.type,
        np.fromiter((codes.get(text, -1) for text in cells), dtype=np.int32, count=len(cells)),
        tuple(texts),
        numbers,
        kind.unknown,
        np.fromiter((text in blanks for text in cells), dtype=np.bool_, count=len(cells)),
        kind.date_format,
        kind.doubt,
    )
