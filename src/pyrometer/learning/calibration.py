"""Whether the chances that the card gives come true, by stretches of the score; and whether the times have changed."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, chi2_contingency

from pyrometer.intervals import wilson
from pyrometer.learning.arrays import Floats
from pyrometer.learning.card import Card
from pyrometer.learning.fitting import probability
from pyrometer.learning.measure import calibration_error
from pyrometer.learning.reading import Export
from pyrometer.learning.result import Calibrated

STRETCHES = 8
NEWS = 0.10
"""How far a value's share of leads may move between two periods before it is told."""


def calibration(card: Card, scores: Floats, won: Floats) -> tuple[Calibrated, ...]:
    """Held-out leads by stretches of their score, of about equal size, lowest first; intervals are Wilson's."""
    bounds = np.unique(np.quantile(scores, np.linspace(0, 1, STRETCHES + 1)[1:-1], method="nearest"))
    place = np.searchsorted(bounds, scores, side="left")
    found = []
    for at in np.unique(place):
        here = place == at
        wins, leads = int(won[here].sum()), int(here.sum())
        found.append(
            Calibrated(
                int(scores[here].min()),
                int(scores[here].max()),
                leads,
                wins,
                float(card.chances(scores[here]).mean()),
                wins / leads,
                wilson(wins / leads, leads),
            )
        )
    return tuple(found)


def off(stretches: tuple[Calibrated, ...]) -> float:
    """The chance of being so far off if the card's chances were right (Hosmer and Lemeshow's test, on held-out leads).

    1 where there is nothing to test.
    """
    statistic = 0.0
    for each in stretches:
        variance = each.leads * each.expected * (1 - each.expected)
        statistic += (each.won - each.leads * each.expected) ** 2 / max(variance, 1e-9)
    return float(chi2.sf(statistic, len(stretches))) if stretches else 1.0


def untrue(chances: Floats, won: Floats, error: float) -> str:
    """That chances are off, and how much of it is the base rate rather than the card.

    What is left is the calibration error once all chances are moved by the same log-odds, so that their mean is right.
    """
    logit = np.log(chances / (1 - chances))
    shift = brentq(lambda by: float((probability(logit + by) - won).mean()), -30, 30)
    left = calibration_error(probability(logit + shift), won)
    found = f"the card's chances don't hold on the leads held out: they are off by {_points(error)} on average"
    if left < error / 2:
        return found + (
            f", because {100 * won.mean():.1f} % of these leads were won where {100 * chances.mean():.1f} % were "
            f"expected; with that rate known they would be off by {_points(left)}. Trust the order of leads, and no "
            "chances until newer leads were learned from"
        )
    return found + f"; a changed base rate doesn't explain it (without, {_points(left)})"


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"


def drift(card: Card, early: Export, late: Export, won_early: Floats, won_late: Floats) -> list[str]:
    """What changed from the earlier leads to the later ones: the base rate, and the traits that rules ask for."""
    found = []
    table = [[won.sum(), (1 - won).sum()] for won in (won_early, won_late)]
    before, after = float(won_early.mean()), float(won_late.mean())
    if abs(after - before) > 0.2 * before and chi2_contingency(table).pvalue < 0.001:
        found.append(
            f"drift: {100 * before:.1f} % of the earlier leads were won, {100 * after:.1f} % of the later ones; the "
            "chances below are those of the earlier time and are not adjusted"
        )
    told: set[str] = set()
    for term in card.terms:
        if term.shape == "when" or term.columns[0] in told:
            continue
        shares = [np.bincount(term.bins(part), minlength=term.size) / part.rows for part in (early, late)]
        moved = float(np.abs(shares[1] - shares[0]).sum()) / 2
        if moved > NEWS:
            told.add(term.columns[0])
            found.append(f"drift: `{term.columns[0]}` is spread otherwise in later leads ({100 * moved:.0f} % moved)")
    return found
