"""The segments of a column, drawn without a look at the outcome: else they would seem more telling than they are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Codes, Floats
from pyrometer.learning.binning import edge_text, roundest
from pyrometer.learning.reading import Column

BANDS = 5
"""Into about how many bands of equal size numbers are cut."""
SINGLE = 10
"""So many different numbers, or fewer, stand alone, each of them: they may be codes."""
HEAVY = 0.15
"""A number that this share of the leads has stands alone."""
ROOM = 0.01
"""The share of leads that may change bands for a bound that is easy to read."""
FEWEST = 5
"""Leads that a value of its own needs; rarer ones are put together."""
MOST = 100
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Grouping:
    """The segment of each row, and the segments' names; all of them have leads."""

    codes: Codes
    names: tuple[str, ...]


def grouping_of(column: Column, single: int = SINGLE) -> Grouping:
    """A column's segments: bands of numbers, values of texts, yes and no; unknown is one of its own.

    Up to `single` different numbers stand alone.
    """
    if column.ordered:
        names, lookup = _bands(column, single)
    elif column.type == "boolean":
        names, lookup = ["yes", "no"], np.where(np.asarray(column.numbers) == 1, 0, 1).astype(np.int32)
    elif column.type == "text":
        names, lookup = _values(column)
    else:
        names, lookup = ["known"], np.zeros(len(column.texts), dtype=np.int32)
    places = np.append(lookup, len(names)).astype(np.int32)[column.codes]
    there, codes = np.unique(places, return_inverse=True)
    return Grouping(codes.astype(np.int32), tuple([*names, UNKNOWN][at] for at in there))


def in_times(grouping: Grouping) -> Grouping:
    """The grouping of a number of times, in words: `never`, `once`, `2 to 4 times`."""
    words = {"0": "never", "1": "once", "up to 1": "at most once", "1 or more": "at least once", UNKNOWN: UNKNOWN}
    return Grouping(grouping.codes, tuple(words.get(name, f"{name} times") for name in grouping.names))


def _values(column: Column) -> tuple[list[str], Codes]:
    known = column.codes[column.codes >= 0]
    counts = np.bincount(known, minlength=len(column.texts))
    order = sorted(range(len(counts)), key=lambda code: (-counts[code], column.texts[code]))
    own = [code for code in order[:MOST] if counts[code] >= FEWEST]
    rest = [code for code in order if counts[code] and code not in set(own)]
    if len(rest) == 1 and len(own) < MOST:
        own += rest
        rest = []
    lookup = np.full(len(counts), len(own), dtype=np.int32)
    lookup[own] = np.arange(len(own))
    names = [f"`{UNKNOWN}`" if column.texts[code] == UNKNOWN else column.texts[code] for code in own]
    return [*names, f"{len(rest):,} rarer values"], lookup


def _bands(column: Column, single: int) -> tuple[list[str], Codes]:
    numbers = np.asarray(column.numbers)
    distinct, place = np.unique(numbers, return_inverse=True)
    if not len(distinct):
        return [], np.zeros(0, dtype=np.int32)
    counts = np.bincount(place[column.codes[column.codes >= 0]], minlength=len(distinct)).astype(np.float64)
    seen = counts > 0
    distinct, counts = distinct[seen], counts[seen]
    if not len(distinct):
        return ["known"], np.zeros(len(numbers), dtype=np.int32)
    starts = _starts(counts, single)
    whole = column.type == "integer"
    bounds = np.unique([_bound(distinct, counts, start, whole=whole) for start in starts[1:]])
    names = _names(distinct, bounds, whole=whole)
    return names, np.searchsorted(bounds, numbers, side="right").astype(np.int32)


def _starts(counts: Floats, single: int) -> list[int]:
    """Where bands begin: at values that many leads have, behind them, and evenly between."""
    total = counts.sum()
    heavy = counts >= HEAVY * total
    if len(counts) <= single:
        heavy[:] = True
    starts = [0]
    begin = 0
    for at in range(1, len(counts) + 1):
        if at < len(counts) and heavy[at] == heavy[at - 1] and not heavy[at]:
            continue
        starts += _even(counts[begin:at], begin, total)
        if at < len(counts):
            starts.append(at)
        begin = at
    return _large_enough(starts, counts, max(FEWEST, 0.02 * total))


def _even(counts: Floats, begin: int, total: float) -> list[int]:
    """Where parts of about equal size begin in a stretch of values, the first aside."""
    parts = max(1, round(BANDS * counts.sum() / total))
    before = np.cumsum(counts) - counts / 2
    part = np.minimum((before / counts.sum() * parts).astype(int), parts - 1)
    return [begin + int(at) for at in np.flatnonzero(part[1:] > part[:-1]) + 1]


def _large_enough(starts: list[int], counts: Floats, least: float) -> list[int]:
    """The starts after joining bands of too few leads with the smaller neighbour."""
    while len(starts) > 1:
        sizes = np.add.reduceat(counts, starts)
        at = int(sizes.argmin())
        if sizes[at] >= least:
            return starts
        up = at == 0 or (at + 1 < len(sizes) and sizes[at + 1] < sizes[at - 1])
        del starts[at + 1 if up else at]
    return starts


def _bound(distinct: Floats, counts: Floats, start: int, *, whole: bool) -> float:
    """A bound that is easy to read near the value at `start`; only few leads, and no frequent value, change sides."""
    room = ROOM * counts.sum()
    low, high = start - 1, start
    taken = counts[low]
    while low > 0 and taken <= room:
        low -= 1
        taken += counts[low]
    taken = counts[high]
    while high < len(distinct) - 1 and taken <= room:
        high += 1
        taken += counts[high]
    return roundest(float(distinct[low]), float(distinct[high]), whole=whole)


def _names(distinct: Floats, bounds: Floats, *, whole: bool) -> list[str]:
    """What the bands are called: by their bounds, or by the only number in them."""
    names = []
    places = np.searchsorted(bounds, distinct, side="right")
    for band in range(len(bounds) + 1):
        inside = distinct[places == band]
        if len(inside) == 1:
            names.append(_spelled(float(inside[0])))
        elif band == 0 and not len(bounds):
            names.append("known")
        elif band == 0:
            below = float(bounds[0])
            names.append(f"up to {_spelled(math.ceil(below) - 1)}" if whole else f"below {_spelled(below)}")
        elif band == len(bounds):
            names.append(f"{_spelled(float(bounds[-1]))} or more")
        elif whole:
            names.append(f"{_spelled(float(bounds[band - 1]))} to {_spelled(math.ceil(bounds[band]) - 1)}")
        else:
            names.append(f"{_spelled(float(bounds[band - 1]))} to below {_spelled(float(bounds[band]))}")
    return names


def _spelled(number: float) -> str:
    """A number for people.

    >>> _spelled(12000.0), _spelled(0.25)
    ('12,000', '0.25')
    """
    text = edge_text(abs(number))
    whole, point, rest = text.partition(".")
    grouped = f"{int(whole or 0):,}" if 5 <= len(whole) <= 15 else whole or "0"
    return f"{'-' if number < 0 else ''}{grouped}{point}{rest}"
