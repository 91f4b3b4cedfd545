"""Whether what was found holds for the later leads as it did for the earlier ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.profiling.counting import counts
from pyrometer.profiling.grouping import Grouping
from pyrometer.profiling.result import Aspect, Segment


def halved(aspects: list[Aspect], groupings: dict[str, Grouping], won: Floats, key: Floats) -> list[Aspect]:
    """The aspects, with the lift of each finding among the earlier and the later half of the leads.

    A lift is over the base rate of its half, so that better or worse times don't count; the rate is drawn towards that
    as strongly as among all leads. Leads of which nobody knows when they came in are in neither half. A segment without
    leads in one of the halves has no lifts: the rate drawn towards would be all there is of it.
    """
    known = np.flatnonzero(np.isfinite(key))
    order = known[np.argsort(key[known], kind="stable")]
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    if any(not 0 < won[half].sum() < len(half) for half in halves):
        return aspects
    return [_halved(aspect, groupings[aspect.name], won, halves) if aspect.telling else aspect for aspect in aspects]


def _halved(aspect: Aspect, grouping: Grouping, won: Floats, halves: tuple[Rows, Rows]) -> Aspect:
    lifts, sizes = [], []
    for half in halves:
        leads, wins = counts(grouping.codes[half], len(grouping.names), won[half])
        sizes.append(leads)
        base = float(won[half].mean())
        lifts.append((wins / base + aspect.prior_leads) / (leads + aspect.prior_leads))
    told = zip(aspect.segments, np.minimum(*sizes), *lifts, strict=True)
    return replace(
        aspect,
        segments=tuple(
            _told(segment, float(one), float(other)) if least else segment for segment, least, one, other in told
        ),
    )


def _told(segment: Segment, earlier: float, later: float) -> Segment:
    return segment if segment.direction is None else replace(segment, halves=(earlier, later))
