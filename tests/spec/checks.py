"""Holds a reading against what a spec says must come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.spec.case import Case, Row, scalar

Readings = Mapping[str, Mapping[str, Any]]


def check(case: Case, readings: Readings) -> None:
    """Every expectation of a case, for all of its leads; `readings` are the JSON objects by lead."""
    assert set(readings) == set(case.expected)
    for lead, expected in case.expected.items():
        found = {path: _at(readings[lead], path) for path in expected}
        assert found == expected, f"lead {lead}"
    for lead, lines in case.lines.items():
        found_lines = [_like(line, lines[0]) for line in readings[lead]["contributions"]]
        assert found_lines == [_typed(line) for line in lines], f"lead {lead}"
    for lead, missing in case.missing.items():
        found = readings[lead]["missing"]
        assert len(found) == len(missing), f"lead {lead}: {found}"
        assert [_like(item, missing[0]) for item in found] == [_typed(item) for item in missing], f"lead {lead}"


def _at(reading: Mapping[str, Any], path: str) -> object:
    """The value at `part.name.rest`; grades that are digits are compared as they are written, as text."""
    part, _, rest = path.partition(".")
    value: Any = reading[part]
    for step in _steps(value, rest):
        value = value[step]
    return scalar(value) if isinstance(value, str) else value


def _steps(value: Mapping[str, Any], rest: str) -> list[str]:
    """A name may have a dot in it; only frameworks go two deep."""
    if not rest:
        return []
    return [rest] if rest in value else rest.rsplit(".", 1)


def _like(found: Mapping[str, Any], row: Row) -> dict[str, object]:
    """The columns that the table has, of a line of the reading."""
    return {name: scalar(found[name]) if isinstance(found[name], str) else found[name] for name in row}


def _typed(row: Row) -> dict[str, object]:
    return {name: scalar(cell) for name, cell in row.items()}
