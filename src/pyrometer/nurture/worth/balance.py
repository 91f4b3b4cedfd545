"""Whether chance divided the leads as was agreed: the check that comes before every comparison."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import erfc, sqrt

SUSPICIOUS = 0.001
ENOUGH = 5
"""How many have to be expected in each group for the normal distribution to tell."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many leads entered and were held back, how many it should have been, and how likely it is to be that far off.

    `chance` is None where too few entered to tell.
    """

    entered: int
    held: int
    expected: float
    chance: float | None

    @property
    def suspicious(self) -> bool:
        """Whether the groups can hardly have come about by chance alone: then nothing that compares them counts."""
        return self.chance is not None and self.chance < SUSPICIOUS


def balance(drawn: Iterable[tuple[int, int, float]]) -> Balance:
    """Compare draws, each `(entered, held back, agreed share)`, with what was agreed: by χ² with one degree of freedom.

    Every version of a programme may hold back another share. One in a thousand is what such checks use: they are made
    on every page, and a false alarm discredits a sound comparison.

    >>> balance([(10_000, 1_030, 0.1)]).suspicious, balance([(10_000, 1_110, 0.1)]).suspicious
    (False, True)
    """
    entered = held = 0
    expected = variance = 0.0
    for of, back, share in drawn:
        entered, held = entered + of, held + back
        expected += of * share
        variance += of * share * (1 - share)
    chance = None
    if min(expected, entered - expected) >= ENOUGH and variance:
        chance = erfc(abs(held - expected) / sqrt(2 * variance))
    elif expected == 0 and held:
        chance = 0.0  # somebody was held back where nobody should be
    return Balance(entered, held, expected, chance)
