"""The scorecard: at most 12 rules with whole points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.fitting import fit, indicators, probability
from pyrometer.learning.measure import auc
from pyrometer.learning.reading import Export
from pyrometer.learning.selecting import choose
from pyrometer.learning.terms import Term
from pyrometer.learning.tides import tides

SCALES = (50, 75, 100, 150, 200)
"""Points that may lie between the worst lead that is possible and the best; the fewest that rank well enough do."""
COARSE = 0.0004
"""Area under the curve that whole points may cost on the leads learned from."""


@dataclass(frozen=True)
class Card:
    """Terms and the whole points of each of their bins; chances follow from points by a logistic curve."""

    terms: tuple[Term, ...]
    points: tuple[tuple[int, ...], ...]
    intercept: float
    slope: float

    @property
    def least(self) -> int:
        """The fewest points that a lead can have."""
        return sum(min(points) for points in self.points)

    @property
    def most(self) -> int:
        """The most points that a lead can have."""
        return sum(max(points) for points in self.points)

    def scores(self, export: Export) -> Floats:
        """The points of each lead."""
        total = np.zeros(export.rows, dtype=np.int64)
        for term, points in zip(self.terms, self.points, strict=True):
            total += np.array(points, dtype=np.int64)[term.bins(export)]
        return total.astype(np.float64)

    def chances(self, scores: Floats) -> Floats:
        """The chance of being won that goes with points."""
        return probability(self.intercept + self.slope * scores)


def fit_card(
    export: Export,
    won: Floats,
    rng: np.random.Generator,
    tick: Callable[[float], None] | None = None,
) -> Card:
    """The card for these leads; without rules where no column says anything."""
    return card_of(choose(export, won, rng, tick), export, won)


def card_of(terms: list[Term], export: Export, won: Floats) -> Card:
    """The card of given terms: fitted together, then rounded to whole points."""
    if not terms:
        base = float(np.clip(won.mean(), 1e-6, 1 - 1e-6))
        return Card((), (), float(np.log(base / (1 - base))), 0.0)
    bins = [term.bins(export) for term in terms]
    beta = fit(indicators(bins, [term.size for term in terms], export.rows), won, offset=tides(export.key, won))
    start = 1
    effects: list[Floats] = []
    for term, codes in zip(terms, bins, strict=True):
        counts = np.bincount(codes, minlength=term.size).astype(np.float64)
        effects.append(settled(term, beta[start : start + term.size].copy(), counts))
        start += term.size
    whole = sum(float(effect.max() - effect.min()) for effect in effects)
    exact = auc(sum((effect[codes] for effect, codes in zip(effects, bins, strict=True)), np.zeros(len(won))), won)
    card = Card((), (), 0.0, 0.0)
    scores = np.zeros(len(won))
    for scale in SCALES:
        card = _rounded(terms, effects, scale / max(whole, 1e-9))
        scores = card.scores(export)
        if auc(scores, won) >= exact - COARSE:
            break
    curve = fit(scores[:, None], won, ridge=1e-6)
    return Card(card.terms, card.points, float(curve[0]), float(curve[1]))


def _rounded(terms: list[Term], effects: list[Floats], scale: float) -> Card:
    kept: list[Term] = []
    points: list[tuple[int, ...]] = []
    for term, effect in zip(terms, effects, strict=True):
        rounded = np.rint((effect - effect.min()) * scale).astype(int)
        # Whoever doesn't meet a condition gets nothing, so its points may be negative; other rules give 0 at worst.
        rounded -= rounded[0] if term.shape == "when" else 0
        if rounded.any():
            kept.append(term)
            points.append(tuple(int(value) for value in rounded))
    return Card(tuple(kept), tuple(points), 0.0, 0.0)


def settled(term: Term, effect: Floats, counts: Floats) -> Floats:
    """The effects of a term's bins: in order where they should be, and the mean where no lead was seen."""
    if term.shape == "when":
        # A condition gives its points or nothing.
        return np.array([0.0, effect[1] - effect[0]])
    known = slice(0, term.size - 1)
    if term.shape == "bands" and term.rising:
        effect[known] = _monotone(effect[known], counts[known], term.rising)
    seen = counts > 0
    if term.mute:
        seen[-1] = False
    effect[~seen] = float(np.average(effect[seen], weights=counts[seen]))
    return effect


def _monotone(effect: Floats, counts: Floats, direction: int) -> Floats:
    """The nearest effects that only rise (1) or fall (-1), by weighted least squares (pool adjacent violators)."""
    blocks: list[list[float]] = []
    for value, weight in zip(direction * effect, np.maximum(counts, 1e-9), strict=True):
        blocks.append([float(value), float(weight), 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            mass = last[1] + before[1]
            blocks.append([(last[0] * last[1] + before[0] * before[1]) / mass, mass, last[2] + before[2]])
    return direction * np.concatenate([np.full(int(length), value) for value, _, length in blocks])
