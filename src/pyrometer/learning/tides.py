"""How easy it was to win at the time of each lead: what is learned compares leads with others of their own time.

Where wins grow more frequent, everything that came up late looks good: a channel that is new, a field that was not
filled in before. So effects are fitted beside the base rate of each stretch of time, not instead of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import chi2_contingency

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.fitting import probability
from pyrometer.learning.reading import Export

STRETCHES = 12
FEWEST = 20
"""Won leads, and lost ones, that a stretch of time has on average at least."""
EIGHTHS = 8
BLANKS = 0.20
CHANCE = 1e-3


def tides(key: Floats | None, won: Floats) -> Floats:
    """For each lead the log-odds of the base rate of its time, less those of all; `key` grows with time (NaN: unknown).

    Times are up to twelve stretches with about as many leads each; 0 where no order is known.

    >>> early, late = np.arange(100) % 5 == 0, np.arange(100) % 5 < 3
    >>> [round(float(tide), 1) for tide in tides(np.arange(200.0), np.append(early, late))[[0, 199]]]
    [-0.8, 0.8]
    """
    tide = np.zeros(len(won))
    known = np.isfinite(key) if key is not None else np.zeros(len(won), dtype=np.bool_)
    stretches = int(min(STRETCHES, won[known].sum() // FEWEST, (1 - won[known]).sum() // FEWEST))
    if key is None or stretches < 2:
        return tide
    place, size = _places(key[known], stretches)
    base = float(won.mean())
    leads = np.bincount(place, minlength=size) + 2.0
    rate = (np.bincount(place, weights=won[known], minlength=size) + 2.0 * base) / leads
    tide[known] = (np.log(rate / (1 - rate)) - np.log(base / (1 - base)))[place]
    return tide


def usual(key: Floats | None, won: Floats) -> Floats:
    """The chance of being won at the time of each lead."""
    base = float(np.clip(won.mean(), 1e-6, 1 - 1e-6))
    return probability(np.log(base / (1 - base)) + tides(key, won))


def muted(export: Export) -> Export:
    """The export with its columns noted of which time tells whether they are known: fields introduced, or given up.

    Their share of unknown differs by more than 20 percentage points between eighths of the time, and hardly by chance
    (chi-square test).
    """
    if export.key is None:
        return export
    there = np.isfinite(export.key)
    if there.sum() < 8 * EIGHTHS:
        return export
    place, size = _places(export.key[there], EIGHTHS)
    leads = np.bincount(place, minlength=size).astype(np.float64)
    found = set()
    for column in export.columns:
        unknown = np.bincount(place, weights=column.codes[there] < 0, minlength=size)
        shares = unknown / np.maximum(leads, 1.0)
        if shares.max() - shares.min() > BLANKS and chi2_contingency([unknown, leads - unknown]).pvalue < CHANCE:
            found.add(column.name)
    return replace(export, mute=frozenset(found))


def _places(key: Floats, stretches: int) -> tuple[Rows, int]:
    """The stretch of time of each lead, and how many there are; leads of one moment stay together."""
    bounds = np.unique(np.quantile(key, np.linspace(0, 1, stretches + 1)[1:-1], method="nearest"))
    place = np.searchsorted(bounds, key, side="left")
    _, place = np.unique(place, return_inverse=True)
    return place, int(place.max()) + 1
