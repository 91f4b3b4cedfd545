"""What chdb and a ClickHouse server have in common: settings, types, statements, rows, and what their errors mean."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pyrometer.errors import EvidenceError

SETTINGS: Mapping[str, str] = {
    # what the SQL means
    "join_use_nulls": "1",
    "transform_null_in": "0",
    "prefer_column_name_to_alias": "1",
    "session_timezone": "UTC",
    "precise_float_parsing": "1",
    "short_circuit_function_evaluation": "force_enable",
    # which rows are read: all, or none and an error
    **dict.fromkeys(
        (
            "read_overflow_mode",
            "read_overflow_mode_leaf",
            "group_by_overflow_mode",
            "sort_overflow_mode",
            "result_overflow_mode",
            "timeout_overflow_mode",
            "timeout_overflow_mode_leaf",
            "set_overflow_mode",
            "join_overflow_mode",
            "transfer_overflow_mode",
            "distinct_overflow_mode",
        ),
        "throw",
    ),
    "limit": "0",
    "offset": "0",
    "final": "0",
    "additional_table_filters": "{}",
    "additional_result_filter": "",
    "skip_unavailable_shards": "0",
    "join_default_strictness": "ALL",
    # the query of a wide definition is long
    "max_query_size": str(2**30),
    "max_ast_elements": str(10**7),
    "max_expanded_ast_elements": str(10**8),
    "max_ast_depth": "100000",
    "max_parser_depth": "10000",
    # how rows come back
    "output_format_parquet_string_as_string": "1",
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_validate_utf8": "1",
    "date_time_output_format": "simple",
}
"""Given with every query, so that no profile of a server changes a result; passed limits are errors, not ends."""

ROWS = "JSONCompactEachRowWithNamesAndTypes"
"""The format that `rows_of` reads."""

PUT = "JSONCompactEachRow"
"""The format that `lines_of` writes."""

UNKNOWN_TABLE, UNKNOWN_DATABASE, READONLY, CONSTRAINED, DENIED = 60, 81, 164, 452, 497
NO_LOGIN = frozenset({192, 193, 194, 516})

_INSIDE = re.compile(r"(?:Nullable|LowCardinality|SimpleAggregateFunction)\((?:\w+, )?(.*)\)", re.DOTALL)
_FAMILIES = [
    (re.compile(pattern), family)
    for pattern, family in (
        (r"(String|FixedString\(.*|Enum(8|16)\(.*|UUID)$", "text"),
        (r"U?Int(8|16|32|64|128|256)$", "whole"),
        (r"Decimal", "decimal"),
        (r"(Float(32|64)|BFloat16)$", "real"),
        (r"Bool$", "truth"),
        (r"Date(32)?$", "day"),
        (r"DateTime(64)?(\(|$)", "zoned"),
        (r"Map\((String|LowCardinality\(String\)|FixedString\(\d+\)), ", "map"),
        (r"(JSON|Object)(\(|$)", "json"),
    )
]
_CODE = re.compile(r"Code: (\d+)\. DB::(?:\w+::)*\w*Exception: ")
_KIND = re.compile(r" \(([A-Z][A-Z_0-9]+)\)(?: \(version .*)?(?: \(for url .*)?\s*$", re.DOTALL)
_PLACE = re.compile(
    r"[.:,;]? ?(In scope|While (processing|executing)|while (executing|reading)|Stack trace).*", re.DOTALL
)


class RefusedError(EvidenceError):
    """The engine said no; `code` is ClickHouse's number for the reason."""

    def __init__(self, message: str, code: int) -> None:
        self.code = code
        super().__init__(message)


def family_of(kind: str) -> str:
    """The family of a type, or the type itself where evidence can't be read from it.

    >>> [family_of(kind) for kind in ("LowCardinality(Nullable(String))", "DateTime64(3, 'Asia/Tokyo')", "IPv4")]
    ['text', 'zoned', 'IPv4']
    """
    inner = kind
    while found := _INSIDE.fullmatch(inner):
        inner = found[1]
    return next((family for pattern, family in _FAMILIES if pattern.match(inner)), kind)


def families_of(answer: bytes) -> dict[str, str]:
    """The columns that DESCRIBE TABLE tells of, with their families; not those that hold nothing."""
    return {name: family_of(kind) for name, kind, default, *_ in rows_of(answer) if default != "EPHEMERAL"}


def rows_of(answer: bytes) -> list[tuple[Any, ...]]:
    """The rows of a small answer; times without a zone, in UTC."""
    lines = answer.splitlines()
    if not lines:
        return []
    times = ["DateTime" in kind for kind in json.loads(lines[1])]

    def value(given: Any, is_time: bool) -> Any:
        return datetime.fromisoformat(given) if is_time and given is not None else given

    return [tuple(map(value, json.loads(line), times)) for line in lines[2:]]


def lines_of(rows: Sequence[Sequence[Any]], each: int = 10_000) -> Generator[bytes]:
    """Rows to insert, many at a time."""
    for start in range(0, len(rows), each):
        yield "".join(json.dumps(row) + "\n" for row in rows[start : start + each]).encode()


def inlined(name: str, columns: Mapping[str, str], rows: Sequence[Sequence[int]]) -> str:
    """A small relation of whole numbers as a step of a query, which needs no right to make a table.

    >>> inlined("ages", {"at_age": "integer"}, [(0,), (1,)])
    "`ages` AS (SELECT `at_age` FROM (SELECT 1) ARRAY JOIN CAST([0, 1], 'Array(Int64)') AS `at_age`)"
    """
    values = zip(columns, zip(*rows, strict=True), strict=True) if rows else ((column, ()) for column in columns)
    arrays = [
        f"CAST([{', '.join(map(str, numbers))}], 'Array(Int64)') AS {quoted_name(column)}" for column, numbers in values
    ]
    shown = ", ".join(map(quoted_name, columns))
    return f"{quoted_name(name)} AS (SELECT {shown} FROM (SELECT 1) ARRAY JOIN {', '.join(arrays)})"


def with_steps(steps: Sequence[str], sql: str) -> str:
    """A query with more steps in front of its own."""
    if not steps:
        return sql
    rest = f", {sql.removeprefix('WITH ')}" if sql.startswith("WITH ") else f" {sql}"
    return f"WITH {', '.join(steps)}{rest}"


def temporary_table(name: str, columns: Mapping[str, str]) -> str:
    """The statement that makes a table of texts for this session."""
    typed = ", ".join(f"{quoted_name(column)} Nullable(String)" for column in columns)
    return f"CREATE TEMPORARY TABLE {quoted_name(name)} ({typed}) ENGINE = Memory"


def quoted_name(*parts: str) -> str:
    """A name, part by part.

    >>> quoted_name("crm", "odd`name")
    '`crm`.`odd\\\\`name`'
    """
    return ".".join("`" + part.replace("\\", "\\\\").replace("`", "\\`") + "`" for part in parts)


def quoted_text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def code_of(message: str) -> int:
    """The number of an error of ClickHouse's; 0 if there is none."""
    found = _CODE.search(message)
    return int(found[1]) if found else 0


def said(message: str) -> str:
    """What an error of ClickHouse's says, without its number, its place in the query and its stack.

    >>> said("Code: 60. DB::Exception: Table default.a does not exist. (UNKNOWN_TABLE) (version 26.9.2.1)")
    'Table default.a does not exist'
    """
    found = _CODE.search(message)
    text = message[found.end() :] if found else message
    text = _PLACE.sub("", _KIND.sub("", text.strip()))
    line = " ".join(text.split()).rstrip(".:, ")
    return line if len(line) <= 300 else line[:299] + "…"
