"""Which rules a card is made of, those about traits and those about events: the next explains most of what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Codes, Floats, Rows, Shares
from pyrometer.learning.binning import support, term_of
from pyrometer.learning.fitting import RIDGE, fit, indicators, probability
from pyrometer.learning.history.cooling import difference
from pyrometer.learning.history.forms import Form, forms
from pyrometer.learning.history.signals import ANY_EVENT, Behaviour
from pyrometer.learning.measure import auc
from pyrometer.learning.reading import Export
from pyrometer.learning.selecting import MOST_RULES, SEARCHED, SLACK
from pyrometer.learning.terms import Term

TOLL = 1.5
"""What a form of a signal must explain, for each e-fold of the number of forms that were looked at."""
PLAINER = 2.0
"""Deviance that a less plain form of a signal must explain beyond a plainer one."""

VAGUE = 6.0
"""Deviance that all events together must explain beyond some of them: a definition should say what counts."""
CAREFUL = 0.5
"""How many standard errors of the difference a shorter card may rank worse than the best."""

Rule = Term | Form


@dataclass(frozen=True)
class Pool:
    """Every rule that may be chosen for some leads: terms with their bins, forms with the share each lead gets."""

    terms: tuple[Term, ...]
    bins: tuple[Codes, ...]
    forms: tuple[Form, ...]
    shares: Shares
    """Leads by forms."""

    def take(self, rows: Rows) -> Pool:
        """The pool for some of the leads."""
        return Pool(self.terms, tuple(bins[rows] for bins in self.bins), self.forms, self.shares[rows])

    def design(self, chosen: Sequence[int]) -> Floats:
        """The columns of chosen rules; forms are numbered after the terms."""
        there = [at for at in chosen if at < len(self.terms)]
        columns = [
            indicators([self.bins[at]], [self.terms[at].size], len(self.shares))
            if at in there
            else self.shares[:, [at - len(self.terms)]].astype(np.float64)
            for at in chosen
        ]
        return np.hstack(columns) if columns else np.zeros((len(self.shares), 0))

    def rule(self, at: int) -> Rule:
        """The rule of that number."""
        return self.terms[at] if at < len(self.terms) else self.forms[at - len(self.terms)]


def pool_of(export: Export, behaviour: Behaviour, won: Floats, cooling: Mapping[str, int | None]) -> Pool:
    """The rules that these leads support."""
    base = np.full(len(won), won.mean())
    terms = [term for column in export.columns if (term := term_of(column, won, base)) is not None]
    least = support(len(won))
    kept: list[Form] = []
    shares: list[Shares] = []
    for signal in behaviour.trails:
        seen: set[bytes] = set()
        for form in forms(signal, cooling):
            share = form.share(behaviour).astype(np.float32)
            some = int((share > 0).sum())
            if some < least or (form.asked and some > len(won) - least):
                continue
            key = share.tobytes()
            if key not in seen:
                seen.add(key)
                kept.append(form)
                shares.append(share)
    design: Shares = np.zeros((len(won), len(shares)), dtype=np.float32)
    for at, share in enumerate(shares):
        design[:, at] = share
    bins = tuple(term.bins(export) for term in terms)
    return Pool(tuple(terms), bins, tuple(kept), design)


def choose(
    export: Export,
    behaviour: Behaviour,
    won: Floats,
    cooling: Mapping[str, int | None],
    rng: np.random.Generator,
    tick: Callable[[float], None] | None = None,
) -> tuple[list[Rule], Pool, Floats]:
    """The rules of the card, at most 12: as many as rank best on a quarter that the search doesn't see.

    Also the pool that was searched, and its leads' outcomes, for whoever wants to search again.
    """
    order = rng.permutation(len(won))
    at = np.sort(order[:SEARCHED])
    part, did, outcome = export.take(at), behaviour.take(at), won[at]
    pool = pool_of(part, did, outcome, cooling)
    if tick is not None:
        tick(0.5)
    turn = rng.permutation(len(at))
    aside = np.sort(np.concatenate([turn[outcome[turn] == side][::4] for side in (0.0, 1.0)]))
    inside = np.setdiff1d(np.arange(len(at)), aside)
    scores: list[Floats] = []
    seen, unseen = pool.take(inside), pool.take(aside)
    for chosen, effects in path(seen, outcome[inside]):
        scores.append(unseen.design(chosen) @ effects)
    if tick is not None:
        tick(0.8)
    cards = path(pool, outcome, _length(scores, outcome[aside])) if scores else []
    chosen = cards[-1][0] if cards else []
    return [pool.rule(number) for number in chosen], pool, outcome


def _length(scores: Sequence[Floats], won: Floats) -> int:
    """The fewest rules that rank about as well as the best card: within half a standard error of the difference."""
    areas = [auc(score, won) for score in scores]
    best = scores[int(np.argmax(areas))]
    return 1 + next(
        number
        for number, score in enumerate(scores)
        if (lost := difference(best, score, won))[0] <= max(SLACK, CAREFUL * lost[1])
    )


def path(pool: Pool, won: Floats, length: int = MOST_RULES) -> list[tuple[list[int], Floats]]:
    """The cards with one rule, with two, … by number in the pool, and the effects of their columns."""
    chosen: list[int] = []
    cards: list[tuple[list[int], Floats]] = []
    beta = fit(np.zeros((len(won), 0)), won)
    chance = probability(np.full(len(won), beta[0]))
    while len(chosen) < length:
        best = _best(pool, won - chance, chance * (1 - chance), chosen)
        if best is None:
            break
        chosen.append(best)
        design = pool.design(chosen)
        beta = fit(design, won, beta, steps=3)
        chance = probability(beta[0] + design @ beta[1:])
        cards.append((list(chosen), beta[1:]))
    return cards


def _best(pool: Pool, error: Floats, weight: Floats, chosen: Sequence[int]) -> int | None:
    best, gain = None, 0.0
    for number, (term, bins) in enumerate(zip(pool.terms, pool.bins, strict=True)):
        if number not in chosen:
            pull = np.bincount(bins, weights=error, minlength=term.size)
            mass = np.bincount(bins, weights=weight, minlength=term.size)
            here = float((pull**2 / (mass + RIDGE)).sum()) - 2.0 * max(int((mass > 0).sum()) - 1, 1)
            if here > gain:
                best, gain = number, here
    if not pool.forms:
        return best
    pulls = error @ pool.shares
    first = weight @ pool.shares
    second = weight @ pool.shares**2
    # An intercept is always there: what counts is how a share differs from its mean.
    masses = np.maximum(second - first**2 / weight.sum(), 1e-9)
    gains = pulls**2 / (masses + 0.05 * RIDGE) - 2.0 - TOLL * np.log(len(pool.forms))
    gains -= np.where([form.signal.name == ANY_EVENT for form in pool.forms], VAGUE, 0.0)
    for number in chosen:
        if number >= len(pool.terms):
            gains[number - len(pool.terms)] = -np.inf
    top = int(gains.argmax())
    if gains[top] <= gain:
        return best
    signal = pool.forms[top].signal
    plainest = next(
        at for at, form in enumerate(pool.forms) if form.signal == signal and gains[at] >= gains[top] - PLAINER
    )
    return len(pool.terms) + plainest
