"""Bands that are empty, overlap, hide each other or leave gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pyrometer.definition.check.domains import Interval
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.check.types import ORDERED
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.rules import Band, BandRule
from pyrometer.definition.values import Type, parse_value
from pyrometer.definition.words import join

# Each band is compared with all before it; nobody writes this many.
MOST = 200


def check_bands(scene: Scene) -> Iterator[Problem]:
    """Every band has values of its own."""
    for path, _, rule in scene.rules:
        trait = scene.definition.profile.get(rule.trait) if isinstance(rule, BandRule) else None
        if isinstance(rule, BandRule) and trait is not None and trait.type in ORDERED:
            intervals = _intervals(rule, trait.type)
            if intervals is not None:
                yield from _one_by_one((*path, "bands"), rule.bands[:MOST], intervals[:MOST])
                yield from _gaps((*path, "bands"), intervals, trait.type)


def _intervals(rule: BandRule, type_: Type) -> list[Interval] | None:
    """The bands as intervals; None if a bound isn't a value of the type."""
    found = []
    for band in rule.bands:
        interval = Interval()
        try:
            if band.from_ is not None:
                interval = interval.above(parse_value(band.from_, type_), is_open=False)
            if band.below is not None:
                interval = interval.below(parse_value(band.below, type_), is_open=True)
        except ValueError:
            return None
        found.append(interval)
    return found


def _one_by_one(path: Path, bands: Sequence[Band], intervals: list[Interval]) -> Iterator[Problem]:
    for index, interval in enumerate(intervals):
        band = bands[index]
        if interval.empty:
            yield Problem(
                "error",
                (*path, index),
                f"the band from {band.from_} below {band.below} is empty",
                "no value is at least the one and below the other",
                f"swap them, if {band.below} to {band.from_} is meant",
            )
            continue
        earlier = [(number, other) for number, other in enumerate(intervals[:index]) if not other.empty]
        if not _rest(interval, [other for _, other in earlier]):
            yield Problem(
                "warning",
                (*path, index),
                f"the band {_spell(band)} is never used",
                "the bands before it take all its values; the first that holds counts",
                "put it first, or change the bounds",
            )
            continue
        for number, other in earlier:
            if not _common(interval, other).empty:
                yield Problem(
                    "warning",
                    (*path, index),
                    f"the band {_spell(band)} overlaps {_spell(bands[number])}",
                    "where both hold, the first in the list counts",
                    "end the one where the other begins",
                )
                break


def _gaps(path: Path, intervals: list[Interval], type_: Type) -> Iterator[Problem]:
    ordered = sorted(
        (interval for interval in intervals if not interval.empty),
        key=lambda interval: (
            interval.low is not None,
            interval.low or 0 if type_ != "date" else interval.low.toordinal() if interval.low else 0,
        ),
    )
    reached: Any = None
    gaps: list[str] = []
    for before, after in pairwise(ordered):
        if before.high is None:
            break
        reached = before.high if reached is None else max(reached, before.high)
        if after.low is not None and after.low > reached:
            gaps.append(f"from {reached} to below {after.low}")
    if gaps:
        yield Problem(
            "note",
            path,
            f"values {join(gaps, 'and')} get no points",
            "no band holds there",
            "if that isn't meant, let a band begin or end there",
        )


def _common(one: Interval, other: Interval) -> Interval:
    found = one
    if other.low is not None:
        found = found.above(other.low, is_open=other.low_open)
    if other.high is not None:
        found = found.below(other.high, is_open=other.high_open)
    return found


def _rest(interval: Interval, taken: Sequence[Interval]) -> list[Interval]:
    """What is left of an interval without the others; all begin closed and end open."""
    left = [interval]
    for other in taken:
        following = []
        for part in left:
            if other.low is not None:
                following.append(part.below(other.low, is_open=True))
            if other.high is not None:
                following.append(part.above(other.high, is_open=False))
        left = [part for part in following if not part.empty]
    return left


def _spell(band: Band) -> str:
    if band.from_ is None:
        return f"below {band.below}"
    return f"from {band.from_}" if band.below is None else f"from {band.from_} below {band.below}"
