"""The leak screen: columns that seem to know the outcome are set aside, with the reason, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy.stats import binom

from pyrometer.learning.arrays import Floats
from pyrometer.learning.naming import speaks_of_outcome
from pyrometer.learning.reading import Column, Export
from pyrometer.learning.result import Quarantined

LEADS = 15
HIGH = 0.95
ODDS = 15.0
"""How many times the odds of all leads a value's odds must be: where nearly all are won, 95 % are no news."""
LOW = 1 / 50
"""A win rate below this share of the base rate is improbably low, if chance doesn't explain it."""
BLANKS = 0.20
CHANCE = 1e-3
STRETCHES = 20


def leaks(export: Export, won: Floats) -> Iterator[Quarantined]:
    """Columns of decided leads whose values, blanks or names give the outcome away; one finding each."""
    for column in export.columns:
        found = _named(column) or _blanks(column, won) or _values(column, won)
        if found is not None:
            yield found


def _named(column: Column) -> Quarantined | None:
    if not speaks_of_outcome(column.name):
        return None
    return Quarantined(column.name, None, "its name speaks of the outcome: it is probably filled in when a lead ends")


def _blanks(column: Column, won: Floats) -> Quarantined | None:
    of_won, of_lost = float(column.blank[won == 1].mean()), float(column.blank[won == 0].mean())
    if max(of_won, of_lost) == 1 and min(of_won, of_lost) < 0.95:
        side = "lost" if of_won == 1 else "won"
        return Quarantined(column.name, None, f"only {side} leads have a value")
    if abs(of_won - of_lost) > BLANKS:
        return Quarantined(
            column.name,
            None,
            f"blank for {_percent(of_won)} of the won and {_percent(of_lost)} of the lost: filled in afterwards?",
        )
    return None


def _values(column: Column, won: Floats) -> Quarantined | None:
    """The value, or stretch of numbers, whose win rate is too good or too bad to be true."""
    base = float(won.mean())
    known = column.codes >= 0
    if not known.any():
        return None
    size = len(column.texts)
    n = np.bincount(column.codes[known], minlength=size)
    k = np.bincount(column.codes[known], weights=won[known], minlength=size)
    names = [f"{text}" for text in column.texts]
    if column.ordered and size > STRETCHES:
        bounds = np.unique(np.quantile(column.values[known], np.linspace(0, 1, STRETCHES + 1)[1:-1]))
        place = np.searchsorted(bounds, column.values[known], side="right")
        n = np.concatenate((n, np.bincount(place, minlength=len(bounds) + 1)))
        k = np.concatenate((k, np.bincount(place, weights=won[known], minlength=len(bounds) + 1)))
        ends = ["", *(f"{bound:g}" for bound in bounds), ""]
        names += [f"{low or '…'} to {high or '…'}" for low, high in pairwise(ends)]
    tested = max(int((n >= LEADS).sum()), 1)
    worst: tuple[float, int, str] | None = None
    for at in np.flatnonzero(n >= LEADS):
        rate = k[at] / n[at]
        if rate >= HIGH and _odds(k[at] + 0.5, n[at] + 1.0) >= ODDS * _odds(base, 1.0):
            chance, how = float(binom.sf(k[at] - 1, n[at], base)), "nearly always won"
        elif rate <= LOW * base:
            chance, how = float(binom.cdf(k[at], n[at], base)) * 1e3, "improbably seldom won"
        else:
            continue
        if chance * tested < CHANCE and (worst is None or chance < worst[0]):
            worst = (chance, int(at), how)
    if worst is None:
        return None
    _, found, how = worst
    reason = (
        f"leads with this value are {how}: {int(k[found]):,} of {int(n[found]):,} ({_percent(k[found] / n[found])}; "
        f"all leads {_percent(base)}), as if it were set by the outcome"
    )
    return Quarantined(column.name, names[found], reason)


def _odds(wins: float, leads: float) -> float:
    return wins / max(leads - wins, 1e-9)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
