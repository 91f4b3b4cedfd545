"""What chdb and a ClickHouse server have in common: settings, types, rows, and what their errors mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

SETTINGS: Mapping[str, str] = {
    # what the SQL means
    "join_use_nulls": "1",
    "transform_null_in": "0",
    "prefer_column_name_to_alias": "1",
    "session_timezone": "UTC",
    "precise_float_parsing": "1",
    "short_circuit_function_evaluation": "force_enable",
    # wide definitions are long queries
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
"""Given with every query, so that no profile of a server changes a result."""

ROWS = "JSONCompactEachRowWithNamesAndTypes"
"""The format that `rows_of` reads."""

UNKNOWN_TABLE, UNKNOWN_DATABASE = 60, 81

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
_CODE = re.compile(r"Code: (\d+)\. DB::(?:Net|Parsing|Session)?Exception: ")
_KIND = re.compile(r" \(([A-Z][A-Z_0-9]+)\)(?: \(version .*)?\s*$")
_SCOPE = re.compile(
    r"[.:,]? (In scope|While (processing|executing)|while (executing|reading)|Stack trace|in query).*", re.S
)


def family_of(kind: str) -> str:
    """The family of a type, or the type itself where evidence can't be read from it.

    >>> [family_of(kind) for kind in ("LowCardinality(Nullable(String))", "DateTime64(3, 'Asia/Tokyo')", "IPv4")]
    ['text', 'zoned', 'IPv4']
    """
    inner = kind.strip()
    while found := _INSIDE.fullmatch(inner):
        inner = found[1]
    return next((family for pattern, family in _FAMILIES if pattern.match(inner)), kind)


def rows_of(answer: bytes) -> list[tuple[Any, ...]]:
    """The rows of a small answer; times without a zone, in UTC."""
    lines = answer.splitlines()
    if not lines:
        return []
    times = ["DateTime" in kind for kind in json.loads(lines[1])]

    def value(given: Any, is_time: bool) -> Any:
        return datetime.fromisoformat(given) if is_time and given is not None else given

    return [tuple(map(value, json.loads(line), times)) for line in lines[2:]]


def code_of(message: str) -> int:
    """The number of an error of ClickHouse; 0 if there is none."""
    found = _CODE.search(message)
    return int(found[1]) if found else 0


def said(message: str) -> str:
    """What an error of ClickHouse says, without its number, its place in the query and its stack.

    >>> said("Code: 60. DB::Exception: Table default.a does not exist. (UNKNOWN_TABLE) (version 26.9.2.1)")
    'Table default.a does not exist'
    """
    text = _CODE.split(message)[-1] if _CODE.search(message) else message
    text = _SCOPE.sub("", _KIND.sub("", text.strip()))
    line = " ".join(text.split()).rstrip(".: ")
    return line if len(line) <= 300 else line[:299] + "…"
