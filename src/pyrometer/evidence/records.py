"""Rows from Python: mappings of plain values, which mean what the same texts would mean in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice

from pyrometer.errors import EvidenceError
from pyrometer.evidence.notes import some
from pyrometer.evidence.table import FILE, ROW, Column, Table

_BATCH = 50_000
_SEPARATOR = "\x1f"

Record = Mapping[str, object]


def open_records(records: Iterable[Record], wanted: Iterable[str], label: str) -> Iterator[Table]:
    """Mappings as tables of texts, in batches; what isn't a mapping raises EvidenceError."""
    rows = iter(records)
    wanted = tuple(wanted)
    start = 0
    while batch := list(islice(rows, _BATCH)):
        yield _table(batch, wanted, label, start)
        start += len(batch)


def _table(batch: list[Record], wanted: tuple[str, ...], label: str, start: int) -> Table:
    try:
        seen = dict.fromkeys(key for record in batch for key in record)
        names = [name for name in wanted if name in seen]
        values = [[record.get(name) for record in batch] for name in names]
    except (AttributeError, TypeError):
        kinds = sorted({type(record).__name__ for record in batch} - {"dict"})
        raise EvidenceError(f"{label}: rows are mappings of names to values, not {some(kinds)}") from None
    columns, parameters = [], []
    for position, each in enumerate(values):
        parameter, sql = _column(each, f"${position + 1}")
        parameters.append(parameter)
        columns.append(f"unnest({sql}) AS c{position}")
    if not columns:
        columns = [f"unnest(range({len(batch)})) AS c"]
    numbered = f"(SELECT row_number() OVER () + {start} AS {ROW}, 0 AS {FILE}, * FROM (SELECT {', '.join(columns)}))"
    found = {name: Column(f"c{position}") for position, name in enumerate(names)}
    return Table((label,), numbered, tuple(str(key) for key in seen), found, tuple(parameters), rows=len(batch))


def _column(values: list[object], parameter: str) -> tuple[object, str]:
    """A column as one parameter, and the SQL that makes a list of it.

    One joined text is several times faster to hand over than a list; a blank and None mean the same.
    """
    try:
        joined = _SEPARATOR.join(values)  # type: ignore[arg-type]
    except TypeError:
        values = [_text(value) for value in values]
        joined = _SEPARATOR.join(values)  # type: ignore[arg-type]
    if not joined.isascii():
        joined = joined.encode("utf-8", "replace").decode()
    if joined.count(_SEPARATOR) == len(values) - 1:
        return joined, f"string_split({parameter}, chr(31))"
    return [str(value).encode("utf-8", "replace").decode() for value in values], f"CAST({parameter} AS VARCHAR[])"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        # Not a number is how data frames spell a missing value.
        return "" if value != value else repr(value) if isinstance(value, float) else format(value, "f")
    if isinstance(value, datetime):
        if value != value:
            return ""
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo is not None else value
        return moment.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=_text)
    return str(value)
