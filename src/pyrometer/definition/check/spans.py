"""The least and most that rules and scores can come to, in units: bounds that nothing can pass, not always reached."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from pyrometer.definition.check.truths import ALWAYS, Truths
from pyrometer.definition.conditions import Condition, ScoreLeaf, TraitLeaf
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.rules import Cases, Counted
from pyrometer.definition.scores import Score

Span = tuple[float, float]
"""Least and most, in units; infinite where nothing bounds it."""

UNBOUNDED: Span = (-math.inf, math.inf)
NOTHING: Span = (0, 0)


def cases_span(kernel: Cases, truths: Callable[[Condition], Truths]) -> Span:
    """What cases can give: the points of each that can hold, or nothing where none has to."""
    found: list[int] = []
    for case in kernel.cases:
        outcomes = truths(case.condition)
        if True in outcomes:
            found.append(case.units)
        if outcomes == ALWAYS:
            break
    else:
        if not _exhaustive(kernel):
            found.append(0)
    return (min(found), max(found)) if found else NOTHING


def _exhaustive(kernel: Cases) -> bool:
    """Whether a case holds for every lead: the trait is known, or it isn't."""
    asked = {
        (case.condition.trait, case.condition.known)
        for case in kernel.cases
        if isinstance(case.condition, TraitLeaf) and set(case.condition.given()) == {"known"}
    }
    return any((trait, not known) in asked for trait, known in asked)


def counted_span(kernel: Counted, values: int | None = None) -> Span:
    """What counted events can give; `values` is how many values a `distinct` property has, if that is known."""
    one = one_hit(kernel)
    most: float
    if one == 0:
        return NOTHING
    if kernel.count == "latest":
        most = one
    elif kernel.count == "distinct" and values is not None:
        most = one * values
    elif kernel.count == "daily":
        most = one * _days(kernel.cooling, kernel.within, abs(kernel.units))
    else:
        most = math.inf
    if kernel.cap is not None:
        most = min(most, kernel.cap)
    return (0, most) if kernel.units > 0 else (-most, 0)


def one_hit(kernel: Counted) -> int:
    """The most units, without sign, that one event can give: fresh, with the largest quantity."""
    quantity = kernel.per.ceiling if kernel.per is not None else 1
    return math.ceil(abs(kernel.units) * strongest(kernel.cooling, kernel.within)) * quantity


def strongest(cooling: Cooling | None, within: int | None) -> Fraction:
    """The largest part of its points that an event can be worth at any age within the window."""
    if cooling is None or cooling.steps is None:
        return Fraction(1)
    starts = {start + cooling.hold if start else 0: percent for start, percent in cooling.steps.items()}
    return max(Fraction(percent) / 100 for start, percent in starts.items() if within is None or start < within)


def _days(cooling: Cooling | None, within: int | None, units: int) -> float:
    """No less than the sum of an event's parts over all ages: what one event a day, for ever, can add up to."""
    bound: float = math.inf if within is None else within
    if cooling is None:
        return bound
    if cooling.linear is not None:
        return min(bound, cooling.hold + cooling.linear)
    if cooling.steps is not None:
        last = max(cooling.steps)
        return min(bound, cooling.hold + last) if cooling.steps[last] == 0 else bound
    assert cooling.half_life is not None
    # A geometric series, and half a unit a day for rounding until a weight rounds to nothing.
    ages = cooling.half_life * (math.log2(units) + 2)
    series = 1 / (1 - 2 ** (-1 / cooling.half_life))
    return min(bound, cooling.hold + 1 + series + ages / (2 * units))


def score_span(score: Score, spans: list[Span]) -> Span:
    """What the rules of a score add up to before `range`, given the span of each."""
    low: float = 0
    high: float = 0
    members: dict[str, list[Span]] = {}
    for rule, span in zip(score.rules, spans, strict=True):
        if rule.group in score.groups:
            members.setdefault(str(rule.group), []).append(span)
        else:
            low += span[0]
            high += span[1]
    for name, inside in members.items():
        cap = score.groups[name].cap
        low += min(cap, sum(span[0] for span in inside))
        high += min(cap, sum(span[1] for span in inside))
    return low, high


def bounded(span: Span, score: Score) -> Span:
    """A span after the score's `range`."""
    least, most = score.range
    return min(max(span[0], least), most), min(max(span[1], least), most)


def score_bounds(leaf: ScoreLeaf) -> Span:
    """The units that a leaf lets pass, both ends included."""
    least: float = -math.inf
    most: float = math.inf
    for operator, bound in leaf.given().items():
        if operator in ("at_least", "above"):
            least = max(least, bound + (operator == "above"))
        else:
            most = min(most, bound - (operator == "below"))
    return least, most
