"""One run of profiling, from the leads to the findings or the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pyrometer.profiling.chance import FALSE_DISCOVERIES
from pyrometer.profiling.comparing import compare
from pyrometer.profiling.pairing import pairs
from pyrometer.profiling.population import Population
from pyrometer.profiling.portrait import portrait
from pyrometer.profiling.result import Profile

FEWEST = 40
"""Won leads, and lost ones, below which nothing is compared."""


def profiled(population: Population, seed: int, tell: Callable[[float], None]) -> Profile:
    """The profile of a population; `seed` decides which half of the leads pairs are searched on."""
    tell(0.5)
    won = population.won
    wins, losses = int(won.sum()), int(len(won) - won.sum())
    nothing = Profile(
        (),
        None,
        population.counted,
        float(won.mean()) if len(won) else None,
        (),
        (),
        (),
        0,
        0,
        FALSE_DISCOVERIES,
        population.exposure,
        population.warnings,
        population.fingerprint,
        seed,
    )
    if min(wins, losses) < FEWEST:
        refusal = (
            f"too little to compare: {wins:,} won and {losses:,} lost, and {FEWEST} of each are needed; what so few "
            "leads have in common is mostly chance"
        )
        exposure, quick = population.exposure, population.counted.quick
        if exposure is not None and exposure.given and quick:
            refusal += f"; {quick:,} were decided before {exposure.days} days were over: a shorter exposure keeps more"
        return replace(nothing, refusal=refusal)
    compared = compare(population, lambda share: tell(0.5 + 0.2 * share))
    rng = np.random.default_rng(seed)
    found, tried = pairs(compared.groupings, won, rng, lambda share: tell(0.7 + 0.3 * share))
    tell(1.0)
    return replace(
        nothing,
        portrait=portrait(compared.aspects, compared.groupings, won),
        aspects=compared.aspects,
        apart=compared.apart,
        pairs=found,
        pairs_tried=tried,
        tests=compared.tests,
    )
