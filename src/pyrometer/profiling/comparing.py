"""Every aspect's segments with their counts, rates, and whether chance explains them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.reading import Column
from pyrometer.profiling.chance import FALSE_DISCOVERIES, controlled, differs
from pyrometer.profiling.counting import counts
from pyrometer.profiling.grouping import BANDS, SINGLE, Grouping, grouping_of, in_times
from pyrometer.profiling.kinds import kind_of_name
from pyrometer.profiling.lasting import halved
from pyrometer.profiling.population import Population
from pyrometer.profiling.result import Aspect, Direction, Kind, Segment
from pyrometer.profiling.shrinking import shrunken


@dataclass(frozen=True)
class Compared:
    """The aspects, those set apart, the grouping of each aspect by name, and how many segments were tested."""

    aspects: tuple[Aspect, ...]
    apart: tuple[Aspect, ...]
    groupings: dict[str, Grouping]
    tests: int


def compare(population: Population, tell: Callable[[float], None]) -> Compared:
    """Compares every column; the false discovery rate is controlled over all segments of all aspects together."""
    set_apart = {item.column: item for item in population.apart}
    aspects: list[Aspect] = []
    apart: list[Aspect] = []
    groupings = {}
    for number, column in enumerate(population.export.columns):
        tell(number / max(len(population.export.columns), 1))
        grouping = grouping_of(column, BANDS if column.name in population.behaviours else SINGLE)
        if column.name in population.times:
            grouping = in_times(grouping)
        found = _aspect(column, grouping, _kind(column.name, population), population.won)
        if column.name in set_apart:
            item = set_apart[column.name]
            apart.append(replace(found, apart=item.reason, remedy=item.remedy))
        elif column.name in population.names and len(grouping.names) > 1:
            aspects.append(found)
            groupings[column.name] = grouping
    tested, tests = _tested(aspects, population.won)
    if population.key is not None:
        tested = halved(tested, groupings, population.won, population.key)
    tested.sort(key=_most_telling)
    return Compared(tuple(tested), tuple(apart), groupings, tests)


def _most_telling(aspect: Aspect) -> tuple[float, float, str]:
    weight = max(each.weight for each in aspect.segments)
    return -weight, min(float(each.q or 0) for each in aspect.segments), aspect.name


def _kind(name: str, population: Population) -> Kind:
    if name in population.behaviours:
        return "behaviour"
    guessed = kind_of_name(name)
    return "trait" if population.declared and guessed == "behaviour" else guessed


def _aspect(column: Column, grouping: Grouping, kind: Kind, won: Floats) -> Aspect:
    leads, wins = counts(grouping.codes, len(grouping.names), won)
    base = float(won.mean())
    found = shrunken(leads, wins, base)
    segments = tuple(
        Segment(
            name,
            int(leads[at]),
            int(wins[at]),
            float(wins[at] / leads[at]),
            float(found.rate[at]),
            (float(found.low[at]), float(found.high[at])),
            float(found.rate[at]) / base,
            (float(found.low[at]) / base, float(found.high[at]) / base),
        )
        for at, name in enumerate(grouping.names)
    )
    return Aspect(column.name, kind, column.type, segments, found.prior_leads)


def _tested(aspects: list[Aspect], won: Floats) -> tuple[list[Aspect], int]:
    """The aspects with p, q and direction. Two segments that are all leads together are one question, asked once."""
    total, wins = float(len(won)), float(won.sum())
    asked = [aspect.segments[:1] if len(aspect.segments) == 2 else aspect.segments for aspect in aspects]
    each = [segment for segments in asked for segment in segments]
    p = differs(
        np.array([segment.leads for segment in each], dtype=np.float64),
        np.array([segment.won for segment in each], dtype=np.float64),
        total,
        wins,
    )
    q = controlled(p)
    found = []
    at = 0
    for aspect, segments in zip(aspects, asked, strict=True):
        here = range(at, at + len(segments))
        at += len(segments)
        places = [*here] * (2 if len(aspect.segments) == 2 else 1)
        found.append(
            replace(
                aspect,
                segments=tuple(
                    _judged(segment, float(p[place]), float(q[place]), len(won), wins / total)
                    for segment, place in zip(aspect.segments, places, strict=True)
                ),
            )
        )
    return found, len(each)


def _judged(segment: Segment, p: float, q: float, total: int, base: float) -> Segment:
    low, high = segment.interval
    direction: Direction | None = None
    if q <= FALSE_DISCOVERIES:
        direction = "more" if low > base else "less" if high < base else None
    if direction is None:
        return replace(segment, p=p, q=q)
    off = low - base if direction == "more" else base - high
    spread = math.sqrt(segment.leads / max(total - segment.leads, 1) / (base * (1 - base)))
    return replace(segment, p=p, q=q, direction=direction, weight=min(off * spread, 1.0))
