"""Lowers conditions to gates and rule kernels to points, collecting the measures that they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyrometer.definition import conditions as language
from pyrometer.definition.document import Definition
from pyrometer.definition.operators import Test, typed_tests
from pyrometer.definition.rules import Counted, Kernel
from pyrometer.definition.values import Type
from pyrometer.plan.cooling import weights
from pyrometer.plan.model import (
    ALWAYS,
    AllOf,
    AtLeast,
    CasePoints,
    CountedPoints,
    CountTest,
    CriterionTest,
    FlagTest,
    FrameworkTest,
    Gate,
    GradeTest,
    LastTest,
    Measure,
    Negation,
    OneOf,
    PropertyTest,
    Quantity,
    ScoreTest,
    Signal,
    TraitTest,
    Weights,
)


@dataclass
class Lowering:
    """Holds the measures found so far; an equal measure is taken once."""

    definition: Definition
    measures: dict[Measure, int] = field(default_factory=dict)
    dated_traits: set[str] = field(default_factory=set)

    def measure(self, measure: Measure) -> int:
        """The index of a measure."""
        return self.measures.setdefault(measure, len(self.measures))

    def gate(self, condition: language.Condition, stale_after: int | None = None) -> Gate:
        """A condition as a gate; `stale_after` applies to its trait leaves."""
        match condition:
            case language.All():
                return AllOf(tuple(self.gate(item, stale_after) for item in condition.all))
            case language.AnyOf():
                return OneOf(tuple(self.gate(item, stale_after) for item in condition.any))
            case language.Some():
                return AtLeast(condition.some, tuple(self.gate(item, stale_after) for item in condition.of))
            case language.Not():
                return Negation(self.gate(condition.not_, stale_after))
            case language.TraitLeaf():
                return self._trait(condition, stale_after)
            case language.EventLeaf():
                return self._event(condition)
            case language.ScoreLeaf():
                return ScoreTest(condition.score, tuple(condition.given().items()))
            case language.GradeLeaf():
                return self._grade(condition)
            case language.CriterionLeaf():
                return CriterionTest(condition.criterion, condition.is_)
            case language.FrameworkLeaf():
                return FrameworkTest(condition.framework, condition.met_at_least)
            case language.FlagLeaf():
                return FlagTest(condition.flag)

    def _trait(self, leaf: language.TraitLeaf, stale_after: int | None) -> Gate:
        type_ = self.definition.profile[leaf.trait].type
        if stale_after is not None:
            self.dated_traits.add(leaf.trait)
        return _together(tuple(TraitTest(leaf.trait, type_, test, stale_after) for test in _tests(leaf, type_)))

    def _event(self, leaf: language.EventLeaf) -> Gate:
        signal = self.signal(leaf.event, leaf.where)
        if leaf.last is not None:
            last = self.measure(Measure(signal, ALWAYS, "last"))
            return LastTest(last, leaf.last.within_last, leaf.last.older_than)
        window = ALWAYS if leaf.within is None else Weights((1,) * leaf.within + (0,))
        return CountTest(self.measure(Measure(signal, window, "every")), leaf.minimum, leaf.at_most)

    def _grade(self, leaf: language.GradeLeaf) -> Gate:
        ladder = [name for name, _ in self.definition.scores[leaf.grade].ladder]
        return GradeTest(leaf.grade, grade_ranks(leaf, ladder))

    def signal(self, events: tuple[str, ...], where: language.Where) -> Signal:
        """Which events count: by name, and by tests of their properties."""
        tests = [
            PropertyTest(name, self.definition.properties[name].type, test)
            for name, operators in where.items()
            for test in _tests(operators, self.definition.properties[name].type)
        ]
        ordered = sorted(tests, key=lambda item: (item.property, item.test.operator))
        return Signal(tuple(sorted(set(self.definition.event_names(events)))), tuple(ordered))

    def points(self, kernel: Kernel) -> CasePoints | CountedPoints:
        """A rule's kernel as points."""
        if isinstance(kernel, Counted):
            return self._counted(kernel)
        return CasePoints(tuple((self.gate(case.condition), case.units) for case in kernel.cases))

    def _counted(self, kernel: Counted) -> CountedPoints:
        signal = self.signal(kernel.events, kernel.where)
        if kernel.per is not None:
            type_ = self.definition.properties[kernel.per.property].type
            quantity = Quantity(kernel.per.property, type_, kernel.per.every, kernel.per.ceiling)
            signal = Signal(signal.events, signal.where, quantity)
        law = Weights(weights(kernel.units, kernel.cooling, kernel.within))
        return CountedPoints(
            measure=self.measure(Measure(signal, law, kernel.count, distinct=kernel.distinct)),
            cap=kernel.cap,
            sign=-1 if kernel.units < 0 else 1,
            hits=self.measure(Measure(signal, law, "hits", kernel.count, kernel.distinct)),
            last=self.measure(Measure(signal, law, "last", kernel.count, kernel.distinct)),
        )


def grade_ranks(leaf: language.GradeLeaf, ladder: list[str]) -> frozenset[int]:
    """The ranks of the grades that a leaf allows; `ladder` names the grades, best first."""
    ranks = set(range(len(ladder)))
    for operator, operand in leaf.given().items():
        if operator == "in":
            ranks &= {ladder.index(name) for name in operand}
            continue
        rank = ladder.index(operand)
        ranks &= {
            "is": {rank},
            "is_not": ranks - {rank},
            "at_least": set(range(rank + 1)),
            "at_most": set(range(rank, len(ladder))),
        }[operator]
    return frozenset(ranks)


def _tests(operators: language.Operators, type_: Type) -> tuple[Test, ...]:
    found = []
    for item in typed_tests(operators, type_):
        if not isinstance(item, Test):
            raise ValueError(f"{item.what}: a definition must be checked before it is planned")
        found.append(item)
    return tuple(found)


def _together(gates: tuple[Gate, ...]) -> Gate:
    return gates[0] if len(gates) == 1 else AllOf(gates)
