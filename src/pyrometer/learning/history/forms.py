"""How a signal becomes a rule: a question asked of it, or points for each time, cooling and capped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pyrometer.definition.cooling import Cooling
from pyrometer.definition.values import UNITS_PER_POINT
from pyrometer.learning.arrays import Floats
from pyrometer.learning.history.signals import FOREVER, Behaviour, Signal
from pyrometer.plan.cooling import weights

WINDOWS = (7, 30, 90, FOREVER)
COUNTS = (1, 2, 3, 5, 10)
CAPS = (1, 2, 3, 5, 10, 20)
Count = Literal["every", "daily", "latest"]


@dataclass(frozen=True)
class Form:
    """A rule about a signal, before it has points.

    - `asked`: points once, where the signal came `at_least` so often `within` days.
    - else points each time, cooling by `half_life` days (None: not), counted as `count` says, up to `cap` times.
    """

    signal: Signal
    asked: bool
    within: int = FOREVER
    at_least: int = 1
    count: Count = "every"
    half_life: int | None = None
    cap: int = 1

    @property
    def window(self) -> int | None:
        """The window in days; None where there is none."""
        return None if self.within == FOREVER else self.within

    def units(self, behaviour: Behaviour, points: int) -> Floats:
        """What each lead gets for so many points a time, in units: whole, and those that `score` computes."""
        if self.asked:
            held = behaviour.count(self.signal, self.within) >= self.at_least
            return np.where(held, float(points * UNITS_PER_POINT), 0.0)
        cooling = None if self.half_life is None else Cooling(half_life=self.half_life)
        by_age = np.array(weights(points * UNITS_PER_POINT, cooling, self.window), dtype=np.float64)
        total = behaviour.worth(self.signal, by_age, self.count)
        most = float(self.cap * abs(points) * UNITS_PER_POINT)
        return np.minimum(total, most) if points >= 0 else np.maximum(total, -most)

    def share(self, behaviour: Behaviour) -> Floats:
        """How much of the most that it can give each lead gets, from 0 to 1."""
        return self.units(behaviour, 1) / (self.cap * UNITS_PER_POINT)


def forms(signal: Signal, cooling: Mapping[str, int | None]) -> Iterator[Form]:
    """The rules that may be made of a signal, the plainest first; `cooling` has the half-life of each group."""
    half_life = cooling.get(signal.group)
    if signal.distinct is not None:
        for cap in CAPS[1:]:
            yield Form(signal, False, half_life=half_life, cap=cap)
        return
    if signal.per is not None:
        for cap in CAPS[2:]:
            yield Form(signal, False, half_life=half_life, cap=cap)
        return
    yield Form(signal, True)
    if half_life is not None:
        yield Form(signal, False, count="latest", half_life=half_life)
    windows = (FOREVER,) if half_life is not None else (FOREVER, 90, 30)
    for within in windows:
        for cap in CAPS[1:]:
            for count in ("every", "daily"):
                yield Form(signal, False, within=within, count=count, half_life=half_life, cap=cap)
    for within in WINDOWS[::-1]:
        for at_least in COUNTS:
            if within != FOREVER or at_least > 1:
                yield Form(signal, True, within=within, at_least=at_least)
