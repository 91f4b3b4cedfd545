"""Copying a CSV file that breaks the rules into one that keeps them, with a list of what was wrong."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

from pyrometer.errors import EvidenceError
from pyrometer.evidence.files import File, opened
from pyrometer.evidence.notes import SHOWN, DataNote, clip

_FOREIGN = re.compile("[\udc80-\udcff]")
"""A byte that could not be decoded, as Python carries it along."""


class _Finding:
    """Counts rows of one kind and keeps the first few."""

    def __init__(self) -> None:
        self.count = 0
        self.samples: list[tuple[int, str]] = []

    def add(self, row: int, text: str) -> None:
        self.count += 1
        if len(self.samples) < SHOWN:
            self.samples.append((row, clip(text)))


def unpack_first(file: File) -> str:
    """What to say of a file that only the engine can unpack, and that it can't read as it is."""
    return f"{file.label}: has rows that need mending; unpack it first (zstd -d), then try again"


def mended(file: File, encoding: str, delimiter: str, width: int, keep: ExitStack) -> tuple[str, list[DataNote]]:
    """A well-formed copy in UTF-8 without a header, whose first column is the row's number; and what was mended.

    Rows with too few columns are filled up with blanks; those with too many are left out, since nobody can tell which
    value belongs where; bytes that aren't UTF-8 are read as Windows-1252. Lasts until `keep` is closed.
    """
    if file.compression == "zstd":
        raise EvidenceError(unpack_first(file))
    target = keep.enter_context(
        tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", prefix="pyrometer-", suffix=".csv")
    )
    short, long, broken, foreign = _Finding(), _Finding(), _Finding(), _Finding()
    write = csv.writer(target, lineterminator="\n").writerow
    try:
        errors = "surrogateescape" if encoding == "utf-8" else "replace"
        coding = "utf-8-sig" if encoding == "utf-8" else encoding
        with opened(file) as stream, io.TextIOWrapper(stream, coding, errors, newline="") as text:
            row = 0
            reader = csv.reader(_lines(text, foreign, lambda: row + 1), delimiter=delimiter)
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    row += 1
                    broken.add(row, str(error))
                    continue
                if not cells:
                    continue
                row += 1
                if row == 1:
                    continue
                if len(cells) < width:
                    short.add(row, delimiter.join(cells))
                    cells += [""] * (width - len(cells))
                elif len(cells) > width:
                    if any(cell.strip() for cell in cells[width:]):
                        long.add(row, delimiter.join(cells))
                        continue
                    del cells[width:]
                write([row, *cells])
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise EvidenceError(f"{file.label}: is cut off or damaged: {error}") from error
    except OSError as error:
        raise EvidenceError(f"{file.label}: {error.strerror or error}") from error
    target.flush()
    return target.name, list(_notes(file, width, short, long, broken, foreign))


def _lines(text: Iterable[str], foreign: _Finding, row: Callable[[], int]) -> Iterator[str]:
    """The lines of a file; a byte that isn't UTF-8 becomes the letter it is in Windows-1252, and is reported."""
    for line in text:
        if not line.isascii() and _FOREIGN.search(line):
            mended_line = western(line)
            foreign.add(row(), mended_line.strip())
            yield mended_line
        else:
            yield line


def western(text: str) -> str:
    """A text whose bytes that aren't UTF-8, carried along as surrogates, are the letters they are in Windows-1252."""
    return text if text.isascii() else _FOREIGN.sub(_western, text)


def _western(match: re.Match[str]) -> str:
    byte = match[0].encode(errors="surrogateescape")
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def _have(finding: _Finding) -> str:
    return "s have" if finding.count > 1 else " has"


def _notes(
    file: File, width: int, short: _Finding, long: _Finding, broken: _Finding, foreign: _Finding
) -> Iterator[DataNote]:
    if short.count:
        yield DataNote(
            "warning",
            file.label,
            f"{short.count:,} row{_have(short)} fewer than the {width} columns of the header",
            why="what is missing is taken as blank; a last row like that was probably cut off",
            count=short.count,
            samples=tuple(short.samples),
        )
    if long.count:
        yield DataNote(
            "warning",
            file.label,
            f"{long.count:,} row{_have(long)} more than the {width} columns of the header",
            why="left out, since nobody can tell which value belongs where",
            fix="put values that hold the delimiter in quotes",
            count=long.count,
            samples=tuple(long.samples),
        )
    if broken.count:
        yield DataNote(
            "warning",
            file.label,
            f"{broken.count:,} row{'s' * (broken.count > 1)} can't be read",
            why="left out; often a quote that is never closed",
            count=broken.count,
            samples=tuple(broken.samples),
        )
    if foreign.count:
        yield DataNote(
            "warning",
            file.label,
            f"{foreign.count:,} line{'s are' if foreign.count > 1 else ' is'} not UTF-8",
            why="read as Windows-1252; check that the letters came out right",
            fix="export as UTF-8",
            count=foreign.count,
            samples=tuple(foreign.samples),
        )
