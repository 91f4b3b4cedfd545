"""Which terms a card is made of: the next one is always the one that would explain most of what is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Codes, Flags, Floats, Rows
from pyrometer.learning.binning import quarters, support, term_of
from pyrometer.learning.fitting import RIDGE, fit, indicators, probability
from pyrometer.learning.measure import auc
from pyrometer.learning.reading import Export
from pyrometer.learning.terms import Leaf, Term, leaves_of, when
from pyrometer.learning.tides import tides, usual

MOST_RULES = 12
SEARCHED = 16_000
"""Leads that the search looks at; the card is then fitted to all."""
MOST_LEAVES = 160
QUARTERS = 4
FEW = 4_000
FEWEST_ASIDE = 20
"""Won leads, and lost ones, from which on a part can say how long a card should be."""
SLACK = 0.003
"""Area under the curve by which a longer card may seem worse than a shorter one, by chance."""
TOLL = 1.5
"""What a pair must explain beyond a single leaf, for each e-fold of the number of pairs looked at."""


@dataclass(frozen=True)
class Candidates:
    """The terms that may be chosen, and the leaves that conditions of two traits are joined from."""

    terms: tuple[Term, ...]
    leaves: tuple[Leaf, ...]


def candidates(export: Export, won: Floats) -> Candidates:
    """Every column's term, for the leads of `export`; the leaves of those that say most."""
    base = usual(export.key, won)
    terms = [term for column in export.columns if (term := term_of(column, won, base, mute=column.name in export.mute))]
    gains = [_gain(term.bins(export), won - base, base * (1 - base), term) for term in terms]
    order = sorted(range(len(terms)), key=lambda at: (-gains[at], at))
    leaves: list[Leaf] = []
    for at in order:
        apart = terms[at].shape == "when" or terms[at].mute
        found = [] if apart else leaves_of(terms[at], export.column(terms[at].columns[0]))
        if len(leaves) + len(found) <= MOST_LEAVES:
            leaves += found
    # Together two numbers may tell what neither tells alone, so they are cut in quarters, too.
    bound = {leaf.column for leaf in leaves}
    for column in sorted(export.columns, key=lambda column: column.name in bound):
        found = [] if column.name in export.mute else [leaf for leaf in quarters(column) if leaf not in leaves]
        if len(leaves) + len(found) <= MOST_LEAVES:
            leaves += found
    return Candidates(tuple(terms), tuple(leaves))


def choose(
    export: Export,
    won: Floats,
    rng: np.random.Generator,
    tick: Callable[[float], None] | None = None,
) -> list[Term]:
    """The terms of the card, at most 12: as many as rank best on a quarter that the search doesn't see.

    Where leads are few that is each quarter in turn, since a single one would say little.
    """
    order = _sample(rng.permutation(export.rows), won, round(SEARCHED / 0.75))
    turns = QUARTERS if len(order) <= FEW else 1
    found = []
    for turn in range(turns):
        aside = _quarter(order, won, turn)
        found.append(tried(export, won, np.setdiff1d(order, aside), aside))
        if tick is not None:
            tick((turn + 1) / (2 * turns))
    longest = max(map(len, found))
    if not longest:
        return []
    # A path that ended early would only repeat its last card.
    scores = [
        float(np.mean([each[min(at, len(each) - 1)] if each else 0.5 for each in found])) for at in range(longest)
    ]
    length = 1 + max(at for at, score in enumerate(scores) if score >= max(scores) - SLACK)
    at = np.sort(_sample(order, won, SEARCHED))
    chosen: list[Term] = []
    for terms, _ in path(candidates(export, won), export.take(at), won[at], length):
        chosen = terms
        if tick is not None:
            tick(0.5 + len(chosen) / (2 * length))
    return chosen


def tried(export: Export, won: Floats, inside: Rows, aside: Rows) -> list[float]:
    """The area under the curve on the leads `aside` that cards of one rule, of two, … come to, learned `inside`."""
    seen, unseen = export.take(inside), export.take(aside)
    scores: list[float] = []
    for terms, effects in path(candidates(seen, won[inside]), seen, won[inside]):
        total, start = np.zeros(unseen.rows), 0
        for term in terms:
            effect = effects[start : start + term.size].copy()
            if term.mute:
                effect[-1] = known_mean(term, effect, seen)
            total += effect[term.bins(unseen)]
            start += term.size
        scores.append(auc(total, won[aside]))
    return scores


def known_mean(term: Term, effect: Floats, export: Export) -> float:
    """The mean effect of the leads whose trait is known."""
    counts = np.bincount(term.bins(export), minlength=term.size)[:-1].astype(np.float64)
    return float(np.average(effect[:-1], weights=counts)) if counts.any() else 0.0


