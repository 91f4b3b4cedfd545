"""What a reading stands on in short, and what made the difference between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyrometer.definition.values import points_number
from pyrometer.result import Contribution, Reading

STRONGEST = 3
"""Reasons that a reading is shown with."""
MOST = 8
"""Reasons that a transition is kept with."""

Line = Sequence[Any]
"""[score, rule, units]"""


def lines_of(reading: Reading) -> list[list[Any]]:
    """The lines that aren't nothing; they add up to the scores."""
    return [[line.score, line.rule, line.units] for line in reading.contributions if line.units]


def strongest(lines: Iterable[Contribution]) -> list[dict[str, Any]]:
    """The lines that give most."""
    ordered = sorted((line for line in lines if line.units > 0), key=lambda line: -line.units)
    return [
        {"score": line.score, "rule": line.rule, "points": points_number(line.units)} for line in ordered[:STRONGEST]
    ]


def differences(
    before: Sequence[Line], after: Sequence[Line], criteria: tuple[Mapping[str, str], Mapping[str, str]]
) -> list[Any]:
    """What changed between two readings: lines whose points differ, the largest first, then criteria in words.

    >>> differences([["fit", "Size", 100000]], [["fit", "Size", 100000], ["interest", "Demo", 300000]],
    ...             ({"need": "unknown"}, {"need": "met"}))
    [{'score': 'interest', 'rule': 'Demo', 'points': 30, 'before': 0}, 'need is met, was unknown']
    """
    was = {(score, rule): units for score, rule, units in before}
    now = {(score, rule): units for score, rule, units in after}
    changed = [key for key in dict.fromkeys([*now, *was]) if was.get(key, 0) != now.get(key, 0)]
    changed.sort(key=lambda key: -abs(now.get(key, 0) - was.get(key, 0)))
    found: list[Any] = [
        {
            "score": score,
            "rule": rule,
            "points": points_number(now.get((score, rule), 0)),
            "before": points_number(was.get((score, rule), 0)),
        }
        for score, rule in changed[:MOST]
    ]
    then, here = criteria
    return found + [
        f"{name} is {state}, was {then.get(name, 'unknown')}"
        for name, state in here.items()
        if state != then.get(name, "unknown")
    ]
