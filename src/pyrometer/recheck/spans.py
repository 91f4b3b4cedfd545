"""What a lead's temperature can be on the days between two that are known, as time alone passes.

Without new evidence the measures of a plan move one way only: counts and points fall towards nothing, ages grow. So
their values on two days bound those of every day between, and bounds of rules, scores, gates and temperatures follow.
A bound may be wider than the truth, never narrower.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    BandPlan,
    CasePoints,
    CountTest,
    CriterionTest,
    FlagTest,
    FrameworkTest,
    Gate,
    GradeTest,
    LastTest,
    Negation,
    OneOf,
    Plan,
    RulePlan,
    ScorePlan,
    ScoreTest,
    TraitTest,
)
from pyrometer.recheck.atoms import flip_days

ENDLESS = 1 << 62

YES, NO, UNKNOWN = 1, 2, 4
Truths = int
"""The answers that a gate may give on some day, as a sum of YES, NO and UNKNOWN."""

Bounds = tuple[int, int]
Row = Mapping[str, Any]


@dataclass
class Span:
    """The days from `start` (days since 1970) to `end`, both known: `first` and `last` are a lead's rows of these days.

    `atoms` names the column with the truth of each test of a trait, by the test's identity. The measures in `wild` may
    have any value between.
    """

    plan: Plan
    atoms: Mapping[int, str]
    start: int
    end: int
    first: Row
    last: Row
    wild: Collection[int] = ()
    _flags: dict[str, Truths] = field(default_factory=dict)
    _rules: dict[str, Bounds] = field(default_factory=dict)
    _scores: dict[str, Bounds] = field(default_factory=dict)
    _states: dict[str, frozenset[str]] = field(default_factory=dict)

    def temperatures(self, previous: str) -> frozenset[str]:
        """What a lead whose temperature was `previous` may be on any day of the span."""
        self._work_out()
        found = set()
        for name, band, kept_from in (("hot", self.plan.hot, ("hot",)), ("warm", self.plan.warm, ("hot", "warm"))):
            holds = self._holds(band, keeps=previous in kept_from)
            if holds & YES:
                found.add(name)
            if holds == YES:
                return frozenset(found)
        return frozenset({*found, "cool"})

    def _holds(self, band: BandPlan | None, *, keeps: bool) -> Truths:
        if band is None:
            return NO
        opens = _every(self._gate(item) for item in band.items)
        return _some((opens, self._gate(band.stay))) if keeps and band.stay is not None else opens

    def _work_out(self) -> None:
        rules = {rule.column: rule for score in self.plan.scores.values() for rule in score.rules}
        for layer in self.plan.layers:
            for node in layer:
                match node.kind:
                    case "flag":
                        self._flags[node.name] = self._gate(self.plan.flags[node.name])
                    case "rule":
                        self._rules[node.name] = self._points(rules[node.name])
                    case "score":
                        self._scores[node.name] = self._score(self.plan.scores[node.name])
                    case "criterion":
                        self._states[node.name] = self._criterion(node.name)

    def _measure(self, index: int) -> Bounds:
        if index in self.wild:
            return -ENDLESS, ENDLESS
        one, other = self.first[f"m{index}"], self.last[f"m{index}"]
        return min(one, other), max(one, other)

    def _points(self, rule: RulePlan) -> Bounds:
        points = rule.points
        if isinstance(points, CasePoints):
            found = set()
            for gate, units in points.cases:
                truths = self._gate(gate)
                if truths & YES:
                    found.add(units)
                if truths == YES:
                    return min(found), max(found)
            return min((0, *found)), max((0, *found))
        low, high = self._measure(points.measure)
        if points.cap is None:
            return low, high
        if points.sign < 0:
            return max(low, -points.cap), max(high, -points.cap)
        return min(low, points.cap), min(high, points.cap)

    def _score(self, score: ScorePlan) -> Bounds:
        caps = dict(score.groups)
        sums: dict[str | None, Bounds] = {}
        for rule in score.rules:
            group = rule.group if rule.group in caps else None
            sums[group] = _plus(sums.get(group, (0, 0)), self._rules[rule.column])
        whole = (0, 0)
        for group, (low, high) in sums.items():
            cap = ENDLESS if group is None else caps[group]
            whole = _plus(whole, (min(low, cap), min(high, cap)))
        low, high = (min(max(bound, score.lowest), score.highest) for bound in whole)
        return low, high

    def _criterion(self, name: str) -> frozenset[str]:
        criterion = self.plan.criteria[name]
        if criterion.met is None:
            return frozenset({"unknown"})
        met, found = self._gate(criterion.met), set()
        if met & YES:
            found.add("met")
        if met != YES:
            if criterion.unmet is None:
                no, neither = met & NO, met & UNKNOWN
            else:
                unmet = self._gate(criterion.unmet)
                no, neither = unmet & YES, unmet & (NO | UNKNOWN)
            found |= {name for name, truths in (("unmet", no), ("unknown", neither)) if truths}
        return frozenset(found)

    def _gate(self, gate: Gate) -> Truths:
        match gate:
            case AllOf(items):
                return _every(self._gate(item) for item in items)
            case OneOf(items):
                return _some(self._gate(item) for item in items)
            case Negation(item):
                return _turned(self._gate(item))
            case AtLeast(count, items):
                return _at_least(count, [self._gate(item) for item in items])
            case TraitTest():
                return self._trait(gate)
            case CountTest(measure, least, most):
                return _within(self._measure(measure), -ENDLESS if least is None else least, most)
            case LastTest():
                return self._last(gate)
            case ScoreTest(score, bounds):
                lower = {"at_least": 0, "above": 1}
                upper = {"at_most": 0, "below": -1}
                floor = max((units + lower[name] for name, units in bounds if name in lower), default=-ENDLESS)
                ceiling = min((units + upper[name] for name, units in bounds if name in upper), default=None)
                return _within(self._scores[score], floor, ceiling)
            case GradeTest(score, ranks):
                low, high = self._scores[score]
                best, worst = (self._rank(score, units) for units in (high, low))
                inside = [rank in ranks for rank in range(best, worst + 1)]
                return (YES if any(inside) else 0) | (0 if all(inside) else NO)
            case CriterionTest(criterion, state):
                states = self._states[criterion]
                return (YES if state in states else 0) | (NO if states - {state} else 0)
            case FrameworkTest():
                return self._framework(gate)
            case FlagTest(flag):
                return self._flags[flag]

    def _rank(self, score: str, units: int) -> int:
        ladder = self.plan.scores[score].ladder
        return next((rank for rank, (_, bound) in enumerate(ladder[:-1]) if units >= bound), len(ladder) - 1)

    def _trait(self, test: TraitTest) -> Truths:
        column = self.atoms[id(test)]
        found = _truth(self.first[column]) | _truth(self.last[column])
        value = self.first[self.plan.columns["trait", test.trait]]
        if any(self.start < day <= self.end for day in flip_days(test, value)):
            found |= YES | NO
        return found

    def _last(self, test: LastTest) -> Truths:
        if test.measure in self.wild:
            return YES | NO
        youngest, oldest = self.first[f"m{test.measure}"], self.last[f"m{test.measure}"]
        if youngest is None or oldest is None:
            # An age that there isn't stays away, and none vanishes; were one to, both answers would be possible.
            return NO if youngest is oldest else YES | NO
        most = None if test.within_last is None else test.within_last - 1
        return _within((youngest, oldest), -ENDLESS if test.older_than is None else test.older_than, most)

    def _framework(self, test: FrameworkTest) -> Truths:
        framework = self.plan.frameworks[test.framework]
        states = [self._states[name] for name in framework.criteria]
        sure = sum(each == {"met"} for each in states)
        most = sum("met" in each for each in states)
        if test.met_at_least is not None:
            return _within((sure, most), test.met_at_least, None)
        required = [self._states[name] for name in framework.required]
        enough = _within((sure, most), framework.some, None)
        return _every([enough, *((YES if "met" in each else 0) | (NO if each != {"met"} else 0) for each in required)])


def _truth(value: bool | None) -> Truths:
    return UNKNOWN if value is None else YES if value else NO


def _within(bounds: Bounds, floor: int, ceiling: int | None) -> Truths:
    """Whether a number between these bounds is at least the floor and at most the ceiling."""
    low, high = bounds
    top = ENDLESS if ceiling is None else ceiling
    inside = max(low, floor) <= min(high, top)
    outside = low < floor or high > top
    return (YES if inside else 0) | (NO if outside else 0)


def _plus(one: Bounds, other: Bounds) -> Bounds:
    return one[0] + other[0], one[1] + other[1]


def _turned(truths: Truths) -> Truths:
    return (truths & UNKNOWN) | (NO if truths & YES else 0) | (YES if truths & NO else 0)


def _every(items: Iterable[Truths]) -> Truths:
    """Kleene's and: NO wins over UNKNOWN, which wins over YES."""
    found = YES
    for truths in items:
        either = found | truths
        yes = YES if found & truths & YES else 0
        no = either & NO
        unknown = UNKNOWN if (found & UNKNOWN and truths & ~NO) or (truths & UNKNOWN and found & ~NO) else 0
        found = yes | no | unknown
    return found


def _some(items: Iterable[Truths]) -> Truths:
    """Kleene's or."""
    return _turned(_every(_turned(item) for item in items))


def _at_least(count: int, items: list[Truths]) -> Truths:
    """True when so many items are; false when they can't be any more; else unknown."""
    sure = sum(item == YES for item in items)
    most = sum(bool(item & YES) for item in items)
    ruled_out = sum(item == NO for item in items)
    most_ruled_out = sum(bool(item & NO) for item in items)
    spare = len(items) - count
    found = YES if most >= count else 0
    found |= NO if most_ruled_out > spare else 0
    # Neither enough that are true nor too many that are false.
    if sure < count and ruled_out <= spare and any(item & UNKNOWN for item in items):
        found |= UNKNOWN
    return found
