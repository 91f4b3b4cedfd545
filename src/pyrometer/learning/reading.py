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
from pyrometer.learning.kinds import is_blank, kind_of


@dataclass(frozen=True)
class Column:
    """A column: `codes` of each row, -1 where it is unknown, else the position of its text in `texts`.

    `numbers` are the texts' values where the type has an order (dates: days since 1970); `blank` marks the rows with
    nothing in the cell, as opposed to a word for unknown.
    """

    name: str
    type: Type
    codes: Codes
    texts: tuple[str, ...]
    numbers: Floats | None
    unknown: tuple[str, ...]
    blank: Flags
    date_format: str | None = None

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
        return Column(
            self.name,
            self.type,
            self.codes[rows],
            self.texts,
            self.numbers,
            self.unknown,
            self.blank[rows],
            self.date_format,
        )


@dataclass(frozen=True)
class Export:
    """A file as read: its columns in order, and a fingerprint of everything in it (SHA-256).

    `repeats` marks rows that say exactly what an earlier row says.
    """

    label: str
    columns: tuple[Column, ...]
    rows: int
    fingerprint: str
    repeats: Flags
    notes: tuple[DataNote, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]

    @property
    def tells_leads_apart(self) -> bool:
        """Whether rows that are equal by chance would be rare: there are far more possible rows than rows."""
        possible = 1.0
        for column in self.columns:
            possible *= max(len(column.texts), 1)
        return possible > 100 * self.rows or not self.repeats.any()

    def take(self, rows: Rows) -> Export:
        """The export of some rows."""
        columns = tuple(column.take(rows) for column in self.columns)
        return replace(self, columns=columns, rows=len(rows), repeats=self.repeats[rows])

    def only(self, names: Sequence[str]) -> Export:
        """The export with some of its columns."""
        wanted = set(names)
        return replace(self, columns=tuple(column for column in self.columns if column.name in wanted))


def read_export(path: str | Path, outcome: str) -> tuple[Export, list[str]]:
    """Reads a file of leads, CSV (any delimiter), JSON or Parquet; and the texts of the column `outcome`, if any.

    Raises EvidenceError.
    """
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
            names, cells = _cells(con, table)
        except EvidenceError:
            if table.mend is None:
                raise
            table = table.mend()
            names, cells = _cells(con, table)
    digest = hashlib.sha256()
    columns = []
    for name, texts in zip(names, cells, strict=True):
        columns.append(_column(name, texts))
        digest.update(name.encode("utf-8", "surrogatepass") + b"\x1d")
        digest.update("\x1f".join(texts).encode("utf-8", "surrogatepass") + b"\x1e")
    seen: set[tuple[str, ...]] = set()
    repeats = np.zeros(len(cells[0]), dtype=np.bool_)
    for number, row in enumerate(zip(*cells, strict=True)):
        if row in seen:
            repeats[number] = True
        seen.add(row)
    texts = cells[names.index(outcome)] if outcome in names else []
    found = Export(table.label, tuple(columns), len(cells[0]), digest.hexdigest(), repeats, notes=table.notes)
    return found, texts


def _opened(con: duckdb.DuckDBPyConnection, file: File, keep: ExitStack) -> Table:
    if file.format == "parquet":
        return open_parquet(con, [file], 0)
    if file.format == "csv":
        return open_csv(con, file, (), 0, keep)
    return open_json(con, file, keys_of(con, file), 0)


def _cells(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and each column's texts."""
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
    return names, [np.asarray(found[f"p{position}"], dtype=object).tolist() for position in range(len(names))]


def _column(name: str, cells: list[str]) -> Column:
    counts = Counter(cells)
    kind = kind_of(counts)
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
    )
