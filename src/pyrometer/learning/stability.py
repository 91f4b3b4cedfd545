"""Would another sample of leads have given the same rules?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.card import Card, card_of
from pyrometer.learning.reading import Export
from pyrometer.learning.selecting import candidates, path

LEADS = 8_000


@dataclass(frozen=True)
class Stability:
    """Of one rule: the share of resamples that chose one of the same traits, and between which its spread lay."""

    share: float
    low: float | None
    high: float | None


def stability(
    card: Card,
    export: Export,
    won: Floats,
    rng: np.random.Generator,
    resamples: int,
    tick: Callable[[float], None] | None = None,
) -> list[Stability]:
    """For each rule, over half-samples drawn without replacement (Meinshausen and Bühlmann's stability selection).

    A sample is at most 8,000 leads; spreads are in points, from the 5th to the 95th percentile.
    """
    spreads: list[list[float]] = [[] for _ in card.terms]
    size = min(export.rows // 2, LEADS)
    for turn in range(resamples):
        at = np.sort(rng.choice(export.rows, size, replace=False))
        part, outcome = export.take(at), won[at]
        if 0 < outcome.sum() < size:
            cards = path(candidates(part, outcome), part, outcome, len(card.terms))
            again = card_of(cards[-1][0], part, outcome) if cards else None
            if again is not None and again.terms:
                # Scales differ from card to card; what counts is the part of the whole.
                scale = (card.most - card.least) / (again.most - again.least)
                for number, term in enumerate(card.terms):
                    here = [
                        scale * (max(points) - min(points))
                        for other, points in zip(again.terms, again.points, strict=True)
                        if other.shape == term.shape and set(other.columns) == set(term.columns)
                    ]
                    if here:
                        spreads[number].append(max(here))
        if tick is not None:
            tick((turn + 1) / resamples)
    return [_summary(found, resamples) for found in spreads]


def _summary(found: list[float], resamples: int) -> Stability:
    if not found:
        return Stability(0.0, None, None)
    low, high = np.quantile(found, (0.05, 0.95))
    return Stability(len(found) / resamples, float(low), float(high))
