"""JSON: one object a line, or one array of objects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

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
    if file.format == "json":
        return _table(file, first, _apart(wanted, ()), None)
    if not sample.strip():
        return Table((file.label,), f"(SELECT 0 AS {ROW}, {first} AS {FILE} WHERE false)", (), {}, rows=0)
    whole = len(sample) < SAMPLE and file.compression != "zstd"
    seen = _keys(sample, whole=whole)
    if not seen:
        raise EvidenceError(f"{file.label}: isn't JSON, one object a line")
    # A file that was seen only in part may have keys further down that its beginning lacks.
    keys = _apart([key for key in wanted if key in seen or not whole], seen) or list(wanted[:1])

    def mend() -> Table:
        note = DataNote(
            "warning",
            file.label,
            "has lines that aren't JSON objects",
            why="they count as rows without values",
            fix="write one object a line, in UTF-8",
        )
        return replace(_table(file, first, keys, seen, lenient=True), notes=(note,))

    return replace(_table(file, first, keys, seen), mend=mend)


def keys_of(con: duckdb.DuckDBPyConnection, file: File) -> tuple[str, ...]:
    """Every key that some record of a JSON file has, for those who want them all; those of its beginning where that
    is all that can be read."""
    options = f"format = '{'array' if file.format == 'json' else 'newline_delimited'}'"
    options += f", compression = {literal(file.compression)}, ignore_errors = {str(file.format != 'json').lower()}"
    source = f"read_json_objects({literal(file.pattern)}, {options})"
    objects = f"SELECT json FROM {source} WHERE json_type(json) = 'OBJECT'"
    try:
        found = con.execute(f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM ({objects}) ORDER BY key").fetchall()
    except duckdb.Error:
        sample = file.sample if file.compression != "zstd" else first_lines(con, file)
        return _keys(sample, whole=False)
    return tuple(key for (key,) in found)


def _table(
    file: File, first: int, keys: Sequence[str], seen: tuple[str, ...] | None, *, lenient: bool = False
) -> Table:
    spec = ", ".join(f"{literal(key)}: 'VARCHAR'" for key in keys)
    options = f"format = '{'array' if file.format == 'json' else 'newline_delimited'}', columns = {{{spec}}}"
    options += f", compression = {literal(file.compression)}, ignore_errors = {str(lenient).lower()}"
    source = f"read_json({literal(file.pattern)}, {options})"
    relation = f"(SELECT row_number() OVER () AS {ROW}, {first} AS {FILE}, * FROM {source})"
    shown = seen if seen is not None else tuple(keys)
    columns = {key: Column(ident(key)) for key in keys}
    return Table((file.label,), relation, shown, columns)


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
