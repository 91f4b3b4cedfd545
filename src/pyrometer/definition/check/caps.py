"""Caps that cut where they surely weren't meant to."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.spans import one_hit
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.rules import Counted, Kernel
from pyrometer.definition.values import UNITS_PER_POINT, spell_points

MOST_OF_ONE_EVENT = 1_000_000_000 * UNITS_PER_POINT
"""More units than this from one event could not be added up in 64 bits over many events."""


def check_caps(possible: Possible) -> Iterator[Problem]:
    """A cap leaves room for the points of a single event."""
    for path, name, rule in possible.scene.rules:
        kernel = rule.kernel(None)
        score = possible.scene.definition.scores[name]
        cap = kernel.cap if isinstance(kernel, Counted) else None
        if isinstance(kernel, Counted) and cap is not None and cap < abs(kernel.units):
            if cap == 0:
                yield Problem(
                    "warning",
                    (*path, "cap"),
                    "this rule never gives points",
                    "its cap is 0",
                    "raise the cap, or take the rule out",
                )
            else:
                yield Problem(
                    "warning",
                    (*path, "cap"),
                    f"the cap of {spell_points(cap)} cuts even a single event",
                    f"one gives {spell_points(abs(kernel.units))} points",
                    "raise the cap, or lower the points",
                )
        yield from _too_much(kernel, path)
        group = score.groups.get(rule.group or "")
        if group is None:
            continue
        most = possible.rules[name, int(path[-1])][1]
        one = min(kernel.units, one_hit(kernel), most) if isinstance(kernel, Counted) else most
        if one > max(group.cap, 0):
            yield Problem(
                "note",
                (*path, "group"),
                f"the group `{rule.group}` cuts this rule even alone",
                f"the rule gives {spell_points(int(one))} points at once, the group at most {spell_points(group.cap)}",
            )


def _too_much(kernel: Kernel, path: Path) -> Iterator[Problem]:
    """`per` lets one event count so often that sums could overflow."""
    if not isinstance(kernel, Counted) or kernel.per is None:
        return
    if abs(kernel.units) * kernel.per.ceiling > MOST_OF_ONE_EVENT:
        yield Problem(
            "error",
            (*path, "per"),
            f"one event could give {spell_points(abs(kernel.units) * kernel.per.ceiling)} points",
            f"it may count up to {kernel.per.ceiling:,} times; more than 1,000,000,000 points can't be added up safely",
            "give a smaller `up_to`, or fewer points",
        )
