"""What leads did, as signals to count: a kind of event, maybe with a value, a quantity, or each value once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pyrometer.learning.arrays import Floats, Rows

Numbers = NDArray[np.int64]

ANY_EVENT = "any event"
"""The signal of all kinds of events together, and its group."""
FOREVER = 1 << 20
"""A window in days that no age reaches."""


@dataclass(frozen=True)
class Signal:
    """Events of some `kinds`; one of `where`, `per` and `distinct` may say more, as an event rule of a definition does.

    `group` names the kinds that cool alike. `per` is a property, the amount that counts once, and how often at most.
    """

    name: str
    kinds: tuple[str, ...]
    group: str
    where: tuple[str, str] | None = None
    per: tuple[str, str, int] | None = None
    distinct: str | None = None


@dataclass(frozen=True)
class Trail:
    """The days on which leads gave a signal: `lead` by row of the snapshot, `age` in days, `times` that day.

    Sorted by lead, then age; a lead has a day once. Of a signal that counts each value once, a row is a day on which
    values were last seen, and `times` how many. Of one with quantities, `times` is their sum.
    """

    lead: Numbers
    age: Numbers
    times: Numbers

    def take(self, rows: Rows, leads: int) -> Trail:
        """The trail of some of so many leads, which are numbered anew in the order of `rows`."""
        place = np.full(leads, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        found = place[self.lead]
        here = np.flatnonzero(found >= 0)
        order = here[np.argsort(found[here], kind="stable")]
        return Trail(found[order], self.age[order], self.times[order])

    def count(self, leads: int, within: int = FOREVER) -> Floats:
        """How often each lead gave the signal with an age below `within` days."""
        here = self.age < within
        return _sums(self.lead[here], self.times[here].astype(np.float64), leads)

    def days_since(self, leads: int) -> Floats:
        """The age of each lead's latest signal, NaN where there is none."""
        found = np.full(leads, np.nan)
        first = self._freshest()
        found[self.lead[first]] = self.age[first]
        return found

    def worth(self, leads: int, weights: Numbers, count: str) -> Floats:
        """Each lead's sum of whole weights by age (the last holds for all later ages): exact, below 2^53.

        `count` is `every`, `daily` (a day counts once), or `latest` (the freshest alone).
        """
        by_age = weights.astype(np.float64)[np.minimum(self.age, len(weights) - 1)]
        if count == "every":
            return _sums(self.lead, by_age * self.times, leads)
        if count == "daily":
            return _sums(self.lead, by_age, leads)
        first = self._freshest()
        return _sums(self.lead[first], by_age[first], leads)

    def _freshest(self) -> Rows:
        return np.flatnonzero(np.diff(self.lead, prepend=-1) != 0)


def _sums(lead: Numbers, amounts: Floats, leads: int) -> Floats:
    return np.bincount(lead, weights=amounts, minlength=leads).astype(np.float64)


@dataclass(frozen=True)
class Behaviour:
    """The trails of all signals for so many leads."""

    leads: int
    trails: dict[Signal, Trail]

    def take(self, rows: Rows) -> Behaviour:
        """The behaviour of some of the leads."""
        return Behaviour(len(rows), {signal: trail.take(rows, self.leads) for signal, trail in self.trails.items()})


def merged(lead: Numbers, age: Numbers, times: Numbers) -> Trail:
    """Rows in any order as a trail; those of one lead and day are added up."""
    if not len(lead):
        return Trail(lead.astype(np.int64), age.astype(np.int64), times.astype(np.int64))
    order = np.lexsort((age, lead))
    lead, age, times = lead[order], age[order], times[order]
    starts = np.flatnonzero(np.append(True, (np.diff(lead) != 0) | (np.diff(age) != 0)))
    return Trail(
        lead[starts].astype(np.int64), age[starts].astype(np.int64), np.add.reduceat(times, starts).astype(np.int64)
    )
