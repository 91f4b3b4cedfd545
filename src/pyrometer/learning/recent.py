"""How far back it is worth looking: where times change, old leads teach what no longer holds."""

from __future__ import annotations

import numpy as np

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.reading import Export
from pyrometer.learning.selecting import latest, tried

SHARES = (0.5, 0.25)
FEWEST = 100
"""Won leads, and lost ones, that a stretch needs to be learned from alone."""


def recent(export: Export, won: Floats) -> tuple[Rows, float]:
    """The rows to learn from and their share: all, or the latest half or quarter of them.

    A shorter stretch is taken only where a card learned from it alone ranks the latest quarter of leads better than one
    learned from all the others, by more than a standard error of the area under the curve.
    """
    every = np.arange(export.rows)
    aside = latest(export.key, every, won)
    if aside is None or export.key is None:
        return every, 1.0
    earlier = np.setdiff1d(every, aside)
    best = max(tried(export, won, earlier, aside), default=0.5)
    reach, share = _error(best, won[aside]), 1.0
    for each in SHARES:
        inside = _last(export.key, earlier, each)
        if min(won[inside].sum(), (1 - won[inside]).sum()) < FEWEST:
            break
        area = max(tried(export, won, inside, aside), default=0.5)
        if area > best + reach:
            best, share = area, each
    return (every, 1.0) if share == 1 else (_last(export.key, every, share), share)


def _last(key: Floats, rows: Rows, share: float) -> Rows:
    """The latest share of some rows; those of unknown time are left out."""
    dated = rows[np.isfinite(key[rows])]
    return dated[key[dated] >= np.quantile(key[dated], 1 - share, method="nearest")]


def _error(area: float, won: Floats) -> float:
    """The standard error of an area under the curve (Hanley and McNeil 1982)."""
    wins, losses = float(won.sum()), float((1 - won).sum())
    of_wins, of_losses = area / (2 - area) - area**2, 2 * area**2 / (1 + area) - area**2
    spread = area * (1 - area) + (wins - 1) * of_wins + (losses - 1) * of_losses
    return float(np.sqrt(spread / (wins * losses)))
