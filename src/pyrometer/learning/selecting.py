"""Which terms a card is made of: the next one is always the one that would explain most of what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Codes, Flags, Floats, Rows
from pyrometer.learning.binning import support, term_of
from pyrometer.learning.fitting import RIDGE, fit, indicators, probability
from pyrometer.learning.measure import auc
from pyrometer.learning.reading import Export
from pyrometer.learning.terms import Leaf, Term, leaves_of, when

MOST_RULES = 12
SEARCHED = 12_000
"""Leads that the search for conditions of two traits looks at."""
MOST_LEAVES = 160
SLACK = 0.0005
"""Area under the curve that a shorter card may lose against the best."""


@dataclass(frozen=True)
class Candidates:
    """The terms that may be chosen, and the leaves that conditions of two traits are joined from."""

    terms: tuple[Term, ...]
    leaves: tuple[Leaf, ...]


def candidates(export: Export, won: Floats) -> Candidates:
    """Every column's term, for the leads of `export`; the leaves of those that say most."""
    terms = [term for column in export.columns if (term := term_of(column, won)) is not None]
    base = won.mean()
    gains = [_gain(term.bins(export), won - base, np.full(len(won), base * (1 - base)), term.size) for term in terms]
    order = sorted(range(len(terms)), key=lambda at: (-gains[at], at))
    leaves: list[Leaf] = []
    for at in order:
        found = leaves_of(terms[at], export.column(terms[at].columns[0]))
        if len(leaves) + len(found) <= MOST_LEAVES:
            leaves += found
    return Candidates(tuple(terms), tuple(leaves))


def choose(
    export: Export, won: Floats, rng: np.random.Generator, tick: Callable[[float], None] | None = None
) -> list[Term]:
    """The terms of the card, at most 12: as many as rank best on a quarter that the search doesn't see."""
    parts = rng.permutation(export.rows)
    aside = _stratified(parts, won, 0.25)
    inside = np.setdiff1d(parts, aside)
    seen, unseen = export.take(inside), export.take(aside)
    found = candidates(seen, won[inside])
    scores: list[float] = []
    for terms, beta in path(found, seen, won[inside], rng):
        design = indicators([term.bins(unseen) for term in terms], [term.size for term in terms])
        scores.append(auc(beta[0] + design @ beta[1:], won[aside]))
        if tick is not None:
            tick(len(scores) / (2 * MOST_RULES))
    if not scores:
        return []
    length = 1 + next(at for at, score in enumerate(scores) if score >= max(scores) - SLACK)
    chosen: list[Term] = []
    for terms, _ in path(candidates(export, won), export, won, rng, length):
        chosen = list(terms)
        if tick is not None:
            tick(0.5 + len(chosen) / (2 * length))
    return chosen


def _stratified(order: Rows, won: Floats, share: float) -> Rows:
    """The first part of each outcome in the given order."""
    parts = [order[won[order] == outcome] for outcome in (0.0, 1.0)]
    return np.sort(np.concatenate([part[: round(share * len(part))] for part in parts]))


def path(
    found: Candidates, export: Export, won: Floats, rng: np.random.Generator, length: int = MOST_RULES
) -> Sequence[tuple[list[Term], Floats]]:
    """The cards with one term, with two, … and the coefficients of each."""
    rows = export.rows
    bins = [term.bins(export) for term in found.terms]
    at = np.sort(rng.choice(rows, min(rows, SEARCHED), replace=False))
    part = export.take(at)
    pairs = _Pairs(found.leaves, part, won[at])
    chosen: list[Term] = []
    columns: list[Codes] = []
    cards: list[tuple[list[Term], Floats]] = []
    logit = np.full(rows, np.log(won.mean() / (1 - won.mean())))
    beta: Floats | None = None
    taken: set[int] = set()
    while len(chosen) < length:
        chance = probability(logit)
        error, weight = won - chance, chance * (1 - chance)
        best, gain = -1, 0.0
        for number, term in enumerate(found.terms):
            if number not in taken:
                here = _gain(bins[number], error, weight, term.size)
                if here > gain:
                    best, gain = number, here
        pair, pair_gain = pairs.best(error[at], weight[at], rows / len(at))
        if pair is not None and pair_gain > gain:
            term = when(pair)
            chosen.append(term)
            columns.append(term.bins(export))
        elif best >= 0:
            taken.add(best)
            chosen.append(found.terms[best])
            columns.append(bins[best])
        else:
            break
        sizes = [term.size for term in chosen]
        design = indicators(columns, sizes)
        beta = fit(design, won, beta, steps=4)
        logit = beta[0] + design @ beta[1:]
        cards.append((list(chosen), beta))
    return cards


def _gain(bins: Codes, error: Floats, weight: Floats, size: int) -> float:
    """What a term would explain beyond chance: the score statistic less two for each bin beyond the first."""
    pull = np.bincount(bins, weights=error, minlength=size)
    mass = np.bincount(bins, weights=weight, minlength=size)
    used = int((mass > 0).sum())
    return float((pull**2 / (mass + RIDGE)).sum()) - 2.0 * max(used - 1, 1)


class _Pairs:
    """All conditions of two leaves of different traits, judged at once by products of matrices."""

    def __init__(self, leaves: Sequence[Leaf], export: Export, won: Floats) -> None:
        self.leaves = leaves
        self.used: set[tuple[int, int]] = set()
        if len(leaves) < 2:
            return
        self.held = np.stack([leaf.holds(export) for leaf in leaves], axis=1).astype(np.float32)
        together = self.held.T @ self.held
        names = np.array([leaf.column for leaf in leaves])
        self.allowed: Flags = (
            (names[:, None] != names[None, :])
            & (together >= support(export.rows))
            & (together <= export.rows - support(export.rows))
        )
        self.allowed &= np.triu(np.ones_like(self.allowed), 1)
        # Looking at so many, some explain much by chance.
        self.toll = 2 * np.log(max(self.allowed.sum(), 2))

    def best(self, error: Floats, weight: Floats, scale: float) -> tuple[tuple[Leaf, Leaf] | None, float]:
        """The pair that explains most of the error, and what it would explain on `scale` times as many leads."""
        if len(self.leaves) < 2 or not self.allowed.any():
            return None, 0.0
        pull = self.held.T @ (self.held * error[:, None].astype(np.float32))
        mass = self.held.T @ (self.held * weight[:, None].astype(np.float32))
        gain = np.where(self.allowed, pull.astype(np.float64) ** 2 / (mass + RIDGE), -np.inf)
        for at in self.used:
            gain[at] = -np.inf
        one, other = divmod(int(gain.argmax()), len(self.leaves))
        found = float(gain[one, other]) - self.toll
        if found <= 0:
            return None, 0.0
        self.used.add((one, other))
        return (self.leaves[one], self.leaves[other]), found * scale
