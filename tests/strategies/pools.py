"""The short lists that everything is drawn from, and how to draw from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = st.DrawFn
Row = dict[str, Any]

AS_OFS = [
    datetime(2026, 6, 30, 12, tzinfo=UTC),
    datetime(2026, 6, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(1970, 1, 2, 0, 0, 0, 1, tzinfo=UTC),
]
DURATIONS = ["1d", "2d", "7d", "1w", "4w", "28d", "30d", "60d", "365d"]
AGES = [0, 1, 0, 1, 2, 6, 7, 8, 13, 14, 27, 28, 29, 30, 31, 59, 60, 364, 365, 5000]
DATES = [0, 1, -1, 6, 7, 29, 30, 31, -30, -31, -180, 365, -365]  # days before the as-of

TEXTS = ["software", "Software", "SOFT", "a_b", "axb", "100%", "100 %", "it's", 'say "x"', "line\nbreak", "software\n"]
TEXTS += ["müller", "MÜLLER", "東京", "Σίσυφος", "straße", "😀", "\\", " x", "null", "true", "0", "c++", "x,y;z|t\t."]
INTEGERS = [0, 1, 10, 60, -5, -1, 9, 11, 50, 59, 61, 300, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1]
NUMBERS = [0.0, 1.0, 0.1, 0.2, 0.3, 0.1 + 0.2, -0.5, 0.7, 1.5, 10, 29.999999999999996, 60, 1e3, 1e-9, 2.0**53, 1e300]
STATES = ["met", "unmet", "Met", "maybe"]

POOLS: dict[str, Sequence[Any]] = {
    "text": [text for text in TEXTS if text.strip() == text] + ["NA"],
    "integer": INTEGERS,
    "number": NUMBERS,
    "boolean": [True, False],
    "date": [f"{AS_OFS[0] - timedelta(days=age):%Y-%m-%d}" for age in DATES] + ["1969-12-31", "2024-02-29"],
    "state": STATES,
}
"""What a definition compares with, by type; `state` is a text that answers for a criterion."""

PROFILE: dict[str, Row] = {
    "industry": {"type": "text", "unknown": ["NA", "None"]},
    "title": {"type": "text", "column": "Job title"},
    "size": {"type": "integer", "unknown": ["-1"]},
    "revenue": {"type": "number"},
    "opted": {"type": "boolean"},
    "buying": {"type": "date"},
}
EVENTS: dict[str, Row] = {
    "seen": {"properties": {"topic": "text", "seconds": "integer"}},
    "bought": {"properties": {"topic": "text", "amount": "number"}},
    "booked": {"properties": {"starts": "date", "online": "boolean"}},
    "called": {},
}


@cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


def one(draw: Draw, values: Sequence[T]) -> T:
    """One of the values; failing examples shrink to the first."""
    return values[draw(_below(len(values)))]


def chance(draw: Draw, of: int = 2) -> bool:
    """True once in `of` times; failing examples shrink to False."""
    return draw(_below(of)) == of - 1


def some(draw: Draw, values: Sequence[T], most: int, least: int = 1) -> list[T]:
    """From `least` to `most` different items of the values."""
    left = list(values)
    count = min(len(left), least + draw(_below(most - least + 1)))
    return [left.pop(draw(_below(len(left)))) for _ in range(count)]
