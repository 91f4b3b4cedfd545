"""The strongest segments of two aspects: searched for on one half of the leads, counted on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.profiling.chance import FALSE_DISCOVERIES, controlled, exceeds
from pyrometer.profiling.counting import counts
from pyrometer.profiling.grouping import UNKNOWN, Grouping
from pyrometer.profiling.result import Pair
from pyrometer.profiling.shrinking import shrunken

TRIED = 20
"""Pairs that the first half may send to the second."""
SHOWN = 5
WIDEST = 40
"""Aspects that are paired: those whose segments differ most on the first half."""
FEWEST, SHARE = 15, 0.01
"""Leads that a pair needs on each half, and the share of them."""
Z = 1.96


@dataclass(frozen=True)
class _Candidate:
    """Two segments by aspect and place; `score` is by how much the pair surely beats the better of them."""

    aspects: tuple[str, str]
    places: tuple[int, int]
    score: float


def pairs(
    groupings: dict[str, Grouping], won: Floats, rng: np.random.Generator, tell: Callable[[float], None]
) -> tuple[tuple[Pair, ...], int]:
    """The pairs that hold on the second half, the surest first, and how many were looked through on the first.

    What is found by searching thousands of pairs is partly luck, so nothing of the half that was searched is reported.
    On the other half at most 20 candidates are tested. A pair's chance is the greater of two: that it closes no more
    often than the rest of either segment (Fisher's exact test, one side); the false discovery rate is controlled by
    Benjamini and Hochberg.
    """
    order = rng.permutation(len(won))
    first, second = np.sort(order[: len(won) // 2]), np.sort(order[len(won) // 2 :])
    candidates, tried = _searched(groupings, won, first, tell)
    found = [_counted(groupings, each, won, second) for each in candidates]
    kept = [pair for pair in found if pair is not None]
    if not kept:
        return (), tried
    base = float(won[second].mean())
    rates = shrunken(
        np.array([pair.leads for pair in kept], dtype=np.float64),
        np.array([pair.won for pair in kept], dtype=np.float64),
        base,
    )
    q = controlled(np.array([pair.p for pair in kept]))
    judged = [
        replace(
            pair,
            expected=float(rates.rate[at]),
            interval=(float(rates.low[at]), float(rates.high[at])),
            lift=float(rates.rate[at]) / base,
            lift_interval=(float(rates.low[at]) / base, float(rates.high[at]) / base),
            q=float(q[at]),
        )
        for at, pair in enumerate(kept)
    ]
    good = [pair for pair in judged if pair.q <= FALSE_DISCOVERIES and pair.lift_interval[0] > 1]
    good.sort(key=lambda pair: (-pair.lift_interval[0], pair.aspects, pair.segments))
    return tuple(good[:SHOWN]), tried


def _searched(
    groupings: dict[str, Grouping], won: Floats, rows: Rows, tell: Callable[[float], None]
) -> tuple[list[_Candidate], int]:
    """The best pair of each two aspects, as far as it seems to beat both of its segments; and how many were tried."""
    outcome = won[rows]
    codes = {name: grouping.codes[rows] for name, grouping in groupings.items()}
    alone = {name: counts(codes[name], len(groupings[name].names), outcome) for name in groupings}
    base = float(outcome.mean())
    names = sorted(groupings, key=lambda name: (-_spread(*alone[name], base), name))[:WIDEST]
    least = max(FEWEST, SHARE * len(rows))
    found: list[_Candidate] = []
    tried = 0
    both = list(combinations(names, 2))
    for number, (one, other) in enumerate(both):
        tell(number / len(both))
        size = len(groupings[other].names)
        cells = codes[one].astype(np.intp) * size + codes[other]
        leads, wins = counts(cells, len(groupings[one].names) * size, outcome)
        leads, wins = leads.reshape(-1, size), wins.reshape(-1, size)
        rates_one = alone[one][1] / np.maximum(alone[one][0], 1)
        rates_other = alone[other][1] / np.maximum(alone[other][0], 1)
        better = np.maximum(rates_one[:, None], rates_other[None, :])
        usable = leads >= least
        # A pair that is all of a segment says no more than the segment, and an unknown trait describes nobody.
        usable &= leads < np.minimum(alone[one][0][:, None], alone[other][0][None, :])
        for axis, name in ((0, one), (1, other)):
            unknown = np.array([each == UNKNOWN or each.endswith("rarer values") for each in groupings[name].names])
            usable &= ~(unknown[:, None] if axis == 0 else unknown[None, :])
        tried += int(usable.sum())
        score = np.where(usable, _low(leads, wins), 0.0)
        score = np.where(score > np.maximum(better, base), score, 0.0)
        at = int(score.argmax())
        if score.flat[at] > 0:
            found.append(_Candidate((one, other), (at // size, at % size), float(score.flat[at])))
    found.sort(key=lambda each: (-each.score, each.aspects))
    return found[:TRIED], tried


def _spread(leads: Floats, wins: Floats, base: float) -> float:
    """How far an aspect's rates lie apart, in units of chance."""
    return float(((wins - leads * base) ** 2 / np.maximum(leads, 1)).sum() / max(len(leads) - 1, 1))


def _low(leads: Floats, wins: Floats) -> Floats:
    """The lower end of Wilson's interval, here only to rank candidates."""
    n = np.maximum(leads, 1)
    rate = wins / n
    reach = Z * np.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n))
    return np.asarray((rate + Z * Z / (2 * n) - reach) / (1 + Z * Z / n))


def _counted(groupings: dict[str, Grouping], candidate: _Candidate, won: Floats, rows: Rows) -> Pair | None:
    """The candidate on other leads, without what depends on the others; None where too few are in it."""
    inside = []
    for name, place in zip(candidate.aspects, candidate.places, strict=True):
        inside.append(groupings[name].codes[rows] == place)
    outcome = won[rows]
    both = inside[0] & inside[1]
    leads, wins = float(both.sum()), float(outcome[both].sum())
    if leads < FEWEST:
        return None
    sizes = [(float(part.sum()), float(outcome[part].sum())) for part in inside]
    p = max(exceeds(leads, wins, *size) for size in sizes)
    one, other = (groupings[name].names[place] for name, place in zip(candidate.aspects, candidate.places, strict=True))
    rate = wins / leads
    parts = (sizes[0][1] / sizes[0][0], sizes[1][1] / sizes[1][0])
    return Pair(
        candidate.aspects, (one, other), int(leads), int(wins), rate, rate, (0.0, 1.0), 1.0, (0.0, 1.0), parts, p, 1.0
    )
