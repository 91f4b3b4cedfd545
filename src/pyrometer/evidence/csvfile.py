"""Delimited text: CSV, TSV and their kin."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import duckdb

from pyrometer.errors import EvidenceError
from pyrometer.evidence.files import SAMPLE, File
from pyrometer.evidence.mending import mended, unpack_first, western
from pyrometer.evidence.notes import DataNote
from pyrometer.evidence.quote import literal
from pyrometer.evidence.table import FILE, ROW, Column, Table

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 50


@dataclass(frozen=True)
class _Shape:
    """How a file is laid out: encoding (None: UTF-8), delimiter, header; `plain` if the engine can read it as it is."""

    encoding: str | None
    delimiter: str
    header: tuple[str, ...]
    plain: bool


def open_csv(con: duckdb.DuckDBPyConnection, file: File, wanted: Sequence[str], first: int, keep: ExitStack) -> Table:
    """A CSV file as a table; `first` is the number of its first `file#`. Raises EvidenceError if it isn't a text."""
    sample = file.sample if file.compression != "zstd" else first_lines(con, file)
    if not sample:
        return _empty(file, first)
    shape = _shape(file, sample, wanted)
    if shape is None:
        return _empty(file, first)

    def mend() -> Table:
        copy, notes = mended(file, shape.encoding or "utf-8", shape.delimiter, len(shape.header), keep)
        return _table(file, shape, first, copy, "none", ",", numbered=True, notes=tuple(notes))

    if not shape.plain:
        return mend()
    table = _table(file, shape, first, file.pattern, file.compression, shape.delimiter)
    return replace(table, mend=mend)


def _table(
    file: File,
    shape: _Shape,
    first: int,
    path: str,
    compression: str,
    delimiter: str,
    *,
    numbered: bool = False,
    notes: tuple[DataNote, ...] = (),
) -> Table:
    """The relation over a file, or over its mended copy, whose first column is the number of the row."""
    names = [f"c{position}" for position in range(len(shape.header))]
    columns = ["r"] * numbered + names
    spec = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    options = (
        f"auto_detect = false, header = {str(not numbered).lower()}, delim = {literal(delimiter)}, quote = '\"',"
        f" escape = '\"', compression = {literal(compression)}, columns = {{{spec}}}"
    )
    if numbered:
        options += ", max_line_size = 67108864"
    row = "CAST(r AS BIGINT)" if numbered else "row_number() OVER () + 1"
    relation = (
        f"(SELECT {row} AS {ROW}, {first} AS {FILE}, {', '.join(names)} FROM read_csv({literal(path)}, {options}))"
    )
    found: dict[str, Column] = {}
    for name, column in zip(shape.header, names, strict=True):
        found.setdefault(name, Column(column))
    return Table((file.label,), relation, shape.header, found, notes=notes)


def _empty(file: File, first: int) -> Table:
    relation = f"(SELECT 0 AS {ROW}, {first} AS {FILE} WHERE false)"
    note = DataNote("warning", file.label, "is empty", why="there is not even a header")
    return Table((file.label,), relation, (), {}, notes=(note,), rows=0)


def _shape(file: File, sample: bytes, wanted: Sequence[str]) -> _Shape | None:
    encoding = _encoding(sample)
    text = _decoded(sample, encoding)
    _refuse_binary(file, text)
    if not text.strip():
        return None
    delimiter, header = _sniffed(text, set(wanted), file.label)
    # The engine takes a first line that is blank, or a line break in a name, for something else.
    start = text.removeprefix("\ufeff")
    plain = encoding is None and not start.startswith(("\n", "\r")) and not any("\n" in name for name in header)
    return _Shape(encoding, delimiter, tuple(header), plain)


def _encoding(sample: bytes) -> str | None:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = sample[:2000]
    if len(head) >= 8 and head.count(0) * 3 > len(head):
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    return None


def _decoded(sample: bytes, encoding: str | None) -> str:
    # The sample may end in the middle of a letter.
    errors = "replace" if encoding else "surrogateescape"
    text = codecs.getincrementaldecoder(encoding or "utf-8")(errors).decode(sample)
    return western(text.removeprefix("\ufeff"))


def _refuse_binary(file: File, text: str) -> None:
    head = text[:4000]
    odd = sum(letter < " " and letter not in "\t\n\r\f\x1e\x1f" for letter in head)
    if odd * 20 > len(head):
        raise EvidenceError(f"{file.label}: isn't a text file; CSV, TSV, JSONL and Parquet are understood")


def _sniffed(text: str, wanted: set[str], label: str) -> tuple[str, list[str]]:
    """The delimiter that finds most of the wanted names, then that splits most rows like the header; and the header."""
    best: tuple[tuple[int, float, int], str, list[str]] | None = None
    whole = len(text) < SAMPLE
    for delimiter in _DELIMITERS:
        rows: list[list[str]] = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                if row:
                    rows.append(row)
                if len(rows) > _SNIFFED:
                    break
            else:
                rows = rows if whole or len(rows) < 2 else rows[:-1]
        except csv.Error:
            pass
        if not rows:
            continue
        header = rows[0]
        alike = sum(len(row) == len(header) for row in rows) / len(rows) if len(header) > 1 else 0.0
        score = (len(wanted.intersection(header)), alike, len(header))
        if best is None or score > best[0]:
            best = (score, delimiter, header)
    if best is None:
        raise EvidenceError(f"{label}: the first line isn't a header")
    return best[1], best[2]


def first_lines(con: duckdb.DuckDBPyConnection, file: File) -> bytes:
    """The first lines of a file that only the engine can unpack."""
    lines = (
        f"read_csv({literal(file.pattern)}, auto_detect = false, header = false, delim = '\x01', quote = '',"
        f" escape = '', compression = {literal(file.compression)}, columns = {{'line': 'VARCHAR'}})"
    )
    try:
        found = con.execute(f"SELECT line FROM {lines} LIMIT 1000").fetchall()
    except duckdb.InvalidInputException as error:
        raise EvidenceError(unpack_first(file)) from error
    except duckdb.Error as error:
        raise EvidenceError(f"{file.label}: can't be unpacked: {str(error).splitlines()[0]}") from error
    return "".join(f"{line or ''}\n" for (line,) in found).encode()[:SAMPLE]
