"""Files as they come: in which encoding, with which separator, with which columns, and their rows from any byte on.

Rows are read line by line from the bytes, so that the end of each is known and an import can go on exactly there.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pyrometer.app.capture.digest.values import keepable

ENCODINGS = {"utf-8": "Unicode (UTF-8)", "cp1252": "Western (Windows-1252)", "cp932": "日本語 (Shift JIS)"}
"""In which a line's end is one byte, whatever stands before it; UTF-16 is turned into UTF-8 when it is uploaded."""
SEPARATORS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
SAMPLE = 256 * 1024
LONGEST_LINE = 128 * 1024
"""Bytes of a line, and of a row that goes over several: the most that Python's csv reads as one cell."""
MOST_LINES = 200
"""Lines that one row may go over; more are a quote that nobody closed."""
MOST_COLUMNS = 200


class BadFileError(ValueError):
    """A file that can't be read at all; the message says why and what to do, for people."""


@dataclass(frozen=True)
class Shape:
    """How a file is written."""

    format: str
    encoding: str
    separator: str
    columns: tuple[str, ...]
    start: int
    """The byte at which the rows begin."""


@dataclass(frozen=True)
class Row:
    """One row: its cells by column, or why it isn't one; `end` is the byte behind it.

    `line` is the line of the file that it begins on, `last` the one that it ends on; the first is 1.
    """

    cells: Mapping[str, Any]
    problem: str
    end: int
    line: int
    last: int


def look(file: Path, *, encoding: str, separator: str = "") -> Shape:
    """The shape of a file; its separator is guessed where it isn't given. Raises BadFileError."""
    with file.open("rb") as binary:
        sample = binary.read(SAMPLE)
        first = len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0
        if sample[first:].lstrip()[:1] == b"{":
            binary.seek(first)
            return Shape("jsonl", "utf-8", "", _keys(binary), first)
        separator = separator or _separator(sample[first:].decode(encoding, "replace"))
        binary.seek(first)
        for row in _records(binary, first, encoding, separator):
            if isinstance(row[0], str):
                raise BadFileError(f"The first row can't be read: {row[0]}.")
            names = _named(row[0])
            if len(names) > MOST_COLUMNS:
                raise BadFileError(f"The file has {len(names)} columns; at most {MOST_COLUMNS} are understood.")
            return Shape("csv", encoding, separator, names, row[1])
    raise BadFileError("The file is empty. Its first row names the columns.")


def rows(file: Path, shape: Shape, start: int = 0, before: int = 0) -> Iterator[Row]:
    """The rows from a byte on (0: from the first); `before` are the lines that end there, where they are counted."""
    at = start or shape.start
    with file.open("rb") as binary:
        before = before or _lines(binary, at)
        binary.seek(at)
        if shape.format == "jsonl":
            yield from _objects(binary, at, before)
            return
        width = len(shape.columns)
        for cells, *place in _records(binary, at, shape.encoding, shape.separator, before):
            if isinstance(cells, str):
                yield Row({}, cells, *place)
            elif any(cell.strip() for cell in cells[width:]):
                reason = f"has {len(cells)} cells where the first row has {width}; is a text with a separator unquoted?"
                yield Row(dict(zip(shape.columns, cells, strict=False)), reason, *place)
            else:
                yield Row(dict(zip(shape.columns, cells, strict=False)), "", *place)


def _lines(binary: BinaryIO, end: int) -> int:
    """How many lines end before a byte."""
    found = 0
    while end > 0 and (some := binary.read(min(end, SAMPLE))):
        found += some.count(b"\n")
        end -= len(some)
    return found


def _records(
    binary: BinaryIO, at: int, encoding: str, separator: str, line: int = 0
) -> Iterator[tuple[list[str] | str, int, int, int]]:
    """Cells, end, first and last line of each row, or instead of cells what is wrong; blank lines are passed over."""
    while raw := binary.readline(LONGEST_LINE + 1):
        line += 1
        text = raw.decode(encoding, "replace")
        at += len(raw)
        if len(raw) > LONGEST_LINE:
            raise BadFileError(f"A line has more than {LONGEST_LINE // 1024} KB; is this a list with one row a line?")
        if not text.strip():
            continue
        if '"' not in text:
            yield text.rstrip("\r\n").split(separator), at, line, line
            continue
        lines, after = [text], at
        while (cells := _quoted(lines, separator)) is None:
            raw = binary.readline(LONGEST_LINE + 1)
            if not raw or len(lines) >= MOST_LINES or at + len(raw) - after > LONGEST_LINE:
                break
            lines.append(raw.decode(encoding, "replace"))
            at += len(raw)
        if cells is None:
            # Only this line is lost: it goes on with the next one.
            at = after
            binary.seek(at)
            yield 'opens a quote (") that is never closed', at, line, line
        else:
            first, line = line, line + len(lines) - 1
            yield cells, at, first, line


def _quoted(lines: list[str], separator: str) -> list[str] | None:
    """The cells of a row with quotes; None while a quote is open."""
    text = "".join(lines).rstrip("\r\n")
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return None
    # A quote in the middle of a word is just a sign: 5" pipes.
    return next(csv.reader(text.splitlines(keepends=True), delimiter=separator))


def _objects(binary: BinaryIO, at: int, line: int = 0) -> Iterator[Row]:
    while raw := binary.readline(LONGEST_LINE + 1):
        at, line = at + len(raw), line + 1
        if len(raw) > LONGEST_LINE:
            raise BadFileError(f"A line has more than {LONGEST_LINE // 1024} KB; one line holds one object.")
        if not raw.strip():
            continue
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            yield Row({}, "is no JSON", at, line, line)
            continue
        if isinstance(found, dict):
            yield Row(_flat(found), "", at, line, line)
        else:
            yield Row({}, "is no JSON object", at, line, line)


def _flat(found: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose inner objects are spread out, one level deep: {"company": {"name": …}} has `company.name`."""
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            flat |= {keepable(f"{name}.{inner}"): deep for inner, deep in value.items()}
        else:
            # Names of columns are kept with the mapping, where not every database takes every letter.
            flat[keepable(name)] = value
    return flat


def _keys(binary: BinaryIO) -> tuple[str, ...]:
    """The names that the first thousand objects have, in the order in which they appear."""
    names: dict[str, None] = {}
    for number, row in enumerate(_objects(binary, 0)):
        names |= dict.fromkeys(row.cells)
        if number >= 1000 or len(names) > MOST_COLUMNS:
            break
    if not names:
        raise BadFileError("The first lines of the file hold no JSON objects.")
    return tuple(names)[:MOST_COLUMNS]


def _named(cells: list[str]) -> tuple[str, ...]:
    """Names of columns, each once; one without a name is called by its place."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = plain = cell.strip() or f"column {place}"
        again = 2
        while name in names:
            name, again = f"{plain} ({again})", again + 1
        names.append(name)
    while names and names[-1] == f"column {len(names)}":
        names.pop()
    if not names:
        raise BadFileError("The first row names no columns.")
    return tuple(names)


def _separator(text: str) -> str:
    """The sign that splits the first lines into the most cells, as many in each."""
    lines = [line[:8000] for line in text.splitlines()[:20] if line.strip()]

    def evenly(sign: str) -> tuple[int, int]:
        counts = [len(next(csv.reader([line], delimiter=sign))) for line in lines]
        first = counts[0] if counts else 1
        return (sum(count == first for count in counts) if first > 1 else 0, first)

    return max(SEPARATORS, key=evenly)
