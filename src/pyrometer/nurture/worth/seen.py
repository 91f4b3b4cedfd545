"""The smallest effect that an experiment of a given size would most likely have shown."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from pyrometer.intervals import normal

POWER = 0.8


def smallest(of: int, held_of: int, base: float, confidence: float = 0.95, power: float = POWER) -> float | None:
    """By how much a rate has to exceed `base` to be told from it in `power` of all experiments; None: never.

    It is the δ at which δ = z₁ √(p̄(1 − p̄)(1/n₁ + 1/n₂)) + z₂ √(p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂), with p₂ = base, p₁ =
    base + δ, p̄ the rate of both groups together, z₁ of the confidence and z₂ of the power (J. L. Fleiss, B. Levin and
    M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition, 2003, section 4.4, for groups of unequal
    size, without correction for continuity). The shorter formula without p̄ promises far too much where a tenth is
    held back.

    >>> round(smallest(9000, 1000, 0.03), 4), smallest(30, 2, 0.5)
    (0.0187, None)
    """
    sure, likely = normal(confidence), NormalDist().inv_cdf(power)

    def lacks(apart: float) -> bool:
        rate = base + apart
        both = (rate * of + base * held_of) / (of + held_of)
        nothing = sqrt(both * (1 - both) * (1 / of + 1 / held_of))
        something = sqrt(rate * (1 - rate) / of + base * (1 - base) / held_of)
        return apart < sure * nothing + likely * something

    low, high = 0.0, 1.0 - base
    if lacks(high):
        return None
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if lacks(middle) else (low, middle)
    return high
