"""The calendar: a small table of weights by age, the only place where cooling is spelled out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyrometer.plan.model import Weights


@dataclass(frozen=True)
class Calendar:
    """Weight columns over ages 0 to `horizon`; an older age reads the last row."""

    columns: dict[Weights, str]
    horizon: int

    def rows(self) -> list[tuple[int, ...]]:
        """One row an age: the age, then each column's weight."""
        return [
            (age, *(weights.by_age[min(age, weights.horizon)] for weights in self.columns))
            for age in range(self.horizon + 1)
        ]


def build_calendar(weights: Iterable[Weights]) -> Calendar:
    """A calendar with one column for each different law that is neither constant nor a plain window."""
    needed = dict.fromkeys(item for item in weights if item.constant is None and item.window is None)
    columns = {item: f"w{number}" for number, item in enumerate(needed, start=1)}
    return Calendar(columns, max((item.horizon for item in needed), default=0))
