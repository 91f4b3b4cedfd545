"""Finding the files of an input, and telling what they are by what is in them."""

from __future__ import annotations

import glob
import gzip
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

from pyrometer.errors import EvidenceError
from pyrometer.evidence.notes import some
from pyrometer.evidence.zstdfile import is_whole

Format = Literal["csv", "jsonl", "json", "parquet"]
Compression = Literal["none", "gzip", "zstd"]

SAMPLE = 1 << 18
"""How many bytes of a file are looked at to tell what it is."""

_SUFFIXES: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_COMPRESSED = (".gz", ".zst", ".zstd")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or zip archive; export it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; export it as CSV"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"BZh", "compressed with bzip2; gzip and zstd are understood"),
    (b"\xfd7zXZ", "compressed with xz; gzip and zstd are understood"),
    (b"Obj\x01", "an Avro file; convert it to Parquet"),
    (b"ORC", "an ORC file; convert it to Parquet"),
    (b"ARROW1", "an Arrow file; convert it to Parquet"),
)


@dataclass(frozen=True)
class File:
    """A file to read: its path, the name that messages use, how it is packed, and its first bytes (unpacked)."""

    path: str
    label: str
    format: Format
    compression: Compression
    sample: bytes
    spooled: bool = False

    @property
    def pattern(self) -> str:
        """The path as the engine reads it, which would take `*`, `?` and `[` for wildcards."""
        return glob.escape(self.path)


def find(sources: Sequence[str | Path], keep: ExitStack) -> list[File]:
    """The files behind paths, globs, folders and `-` (standard input), in a fixed order; raises EvidenceError.

    What can be read only once is copied to a temporary file, which goes when `keep` is closed.
    """
    found = [each for source in sources for each in _paths(str(source))]
    names = [label for _, label in found]
    files: list[File] = []
    for path, name in found:
        label = name if names.count(name) == 1 else path
        files.append(_streamed(path, label, keep) if path == "-" or is_stream(path) else _identified(path, label))
    return files


def opened(file: File) -> BinaryIO:
    """The unpacked bytes of a file that Python can unpack (not zstd)."""
    if file.compression == "gzip":
        return cast(BinaryIO, gzip.open(file.path, "rb"))  # which has all that is asked of it, and isn't typed as one
    return open(file.path, "rb")


def _paths(source: str) -> Iterator[tuple[str, str]]:
    if source == "-":
        yield "-", "standard input"
        return
    path = os.path.expanduser(source)
    if os.path.isdir(path):
        yield from _in_folder(path, source)
    elif os.path.exists(path):
        yield path, os.path.basename(path)
    elif glob.has_magic(path):
        found = sorted(each for each in glob.glob(path, recursive=True) if os.path.isfile(each))
        if not found:
            raise EvidenceError(f"{source}: no file matches")
        for each in found:
            yield each, os.path.basename(each)
    else:
        raise EvidenceError(_absent(path, source))


def _absent(path: str, source: str) -> str:
    folder = os.path.dirname(path) or "."
    if "://" in source:
        return f"{source}: only local files are read; copy it here first"
    if not os.path.isdir(folder):
        return f"{source}: no such file, and no folder {os.path.dirname(source)}"
    try:
        there = sorted(name for name in os.listdir(folder) if format_of(name))
    except OSError:
        there = []
    return f"{source}: no such file" + (f"; the folder holds {some(there, 5)}" if there else "")


def _in_folder(path: str, source: str) -> Iterator[tuple[str, str]]:
    if os.path.isdir(os.path.join(path, "_delta_log")):
        raise EvidenceError(
            f"{source}: a Delta table; its folder also holds files that are no longer part of it, "
            "so export it, or name the Parquet files one by one"
        )
    found = []
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        found += [
            os.path.join(folder, name) for name in sorted(names) if not name.startswith((".", "_")) and format_of(name)
        ]
    if not found:
        raise EvidenceError(f"{source}: the folder holds no CSV, TSV, JSONL or Parquet files")
    for each in found:
        yield each, os.path.relpath(each, path)


def _refuse(error: OSError) -> None:
    raise EvidenceError(f"{error.filename}: {error.strerror}") from error


def format_of(name: str) -> Format | None:
    """The format that a file's name tells, compressed or not; None where it is that of no data."""
    stem, suffix = os.path.splitext(name.lower())
    if suffix in _COMPRESSED:
        suffix = os.path.splitext(stem)[1]
    return _SUFFIXES.get(suffix)


def is_stream(path: str) -> bool:
    """Whether a path leads to what can be read only once: a pipe or a device."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False  # whoever opens it will say what is wrong
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _streamed(path: str, label: str, keep: ExitStack) -> File:
    target = keep.enter_context(tempfile.NamedTemporaryFile(prefix="pyrometer-", suffix=".input"))
    try:
        source = getattr(sys.stdin, "buffer", None) if path == "-" else keep.enter_context(open(path, "rb"))
        if source is None:
            raise EvidenceError("standard input is closed")
        while block := source.read(1 << 20):
            target.write(block)
    except OSError as error:
        raise EvidenceError(f"{label}: {error.strerror or error}") from error
    target.flush()
    return _identified(target.name, label, spooled=True)


def _identified(path: str, label: str, *, spooled: bool = False) -> File:
    try:
        with open(path, "rb") as stream:
            start = stream.read(SAMPLE)
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror or error}") from error
    named = None if spooled else format_of(path)
    if start[:4] == b"PAR1" or (named == "parquet" and start):
        if start[:4] != b"PAR1":
            raise EvidenceError(f"{label}: is called Parquet, but isn't")
        return File(path, label, "parquet", "none", b"", spooled)
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise EvidenceError(f"{label}: is {what}")
    compression: Compression = "none"
    if start[:2] == b"\x1f\x8b":
        compression, start = "gzip", _inflated(path, label)
    elif start[:4] == b"\x28\xb5\x2f\xfd":
        compression, start = "zstd", b""
        if not is_whole(path):
            raise EvidenceError(f"{label}: is cut off or damaged")
    elif path.lower().endswith(_COMPRESSED) and start and not spooled:
        raise EvidenceError(f"{label}: is called compressed, but isn't; take the suffix off its name")
    return File(path, label, _text_format(start, named), compression, start, spooled)


def _inflated(path: str, label: str) -> bytes:
    try:
        with gzip.open(path, "rb") as stream:
            # `read1` gives what there is of a file that was cut off; whether it was, the reader says later.
            return stream.read1(SAMPLE)
    except (OSError, EOFError, zlib.error) as error:
        raise EvidenceError(f"{label}: can't be unpacked: {error}") from error


def _text_format(sample: bytes, named: Format | None) -> Format:
    """What a text holds: its suffix decides between CSV and JSON, its first letter if there is none."""
    first = sample.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if named in (None, "jsonl") and first == b"[":
        return "json"
    if named is not None:
        return named
    return "jsonl" if first == b"{" else "csv"
