"""Every experiment of two groups that may come about, with its chance: what a simulation would only come near to."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, lgamma, log

UNHEARD_OF = 1e-7


def experiments(of: int, rate: float, held_of: int, held_rate: float) -> Iterator[tuple[int, int, float]]:
    """How many came of each group, and how likely that is; what hardly ever happens is left out."""
    ours, theirs = list(binomial(of, rate)), list(binomial(held_of, held_rate))
    for came, likely in ours:
        for held, also in theirs:
            yield came, held, likely * also


def binomial(of: int, rate: float) -> Iterator[tuple[int, float]]:
    """The numbers that may come of so many, and their chances."""
    for came in range(of + 1):
        chance = exp(
            lgamma(of + 1) - lgamma(came + 1) - lgamma(of - came + 1) + came * log(rate) + (of - came) * log(1 - rate)
        )
        if chance > UNHEARD_OF:
            yield came, chance
