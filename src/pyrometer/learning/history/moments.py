"""When each lead is looked at: some days after it was first known, before its decision, won and lost leads alike.

A lead is scored on any day of its life, so any of these days will do. But won leads may live longer than lost ones, or
shorter, and who is looked at later has done more by then. So the days from first being known to the look, the
*exposure*, have the same distribution among won and lost leads: the longest that both can give. What then differs
between them is what they did, not how long they were watched.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from pyrometer.learning.arrays import Flags, Floats

Days = NDArray[np.int64]


def exposures(life: Days, won: Flags, rng: np.random.Generator) -> Days:
    """The days from first being known to the look, by lead; each from 1 to the lead's `life`, which is 1 or more.

    Each outcome for itself would draw a day of each life evenly. Of the two survival curves of such days the lower one
    is taken for both, and its quantiles are given to leads that live long enough, drawn at random from them. So every
    lead has one look, and won and lost leads the same distribution, but for rounding.
    """
    longest = int(life.max())
    curves = [_survival(life[won == side], longest) for side in (True, False) if (won == side).any()]
    curve = np.minimum.reduce(curves)
    found = np.empty(len(life), dtype=np.int64)
    for side in (True, False):
        rows = np.flatnonzero(won == side)
        if len(rows):
            found[rows] = _given(life[rows], _quantiles(curve, len(rows)), rng.permutation(len(rows)))
    return found


def _survival(life: Days, longest: int) -> Floats:
    """For each day from 1: the chance that a day drawn evenly from each life is that day or later."""
    counts = np.bincount(life, minlength=longest + 1)[1:].astype(np.float64)
    lengths = np.arange(1, longest + 1)
    # A life of n days gives the day d or later with chance (n - d + 1) / n.
    per_day = counts / lengths
    longer = np.cumsum(counts[::-1])[::-1]
    longer_per_day = np.cumsum(per_day[::-1])[::-1]
    return np.asarray((longer - (lengths - 1) * longer_per_day) / counts.sum())


def _quantiles(curve: Floats, count: int) -> Days:
    """So many days, the latest first, that have the given chances of being so late or later."""
    asked = (np.arange(count) + 0.5) / count
    # The curve falls from 1; the last day that it still reaches a share is that share's quantile.
    reached = len(curve) - np.searchsorted(curve[::-1], asked, side="left")
    return np.maximum(reached, 1)


def _given(life: Days, days: Days, turn: NDArray[np.intp]) -> Days:
    """The days, latest first, given to leads that live so long: each time to the one whose turn comes first."""
    order = np.argsort(-life, kind="stable")
    found = np.ones(len(life), dtype=np.int64)
    waiting: list[tuple[int, int]] = []
    reached = 0
    for day in days.tolist():
        while reached < len(order) and life[order[reached]] >= day:
            row = int(order[reached])
            heapq.heappush(waiting, (int(turn[row]), row))
            reached += 1
        if not waiting:  # rounding asked for one long life more than there are
            row = int(order[reached])
            reached += 1
            found[row] = life[row]
            continue
        _, row = heapq.heappop(waiting)
        found[row] = day
    return found
