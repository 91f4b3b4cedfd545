"""JSON: one object a line, or one array of objects."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from pyrometer.errors import EvidenceError
from pyrometer.evidence.csvfile import first_lines
from pyrometer.evidence.files import SAMPLE, File
from pyrometer.evidence.notes import DataNote
from pyrometer.evidence.quote import ident, literal
from pyrometer.evidence.table import FILE, ROW, Column, Table


def open_json(con: duckdb.DuckDBPyConnection, file: File, wanted: Sequence[str], first: int) -> Table:
    """A JSONL file (or a JSON array) as a table of texts: numbers and truth values as they are written."""
    sample = file.sample if file.compression != "zstd" else first_lines(con, file)
    if b"\0" in sample[:4000]:
        raise EvidenceError(f"{file.label}: isn't JSON in UTF-8")
    seen = _keys(sample, whole=len(sample) < SAMPLE) if file.format == "jsonl" else None
    keys = _apart(wanted, seen or ())
    strict = _table(file, first, keys, seen)
    if file.format == "json":
        return strict

    def mend() -> Table:
        note = DataNote(
            "warning",
            file.label,
            "has lines that aren't JSON objects",
            why="they count as rows without values",
            fix="write one object a line, in UTF-8",
        )
        lenient = _table(file, first, keys, seen, lenient=True)
        return Table(lenient.files, lenient.relation, lenient.seen, lenient.columns, notes=(note,))

    return Table(strict.files, strict.relation, strict.seen, strict.columns, mend=mend)


def _table(
    file: File, first: int, keys: Sequence[str], seen: tuple[str, ...] | None, *, lenient: bool = False
) -> Table:
    spec = ", ".join(f"{literal(key)}: 'VARCHAR'" for key in keys)
    options = f"format = '{'array' if file.format == 'json' else 'newline_delimited'}', columns = {{{spec}}}"
    options += f", compression = {literal(file.compression)}, ignore_errors = {str(lenient).lower()}"
    source = f"read_json({literal(file.pattern)}, {options})"
    relation = f"(SELECT row_number() OVER () AS {ROW}, {first} AS {FILE}, * FROM {source})"
    shown = seen if seen is not None else tuple(keys)
    return Table((file.label,), relation, shown, {key: Column(ident(key)) for key in keys})


def _apart(wanted: Sequence[str], seen: Sequence[str]) -> list[str]:
    """The wanted keys; of those that differ only by case, which the engine can't tell apart, the one that is there."""
    chosen: dict[str, str] = {}
    for key in sorted(wanted, key=lambda key: key not in seen):
        chosen.setdefault(key.lower(), key)
    return [key for key in dict.fromkeys(wanted) if key in chosen.values()]


def _keys(sample: bytes, *, whole: bool) -> tuple[str, ...]:
    lines = sample.splitlines()
    keys: dict[str, None] = {}
    for line in lines if whole else lines[:-1]:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            keys.update(dict.fromkeys(record))
    return tuple(keys)