def latest(key: Floats | None, rows: Rows, won: Floats) -> Rows | None:
    """The quarter of `rows` that came in last; None where that isn't known, or too few of them were won or lost."""
    if key is None:
        return None
    bound = np.nanquantile(key[rows], 1 - 1 / QUARTERS) if np.isfinite(key[rows]).any() else np.inf
    late = key[rows] >= bound
    for part in (won[rows[late]], won[rows[~late]]):
        if min(part.sum(), (1 - part).sum()) < FEWEST_ASIDE:
            return None
    return np.sort(rows[late])


def _sample(order: Rows, won: Floats, size: int) -> Rows:
    """The first leads in the given order; of the rarer outcome up to half, since effects depend little on its share."""
    rarer = 1.0 if won[order].mean() < 0.5 else 0.0
    few = order[won[order] == rarer][: size // 2]
    many = order[won[order] != rarer][: size - len(few)]
    return np.concatenate((few, many)) if len(order) > size else order


def _quarter(order: Rows, won: Floats, turn: int) -> Rows:
    """One quarter of each outcome in the given order."""
    parts = [order[won[order] == outcome] for outcome in (0.0, 1.0)]
    return np.sort(np.concatenate([np.array_split(part, QUARTERS)[turn] for part in parts]))


def path(found: Candidates, export: Export, won: Floats, length: int = MOST_RULES) -> list[tuple[list[Term], Floats]]:
    """The cards with one term, with two, … and the effects of the bins of each."""
    search = _Search(found, export, won)
    cards: list[tuple[list[Term], Floats]] = []
    while len(search.terms) < length:
        term = search.best()
        if term is None:
            break
        search.add(term)
        cards.append((list(search.terms), search.effects))
    return cards


class _Search:
    """A growing card, and what each candidate would explain of what it leaves over."""

    def __init__(self, found: Candidates, export: Export, won: Floats) -> None:
        self.found = found
        self.export = export
        self.won = won
        self.tide = tides(export.key, won)
        self.bins = {term: term.bins(export) for term in found.terms}
        self.pairs = _Pairs(found.leaves, export)
        self.terms: list[Term] = []
        self.beta: Floats | None = None
        self._refit()

    @property
    def effects(self) -> Floats:
        """The effects of the bins of all terms."""
        assert self.beta is not None
        return self.beta[1:]

    def best(self) -> Term | None:
        """The term that would explain most; None where nothing would beyond chance."""
        error, weight = self.won - self.chance, self.chance * (1 - self.chance)
        best: Term | None = None
        gain = 0.0
        for term in self.found.terms:
            if term not in self.terms:
                here = _gain(self.bins[term], error, weight, term)
                if here > gain:
                    best, gain = term, here
        pair, pair_gain = self.pairs.best(error, weight, self.terms)
        return pair if pair is not None and pair_gain > gain else best

    def add(self, term: Term) -> None:
        """The card with one term more."""
        if term not in self.bins:
            self.bins[term] = term.bins(self.export)
        self.terms.append(term)
        self._refit()

    def _refit(self) -> None:
        bins = [self.bins[term] for term in self.terms]
        design = indicators(bins, [term.size for term in self.terms], self.export.rows)
        self.beta = fit(design, self.won, self.beta, steps=3, offset=self.tide)
        self.chance = probability(self.tide + self.beta[0] + design @ self.beta[1:])


def _gain(bins: Codes, error: Floats, weight: Floats, term: Term) -> float:
    """What a term would explain beyond chance: the score statistic less two for each bin beyond the first."""
    pull = np.bincount(bins, weights=error, minlength=term.size)
    mass = np.bincount(bins, weights=weight, minlength=term.size)
    if term.mute:
        pull, mass = pull[:-1], mass[:-1]
        pull = pull - mass * pull.sum() / max(mass.sum(), 1e-9)
    used = int((mass > 0).sum())
    return float((pull**2 / (mass + RIDGE)).sum()) - 2.0 * max(used - 1, 1)


class _Pairs:
    """All conditions of two leaves of different traits, judged at once by products of matrices."""

    def __init__(self, leaves: Sequence[Leaf], export: Export) -> None:
        self.leaves = leaves
        self.toll = 0.0
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
        self.toll = TOLL * float(np.log(max(self.allowed.sum(), 2)))

    def best(self, error: Floats, weight: Floats, chosen: Sequence[Term]) -> tuple[Term | None, float]:
        """The pair that explains most of the error and wasn't chosen, and how much beyond chance."""
        if len(self.leaves) < 2 or not self.allowed.any():
            return None, 0.0
        pull = self.held.T @ (self.held * error[:, None].astype(np.float32))
        mass = self.held.T @ (self.held * weight[:, None].astype(np.float32))
        gain = np.where(self.allowed, pull.astype(np.float64) ** 2 / (mass + RIDGE), -np.inf)
        for term in chosen:
            if term.shape == "when" and len(term.leaves) == 2:
                gain[tuple(sorted(self.leaves.index(leaf) for leaf in term.leaves))] = -np.inf
        one, other = divmod(int(gain.argmax()), len(self.leaves))
        found = float(gain[one, other]) - self.toll
        return (when((self.leaves[one], self.leaves[other])), found) if found > 0 else (None, 0.0)
