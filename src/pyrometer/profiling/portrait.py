"""The ideal customer in a few sentences, made of the findings."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.naming import speaks_of_calendar
from pyrometer.profiling.grouping import Grouping
from pyrometer.profiling.result import Aspect, Direction, Segment

SURELY = 1.1
"""A segment belongs into the portrait if it surely closes so many times as often as all leads, or so much less."""
SHARE, FEWEST = 0.02, 20
"""Leads that a segment of the portrait holds at least, and that all its segments together hold."""
PARTS = 4
NAMED = 12
SIDES: tuple[Direction, ...] = ("more", "less")


def portrait(aspects: tuple[Aspect, ...], groupings: dict[str, Grouping], won: Floats) -> tuple[str, ...]:
    """Who closes most often, how many leads are all of that, who closes least, and what is not telling."""
    # When a lead came is no kind of customer.
    lasting = [aspect for aspect in aspects if not _calendar(aspect)]
    telling = [aspect for aspect in lasting if aspect.telling]
    quiet = [aspect.name for aspect in aspects if not aspect.telling]
    if not telling:
        when = ", but for when leads came" if any(aspect.telling for aspect in aspects) else ""
        return (
            f"Nothing tells{when}: on these leads no segment closes more or less often than chance explains.",
            *_not_telling(quiet),
        )
    found: list[str] = []
    best = _chosen(telling, "more", len(won))
    if best:
        found.append(f"Leads close most often where {_listed(_said(*each) for each in best)}.")
        found += _together(best, groupings, won)
    worst = _chosen(telling, "less", len(won))
    if worst:
        found.append(f"They close least often where {_listed(_said(*each) for each in worst)}.")
    gone = [aspect.name for side in SIDES for aspect, _ in _chosen(telling, side, len(won), lasts=False)]
    if not found and gone:
        names = _listed(dict.fromkeys(gone))
        found.append(f"What told leads apart in the earlier half of them did not in the later: {names}.")
    if not found:
        found.append("Some segments differ beyond chance, but none surely by a tenth or more.")
    return (*found, *_not_telling(quiet))


def _calendar(aspect: Aspect) -> bool:
    return speaks_of_calendar(aspect.name, [segment.name for segment in aspect.segments])


def phrase(aspect: str, segment: str) -> str:
    """A segment as part of a sentence.

    >>> phrase("channel", "Referral"), phrase("demo_requested", "2 to 4 times"), phrase("chat", "never")
    ('channel is Referral', 'demo_requested happened 2 to 4 times', 'chat never happened')
    """
    if segment == "never":
        return f"{aspect} never happened"
    happened = segment.endswith(("once", " times"))
    return f"{aspect} {'happened' if happened else 'is'} {segment}"


def _chosen(aspects: list[Aspect], side: Direction, leads: int, *, lasts: bool = True) -> list[tuple[Aspect, Segment]]:
    """Of each aspect the most telling segment that is large enough, surely differs by enough, and still does or not."""
    least = max(FEWEST, SHARE * leads)
    found = []
    for aspect in aspects:
        fitting = [
            each
            for each in aspect.segments
            if each.direction == side and each.lasting == lasts and _surely(each) >= SURELY and each.leads >= least
        ]
        if fitting:
            found.append((aspect, max(fitting, key=lambda each: (each.weight, each.name))))
    return sorted(found, key=lambda item: (-item[1].weight, item[0].name))[:PARTS]


def _said(aspect: Aspect, segment: Segment) -> str:
    lift = f"{segment.lift:.1f}" if segment.lift >= 0.1 else "under 0.1"
    return f"{phrase(aspect.name, segment.name)} ({100 * segment.expected:.1f} %, {lift} times the base rate)"


def _surely(segment: Segment) -> float:
    """How many times as often as all leads it closes at least, or one over that where it closes less often."""
    low, high = segment.lift_interval
    return low if segment.direction == "more" else 1 / max(high, 1e-9)


def _together(best: list[tuple[Aspect, Segment]], groupings: dict[str, Grouping], won: Floats) -> list[str]:
    """How many leads are in all the segments, but for those that too few leads would be left with."""
    inside = np.ones(len(won), dtype=np.bool_)
    kept = []
    for aspect, segment in best:
        grouping = groupings[aspect.name]
        here = inside & (grouping.codes == grouping.names.index(segment.name))
        if here.sum() >= max(FEWEST, 0.2 * SHARE * len(won)):
            inside = here
            kept.append(aspect.name)
    if len(kept) < 2:
        return []
    some = f"{'two' if len(kept) == 2 else 'three'} of these ({_listed(kept)})"
    which = "all of these" if len(kept) == len(best) else some
    leads, wins = int(inside.sum()), int(won[inside].sum())
    return [f"{leads:,} leads met {which}, and {wins:,} of them were won ({100 * wins / leads:.1f} %)."]


def _not_telling(names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return [f"Not telling: {', '.join(names[:NAMED])}{more}."]


def _listed(parts: Iterable[str]) -> str:
    """Parts of a sentence, the last behind "and"."""
    texts = list(parts)
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
