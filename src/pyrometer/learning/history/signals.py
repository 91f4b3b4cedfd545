"""What leads did, as signals to count: a kind of event, maybe with a value, a quantity, or each value once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pyrometer.learning.arrays import Floats, Rows

Numbers = NDArray[np.int32]

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

    def leads(self) -> int:
        """How many leads gave the signal."""
        return len(self.freshest())

    def freshest(self) -> Rows:
        """Of each lead that gave the signal the row of its latest."""
        return np.flatnonzero(np.diff(self.lead, prepend=-1) != 0)

    def take(self, place: Numbers) -> Trail:
        """The trail of the leads that have a new place, -1 being none."""
        found = place[self.lead]
        here = np.flatnonzero(found >= 0)
        order = here[np.argsort(found[here], kind="stable")]
        return Trail(found[order], self.age[order], self.times[order])


@dataclass(frozen=True)
class Behaviour:
    """The trails of all signals for so many leads; or of some of them, `rows`, in that order."""

    leads: int
    trails: dict[Signal, Trail]
    rows: Rows | None = None

    def take(self, rows: Rows) -> Behaviour:
        """The behaviour of some of the leads. Of most of them the trails stay as they are, which saves memory."""
        at = rows if self.rows is None else self.rows[rows]
        if 4 * len(at) > self.leads:
            return Behaviour(self.leads, self.trails, at)
        place = np.full(self.leads, -1, dtype=np.int32)
        place[at] = np.arange(len(at))
        return Behaviour(len(at), {signal: trail.take(place) for signal, trail in self.trails.items()})

    def count(self, signal: Signal, within: int = FOREVER) -> Floats:
        """How often each lead gave the signal with an age below `within` days."""
        trail = self.trails[signal]
        here = trail.age < within
        return self._sums(trail.lead[here], trail.times[here])

    def days_since(self, signal: Signal) -> Floats:
        """The age of each lead's latest signal, NaN where there is none."""
        trail = self.trails[signal]
        found = np.full(self.leads, np.nan)
        first = trail.freshest()
        found[trail.lead[first]] = trail.age[first]
        return found if self.rows is None else found[self.rows]

    def worth(self, signal: Signal, by_age: Floats, count: str = "every") -> Floats:
        """Each lead's sum of weights by age, the last of which holds for all later ages; of whole ones exact to 2^53.

        `count` is `every`, `daily` (a day counts once), or `latest` (the freshest alone).
        """
        trail = self.trails[signal]
        weight = by_age[np.minimum(trail.age, len(by_age) - 1)]
        if count == "latest":
            first = trail.freshest()
            return self._sums(trail.lead[first], weight[first])
        return self._sums(trail.lead, weight * trail.times if count == "every" else weight)

    def _sums(self, lead: Numbers, amounts: NDArray[np.generic]) -> Floats:
        found = np.bincount(lead, weights=amounts, minlength=self.leads).astype(np.float64)
        return found if self.rows is None else found[self.rows]


def together(name: str, behaviour: Behaviour, signals: Sequence[Signal]) -> tuple[Signal, Trail]:
    """The signal of several kinds of events."""
    trails = [behaviour.trails[signal] for signal in signals]
    lead, age, times = (np.concatenate([getattr(each, part) for each in trails]) for part in ("lead", "age", "times"))
    order = np.argsort(lead.astype(np.int64) * (1 << 24) + age, kind="stable")
    lead, age, times = lead[order], age[order], times[order]
    starts = np.flatnonzero(np.append(True, (lead[1:] != lead[:-1]) | (age[1:] != age[:-1])))
    summed = np.add.reduceat(times.astype(np.int64), starts).astype(np.int32)
    signal = Signal(name, tuple(kind for each in signals for kind in each.kinds), name)
    return signal, Trail(lead[starts], age[starts], summed)
