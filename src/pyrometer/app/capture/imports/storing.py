"""Takes a file in: checks that it is a text, finds its encoding, and keeps it with one byte at the end of each line."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from pyrometer.app.capture.imports.files import BadFileError

MOST_BYTES = 100 * 1024 * 1024

_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_OTHERS = {
    b"PK\x03\x04": "This is a workbook (or another packed file). Save the sheet as “CSV UTF-8” and upload that.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel workbook. Save the sheet as “CSV UTF-8” and upload that.",
    b"\x1f\x8b": "This file is packed with gzip. Unpack it first.",
    b"%PDF": "This is a PDF. A list of leads is a CSV or JSONL file.",
}


def kept(chunks: Iterable[bytes]) -> tuple[IO[bytes], str]:
    """A temporary file with what came, and its encoding. Raises BadFileError."""
    made = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        return made, _write(made, iter(chunks))
    except BaseException:
        made.close()
        raise


def _write(made: IO[bytes], chunks: Iterator[bytes]) -> str:
    first = next(chunks, b"")
    for start, reason in _OTHERS.items():
        if first.startswith(start):
            raise BadFileError(reason)
    wide = next((name for mark, name in _WIDE.items() if first.startswith(mark)), "")
    unicode = codecs.getincrementaldecoder(wide or "utf-8")()
    shift_jis = codecs.getincrementaldecoder("cp932")()
    is_unicode = may_be_shift_jis = True
    japanese = whole = 0
    chunk: bytes | None = first
    while chunk is not None:
        whole += len(chunk)
        if whole > MOST_BYTES:
            raise BadFileError(f"The file has more than {MOST_BYTES // 1024**2} MB. Split it, and upload the parts.")
        following = next(chunks, None)
        end = following is None
        if wide:
            try:
                made.write(_lines(unicode.decode(chunk, end).encode()))
            except UnicodeError:
                raise BadFileError("The file begins like UTF-16 but isn’t. Save it as “CSV UTF-8”.") from None
        else:
            if b"\0" in chunk:
                raise BadFileError("The file holds NUL bytes: it isn't a text. A list is a CSV or JSONL file.")
            if is_unicode:
                is_unicode = _decodes(unicode, chunk, end) is not None
            if may_be_shift_jis:
                text = _decodes(shift_jis, chunk, end)
                may_be_shift_jis = text is not None
                japanese += sum("぀" <= letter <= "鿿" for letter in (text or "")[:100_000])
            made.write(_lines(chunk))
        chunk = following
    if not whole:
        raise BadFileError("The file is empty.")
    made.seek(0)
    if wide or is_unicode:
        return "utf-8"
    return "cp932" if may_be_shift_jis and japanese else "cp1252"


def _lines(chunk: bytes) -> bytes:
    """Lines that end with a carriage return alone, as old Macintosh programs wrote them, end as others do."""
    return chunk.replace(b"\r", b"\n") if b"\r" in chunk and b"\n" not in chunk else chunk


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, end: bool) -> str | None:
    try:
        return decoder.decode(chunk, end)
    except UnicodeError:
        return None
