"""The distribution of answers as bars: one for each answer that there is to choose, or for each range or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor
from typing import Any

from pyrometer.app.nurture.shares import Share
from pyrometer.app.nurture.surveys.questions import Question

MOST_BARS = 8
"""Ranges of numbers: more, and none of them says anything."""
MONTHS = 18
"""Beyond that many dates are shown by year."""

Counted = Sequence[tuple[Any, int]]


@dataclass(frozen=True)
class Bar:
    """An answer, how often it was given, and its share of all answers."""

    label: str
    share: Share


def bars(question: Question, answers: Counted) -> list[Bar]:
    """The bars of a question; none where answers are texts, which are read and not counted."""
    match question.kind:
        case "choice" | "yes":
            found = _chosen(question, answers)
        case "integer" | "number":
            found = _ranges([(value, count) for value, count in answers if _number(value)])
        case "date":
            found = _dates([(str(value), count) for value, count in answers])
        case _:
            return []
    whole = sum(found.values())
    return [Bar(label, Share(count, whole)) for label, count in found.items()] if whole else []


def _chosen(question: Question, answers: Counted) -> dict[str, int]:
    """Each answer that there is to choose, also those that nobody gave, and then those that there were once."""
    labels = {each.value: each.label for each in question.choices}
    found = dict.fromkeys(labels.values(), 0)
    for value, count in answers:
        spelled = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        label = labels.get(spelled, spelled)
        found[label] = found.get(label, 0) + count
    return found


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ranges(answers: Counted) -> dict[str, int]:
    """Numbers by themselves where there are few different ones, else by ranges of a round width.

    >>> _ranges([(12, 1), (1, 2)])
    {'1': 2, '12': 1}
    >>> _ranges([(number * 10, 1) for number in range(21)])
    {'0 – 49': 5, '50 – 99': 5, '100 – 149': 5, '150 – 199': 5, '200 – 249': 1}
    """
    if len(answers) <= MOST_BARS:
        return {_plain(value): count for value, count in sorted(answers)}
    # As decimals: 0.6 is in the fourth range of 0.2, which it isn't quite as a double.
    exact = [(Decimal(str(value)), count) for value, count in answers]
    low, high = min(exact)[0], max(exact)[0]
    width = _round((high - low) / MOST_BARS)
    while floor(high / width) - floor(low / width) >= MOST_BARS:
        width = _round(width * Decimal("1.01"))
    whole = all(value == value.to_integral_value() for value, _ in exact) and width >= 1
    found: dict[str, int] = {}
    for place in range(floor(low / width), floor(high / width) + 1):
        start, end = place * width, (place + 1) * width
        label = f"{_plain(start)} – {_plain(end - 1)}" if whole else f"{_plain(start)} – < {_plain(end)}"
        found[label] = sum(count for value, count in exact if floor(value / width) == place)
    return found


def _round(width: Decimal) -> Decimal:
    """The next width of 1, 2 or 5 with noughts.

    >>> [str(_round(Decimal(width))) for width in ("0.3", "3", "25", "70")]
    ['0.5', '5', '50', '100']
    """
    scale = Decimal(10) ** width.adjusted()
    return next(step * scale for step in (1, 2, 5, 10) if step * scale >= width)


def _plain(number: float | Decimal) -> str:
    return f"{float(number):,.10g}".replace(",", "\N{THIN SPACE}")


def _dates(answers: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Days by month, or by year where there are many."""
    months: dict[str, int] = {}
    for day, count in sorted(answers):
        months[day[:7]] = months.get(day[:7], 0) + count
    if not months:
        return {}
    first, last = (date.fromisoformat(f"{month}-01") for month in (min(months), max(months)))
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    if span <= MONTHS:
        every = [first.year * 12 + first.month - 1 + each for each in range(span)]
        return {(name := f"{each // 12:04}-{each % 12 + 1:02}"): months.get(name, 0) for each in every}
    return _summed(months)


def _summed(months: Mapping[str, int]) -> dict[str, int]:
    years: dict[str, int] = {}
    for month, count in months.items():
        years[month[:4]] = years.get(month[:4], 0) + count
    return years
