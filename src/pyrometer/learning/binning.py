"""Bands for numbers and levels for texts, each with enough leads to say something."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pyrometer.learning.arrays import Flags, Floats, Rows
from pyrometer.learning.reading import Column
from pyrometer.learning.terms import Leaf, Term, leaves_of, when

FINE = 40
"""How many stretches of about equal size bands are built from."""
MOST_BANDS = 8
MOST_LEVELS = 20
SHARE, LEAST, ENOUGH = 0.02, 8, 100
"""A bin holds at least this share of the leads and at least so many; where leads are many, `ENOUGH` will do."""
NEEDED = 3.0
"""Deviance that a bound must explain to stay; about the 8 % point of chi-square with one degree of freedom."""


WIGGLE = 6.0
"""Deviance that a stretch against the direction of the others must explain, or it is taken for chance.

More than one bound needs, since bounds are put where they explain most.
"""


def support(rows: int) -> int:
    """The fewest leads that a bin may hold.

    >>> support(200), support(3000), support(50_000)
    (8, 60, 100)
    """
    return max(LEAST, min(ENOUGH, math.ceil(SHARE * rows)))


def term_of(column: Column, won: Floats, usual: Floats, *, mute: bool = False) -> Term | None:
    """The column's bins for these leads; None where no two bins have enough leads.

    `usual` is the chance of being won at the time of each lead, so that bins tell leads apart and not times; where that
    is what decides whether the column is known, it is `mute` on leads where it isn't.
    """
    found = _bands(column, won - usual + won.mean()) if column.ordered else _table(column, won)
    known = int((column.codes >= 0).sum())
    if found is None and not mute and min(known, len(won) - known) >= support(len(won)):
        # Where its values say nothing, it may still matter whether there is one.
        there = np.append(np.ones(len(column.texts), dtype=np.bool_), False)
        return when([Leaf(column.name, "known", "true", there)])
    return found if found is None else replace(found, mute=mute)


def quarters(column: Column) -> list[Leaf]:
    """Questions whether a number lies above or below each of its quartiles, in round numbers; none for texts."""
    if not column.ordered:
        return []
    known = np.sort(column.values[column.codes >= 0])
    distinct, counts = np.unique(known, return_counts=True)
    if len(distinct) < 4:
        return []
    starts = np.searchsorted(distinct, np.quantile(known, (0.25, 0.5, 0.75), method="nearest"))
    whole = column.type == "integer"
    edges = [_round(distinct, counts.astype(np.float64), int(start), whole=whole) for start in starts if start]
    texts = tuple(dict.fromkeys(edge_text(edge) for edge in edges))
    return leaves_of(Term("bands", (column.name,), len(texts) + 2, np.zeros(0, dtype=np.int32), edges=texts), column)


def _bands(column: Column, won: Floats) -> Term | None:
    known = column.codes >= 0
    numbers = np.asarray(column.numbers)
    if known.sum() < 2 * support(len(won)):
        return None
    # Texts may spell one number in several ways; codes are in the order of the numbers.
    counts = np.bincount(column.codes[known], minlength=len(numbers)).astype(np.float64)
    wins = np.bincount(column.codes[known], weights=won[known], minlength=len(numbers)).astype(np.float64)
    distinct, first = np.unique(numbers, return_index=True)
    counts, wins = np.add.reduceat(counts, first), np.add.reduceat(wins, first)
    seen = counts > 0
    distinct, counts, wins = distinct[seen], counts[seen], wins[seen]
    if len(distinct) < 2:
        return None
    starts = np.flatnonzero(_fine(counts))
    starts = _merged(starts.astype(np.intp), counts, wins, support(len(won)))
    starts, rising = _monotone(starts, counts, wins)
    if len(starts) < 2:
        return None
    edges = [_round(distinct, counts, int(start), whole=column.type == "integer") for start in starts[1:]]
    texts = tuple(dict.fromkeys(edge_text(edge) for edge in edges))
    bounds = np.array([float(text) for text in texts])
    lookup = np.append(np.searchsorted(bounds, numbers, side="right"), len(bounds) + 1).astype(np.int32)
    return Term("bands", (column.name,), len(bounds) + 2, lookup, edges=texts, rising=rising)


def _fine(counts: Floats) -> Flags:
    """Where the fine stretches begin: at frequent values, behind them, and evenly among the others."""
    heavy = counts > counts.sum() / (2 * FINE)
    light = np.where(heavy, 0.0, counts)
    total = max(light.sum(), 1.0)
    level = np.floor((np.cumsum(light) - light) / total * FINE)
    begins = np.zeros(len(counts), dtype=np.bool_)
    begins[0] = True
    begins[1:] = (level[1:] != level[:-1]) | heavy[1:] | heavy[:-1]
    return begins


def _likelihood(n: Floats, k: Floats) -> Floats:
    rate = np.clip(k / np.maximum(n, 1e-9), 1e-9, 1 - 1e-9)
    return np.asarray(k * np.log(rate) + (n - k) * np.log1p(-rate))


def _sums(starts: Sequence[int] | Rows, counts: Floats, wins: Floats) -> tuple[Floats, Floats]:
    at = np.asarray(starts, dtype=np.intp)
    return np.add.reduceat(counts, at), np.add.reduceat(wins, at)


def _merged(starts: Rows, counts: Floats, wins: Floats, least: int) -> Rows:
    """The stretches after joining neighbours that differ least, until all are large enough and differ."""
    n, k = (found.tolist() for found in _sums(starts, counts, wins))
    kept = starts.tolist()
    lost = [_loss(n, k, at) for at in range(len(kept) - 1)]
    while lost:
        # Stretches that are too small are joined first.
        at = min(range(len(lost)), key=lambda at: (min(n[at], n[at + 1]) >= least, lost[at], at))
        if min(n[at], n[at + 1]) >= least and len(kept) <= MOST_BANDS and lost[at] >= NEEDED:
            break
        n[at : at + 2], k[at : at + 2] = [n[at] + n[at + 1]], [k[at] + k[at + 1]]
        del kept[at + 1], lost[at]
        # Only the neighbours of what was joined have changed.
        for beside in (at - 1, at):
            if 0 <= beside < len(lost):
                lost[beside] = _loss(n, k, beside)
    return np.array(kept, dtype=np.intp)


def _loss(n: Sequence[float], k: Sequence[float], at: int) -> float:
    """The deviance that joining a stretch with the next one would cost."""
    apart = _deviance(n[at], k[at]) + _deviance(n[at + 1], k[at + 1])
    return apart - _deviance(n[at] + n[at + 1], k[at] + k[at + 1])


def _deviance(n: float, k: float) -> float:
    rate = min(max(k / n, 1e-9), 1 - 1e-9)
    return 2 * (k * math.log(rate) + (n - k) * math.log1p(-rate))


def _monotone(starts: Rows, counts: Floats, wins: Floats) -> tuple[Rows, int]:
    """The stretches, joined where that makes the rate rise or fall throughout and costs little; and the direction."""
    n, k = _sums(starts, counts, wins)
    if len(n) < 3:
        return starts, 0
    whole = _likelihood(n, k).sum()
    explained = whole - float(_likelihood(np.array([n.sum()]), np.array([k.sum()]))[0])
    best: tuple[float, Rows, int] | None = None
    for direction in (1, -1):
        kept = pooled(n, k, direction)
        lost = whole - _likelihood(*_sums(kept, n, k)).sum()
        if best is None or lost < best[0]:
            best = (lost, starts[kept], direction)
    assert best is not None
    if best[0] <= max(0.05 * explained, WIGGLE * (len(starts) - len(best[1]))):
        return best[1], best[2]
    return starts, 0


def pooled(n: Floats, k: Floats, direction: int) -> list[int]:
    """Where the blocks of the monotone rate begin (pool adjacent violators); direction 1 rises, -1 falls."""
    blocks: list[tuple[int, float, float]] = []
    for position, (size, wins) in enumerate(zip(n, k, strict=True)):
        blocks.append((position, float(size), float(wins)))
        while len(blocks) > 1 and direction * (blocks[-1][2] / blocks[-1][1] - blocks[-2][2] / blocks[-2][1]) <= 0:
            _, size_last, wins_last = blocks.pop()
            begin, size_before, wins_before = blocks.pop()
            blocks.append((begin, size_before + size_last, wins_before + wins_last))
    return [begin for begin, _, _ in blocks]


def _round(distinct: Floats, counts: Floats, start: int, *, whole: bool) -> float:
    """A bound that is easy to read near the value at `start`; only few leads may change sides for it."""
    room = 0.004 * counts.sum()
    low, high = start - 1, start
    taken = 0.0
    while low > 0 and taken + counts[low] <= room:
        taken += counts[low]
        low -= 1
    taken = 0.0
    while high < len(distinct) - 1 and taken + counts[high] <= room:
        taken += counts[high]
        high += 1
    return roundest(float(distinct[low]), float(distinct[high]), whole=whole)


def roundest(above: float, upto: float, *, whole: bool) -> float:
    """The number with the fewest digits that is greater than `above` and at most `upto`.

    >>> roundest(487.2, 512.9, whole=False), roundest(3, 4, whole=True), roundest(0.0123, 0.0129, whole=False)
    (500.0, 4.0, 0.0125)
    """
    size = max(abs(above), abs(upto))
    power = math.ceil(math.log10(size)) if size > 0 else 0
    for exponent in range(power, power - 17, -1):
        for multiple in (1.0, 0.5):
            step = multiple * 10.0**exponent
            if whole and step < 1:
                return float(upto)
            found = round(math.floor(upto / step * (1 + 1e-15)) * step, max(0, 1 - exponent))
            if above < found <= upto:
                return found
    return upto


def edge_text(edge: float) -> str:
    """A bound as a definition spells it.

    >>> edge_text(500.0), edge_text(0.0125)
    ('500', '0.0125')
    """
    return np.format_float_positional(edge, trim="-")


def _table(column: Column, won: Floats) -> Term | None:
    least = support(len(won))
    known = column.codes >= 0
    if column.type == "boolean":
        numbers = np.asarray(column.numbers)
        sides = numbers[column.codes[known]]
        if min((sides == 1).sum(), (sides == 0).sum()) < least:
            return None
        lookup = np.append(np.where(numbers == 1, 0, 1), 3).astype(np.int32)
        return Term("table", (column.name,), 4, lookup, levels=("true", "false"))
    counts = np.bincount(column.codes[known], minlength=len(column.texts))
    order = sorted(range(len(counts)), key=lambda code: (-counts[code], column.texts[code]))
    large = [code for code in order[:MOST_LEVELS] if counts[code] >= least]
    unknown = int((~known).sum())
    rest = int(counts.sum() - counts[large].sum())
    if len(large) + (unknown >= least) + (rest >= least) < 2 or not large:
        return None
    levels = sorted(large, key=lambda code: column.texts[code])
    lookup = np.full(len(column.texts) + 1, len(levels), dtype=np.int32)
    lookup[levels] = np.arange(len(levels))
    lookup[-1] = len(levels) + 1
    return Term("table", (column.name,), len(levels) + 2, lookup, levels=tuple(column.texts[code] for code in levels))
