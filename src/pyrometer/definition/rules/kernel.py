"""What every rule shape comes down to."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from pyrometer.definition.conditions import Condition, Where
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.model import Part
from pyrometer.definition.values import Count, Every, Name


@dataclass(frozen=True)
class Case:
    """Points, in units, that hold where a condition does."""

    condition: Condition
    units: int


@dataclass(frozen=True)
class Cases:
    """The points of the first case whose condition is true; none: 0."""

    cases: tuple[Case, ...]


class Per(Part):
    """How often an event counts: min(floor(max(value, 0) / every), up_to); a missing value: 0."""

    property: Name
    every: Every
    up_to: Count | None = None

    @builtins.property
    def ceiling(self) -> int:
        """The largest quantity one event can have."""
        return 1_000_000 if self.up_to is None else self.up_to


@dataclass(frozen=True)
class Counted:
    """Points for events: weight by age times quantity, summed as `count` says.

    `count` is every, daily, latest or distinct; `cooling` None means that points don't cool; `cap` in units, >= 0.
    """

    units: int
    events: tuple[str, ...]
    where: Where
    cooling: Cooling | None
    within: int | None
    per: Per | None
    count: str
    distinct: str | None
    cap: int | None


Kernel = Cases | Counted
