"""Rows from Python that aren't plain dictionaries."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

import pyrometer

DEFINITION = {
    "format": 1,
    "name": "Sizes",
    "profile": {"size": "integer"},
    "events": {"visit": {}},
    "temperature": {"hot": {"when": {"trait": "size", "known": False}}},
}


@pytest.mark.parametrize("kind", [defaultdict, Counter])
def test_a_name_that_is_missing_is_not_made_up(kind: type) -> None:
    made: dict[type, Any] = {defaultdict: lambda **row: defaultdict(int, row), Counter: lambda **row: Counter(row)}
    rows = [made[kind](lead_id="Ada", size=3), made[kind](lead_id="Bob", other=1)]
    with pyrometer.score(DEFINITION, leads=rows, as_of="2026-06-30") as scoring:
        assert {reading.lead_id: reading.temperature for reading in scoring} == {"Ada": "cool", "Bob": "hot"}
    assert list(rows[1]) == ["lead_id", "other"]
