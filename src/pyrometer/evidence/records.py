"""Rows from Python: mappings of plain values, which mean what the same texts would mean in a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter
from typing import cast

from pyrometer.errors import EvidenceError
from pyrometer.evidence.notes import some
from pyrometer.evidence.table import FILE, ROW, Column, Table

_BATCH = 50_000
_SEPARATOR = "\x1f"
_WIDEST = 2**63

Record = Mapping[str, object]


def open_records(records: Iterable[Record], wanted: Iterable[str], label: str) -> Iterator[Table]:
    """Mappings as tables, in batches; what isn't a mapping raises EvidenceError.

    A column whose values all have one Python type keeps that type; any other is a column of texts.
    """
    rows = iter(records)
    wanted = tuple(wanted)
    start = 0
    while batch := list(islice(rows, _BATCH)):
        yield _table(batch, wanted, label, start)
        start += len(batch)


def _table(batch: list[Record], wanted: tuple[str, ...], label: str, start: int) -> Table:
    try:
        seen, values = _columns(batch, wanted)
    except (AttributeError, TypeError):
        kinds = sorted({type(record).__name__ for record in batch} - {"dict"})
        raise EvidenceError(f"{label}: rows are mappings of names to values, not {some(kinds)}") from None
    columns: dict[str, Column] = {}
    parameters: list[object] = []
    lists: list[str] = []
    for position, (name, each) in enumerate(values.items()):
        column = f"c{position}"
        texts, sql_type = _encoded(each)
        parameter, sql = _handed_over(texts, f"${position + 1}")
        parameters.append(parameter)
        lists.append(f"unnest({sql}) AS {column}")
        columns[name] = Column(_DECODED.get(sql_type, "TRY_CAST({} AS {})").format(column, sql_type), sql_type)
    if not lists:
        lists = [f"unnest(range({len(batch)})) AS c"]
    numbered = f"(SELECT row_number() OVER () + {start} AS {ROW}, 0 AS {FILE}, * FROM (SELECT {', '.join(lists)}))"
    return Table((label,), numbered, tuple(str(key) for key in seen), columns, tuple(parameters), rows=len(batch))


_DECODED = {"TIDY": "{}", "TIMESTAMP": "make_timestamp(TRY_CAST({} AS BIGINT))"}
"""How a column's texts become what they stand for, where that isn't a cast."""


def _columns(batch: list[Record], wanted: Sequence[str]) -> tuple[list[str], dict[str, list[object]]]:
    """All names in their order, and the values of those that are wanted."""
    first = list(batch[0])
    # A mapping of another kind may make up a value for a name that it doesn't have, and keep it.
    if set(map(type, batch)) == {dict} and set(map(len, batch)) == {len(first)}:
        try:
            # As many names in every row, and all of the first row's: to look up columns is quicker than to read names.
            found = {name: list(map(itemgetter(name), batch)) for name in first}
        except KeyError:
            pass
        else:
            return first, {name: found[name] for name in wanted if name in found}
    seen = dict.fromkeys(chain.from_iterable(batch))
    return list(seen), {name: [record.get(name) for record in batch] for name in wanted if name in seen}


def _encoded(values: list[object]) -> tuple[list[str], str]:
    """The values as texts, "" for those that are missing, and the type of the column."""
    if isinstance(next((value for value in values if value is not None), None), str):
        return _tidied(values), "TIDY"
    kinds = set(map(type, values)) - {type(None)}
    if len(kinds) == 1:
        (kind,) = kinds
        if kind in _TYPED:
            encode, sql_type = _TYPED[kind]
            known = [value for value in values if value is not None] if None in values else values
            try:
                texts = encode(known)
            except (OverflowError, ValueError):
                pass  # beyond what the type can hold: as texts they are reported
            else:
                if known is values:
                    return texts, sql_type
                each = iter(texts)
                return ["" if value is None else next(each) for value in values], sql_type
    return [_text(value) for value in values], "TIDY"


def _tidied(values: list[object]) -> list[str]:
    """Values of which one at least is a text, as texts: empty where nothing is said."""
    different: set[object]
    try:
        different = set(values)
    except TypeError:
        different = {None, 0}  # lists or mappings are among them
    if set(map(type, different)) <= {str, type(None)} and not any(map(_is_blank, different)):
        texts = cast("list[str]", values)
        return [text or "" for text in texts] if None in different else texts
    return list(map(_text, values))


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and value.isspace()


def _wholes(values: list[int]) -> list[str]:
    if not (min(values) >= -_WIDEST and max(values) < _WIDEST):
        raise OverflowError
    return list(map(str, values))


def _real(value: float) -> str:
    # Not a number is how data frames spell a missing value.
    return float.__repr__(value) if value == value else ""


def _times(values: list[datetime]) -> list[str]:
    """Microseconds since 1970 in UTC: several times quicker to hand over than times are."""
    if {value.tzinfo for value in values} != {None}:
        values = list(map(_in_utc, values))
    ages = [value - _EPOCH for value in values]
    return [str((age.days * 86_400 + age.seconds) * 1_000_000 + age.microseconds) for age in ages]


def _in_utc(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)

_TYPED: dict[type, tuple[Callable[..., list[str]], str]] = {
    bool: (lambda values: ["true" if value else "false" for value in values], "BOOLEAN"),
    int: (_wholes, "BIGINT"),
    float: (lambda values: list(map(_real, values)), "DOUBLE"),
    date: (lambda values: list(map(str, values)), "DATE"),
    datetime: (_times, "TIMESTAMP"),
}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value.isspace() else str.__str__(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _real(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value == value else ""
    if isinstance(value, datetime):
        try:
            return _in_utc(value).isoformat(" ") if value == value else ""  # data frames spell a missing time so, too
        except OverflowError:
            return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=_text)
    return str(value)


def _handed_over(texts: list[str], parameter: str) -> tuple[object, str]:
    """A column as one parameter, and the SQL that makes a list of it.

    One joined text is several times faster to hand over than a list.
    """
    joined = _SEPARATOR.join(texts)
    if joined.count(_SEPARATOR) == len(texts) - 1:
        return _encodable(joined), f"string_split({parameter}, chr(31))"
    return [_encodable(text) for text in texts], f"CAST({parameter} AS VARCHAR[])"


def _encodable(text: str) -> str:
    """A text without halves of letters, which no encoding can carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
