"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import gzip
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from pyrometer.cli.options import Format
from pyrometer.errors import UsageError

SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".txt": "table",
    "": "table",
}


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """The name of a new file beside `path`, which takes its place once the block is through.

    Whatever stops the block (an error, Ctrl-C, a full disk) leaves `path` as it was and removes the new file. A link is
    followed. What isn't a file (a pipe, /dev/null) is written to directly.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with _explained(path):
            yield path
        return
    part = path.with_name(f".pyrometer-{os.getpid()}.part")
    try:
        with _explained(path):
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666))
            if path.exists():
                os.chmod(part, stat.S_IMODE(path.stat().st_mode))
            yield part
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"can't write {path}: {error.strerror or error}") from error


@contextmanager
def text_output(out: Path | None, *, for_people: bool = False) -> Iterator[TextIO]:
    """A UTF-8 stream to standard output (None) or, whole or not at all, to a file; `.gz` is compressed.

    `for_people` leaves standard output in the terminal's own encoding.
    """
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper) and not for_people:
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    with (
        beside(out) as part,
        part.open("wb") as raw,
        _packed(raw, out) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as stream,
    ):
        yield stream


@contextmanager
def _packed(raw: BinaryIO, out: Path) -> Iterator[BinaryIO]:
    if out.suffix.lower() != ".gz":
        yield raw
        return
    # Without a name and a time inside, the same result is the same bytes.
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
        yield cast(BinaryIO, packed)


def check_output(out: Path | None, inputs: list[Path], *, option: str = "--out") -> Path | None:
    """The output file, None for standard output; refuses, before any work, what can't be written or is an input."""
    if out is None or str(out) == "-":
        return None
    if out.is_dir():
        raise UsageError(f"{option} {out} is a folder; name a file in it")
    if not out.parent.is_dir():
        raise UsageError(f"{option} {out}: there is no folder {out.parent}")
    if not os.access(out.parent, os.W_OK) and (out.is_file() or not out.exists()):
        raise UsageError(f"{option} {out}: not allowed to write in {out.parent.absolute()}")
    if out.is_file() and any(path.exists() and path.samefile(out) for path in inputs):
        raise UsageError(f"{option} {out} would overwrite an input; name another file")
    return out


def choose_format(asked: Format | None, out: Path | None) -> Format:
    """The format asked for, else what the output file's name says, else a table."""
    if asked is None and out is not None:
        name = out.name.lower().removesuffix(".gz")
        suffix = Path(name).suffix
        if suffix not in SUFFIXES:
            raise UsageError(f"--out {out}: what is `{suffix}`? Add --format table, jsonl, csv or parquet")
        asked = SUFFIXES[suffix]
    if asked == "parquet" and out is None:
        raise UsageError("--format parquet needs a file: add --out scores.parquet")
    if asked == "parquet" and out is not None and out.name.lower().endswith(".gz"):
        raise UsageError(f"--out {out}: Parquet is compressed inside; name it .parquet")
    return asked or "table"
