"""Which traits a plan asks about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyrometer.plan import Plan
from pyrometer.plan.model import AllOf, AtLeast, CasePoints, Gate, Negation, OneOf, TraitTest


def traits_asked(plan: Plan) -> list[str]:
    """The traits that points or conditions depend on, in the order of the profile."""
    asked = {trait for gate in _gates(plan) for trait in _of_gate(gate)}
    return [name for name, _ in plan.traits if name in asked]


def _gates(plan: Plan) -> Iterator[Gate]:
    yield from plan.flags.values()
    for score in plan.scores.values():
        for rule in score.rules:
            if isinstance(rule.points, CasePoints):
                yield from (gate for gate, _ in rule.points.cases)
    for criterion in plan.criteria.values():
        yield from _given(criterion.met, criterion.unmet)
    for band in (plan.hot, plan.warm):
        if band is not None:
            yield from _given(*band.items, band.stay)


def _given(*gates: Gate | None) -> Iterable[Gate]:
    return (gate for gate in gates if gate is not None)


def _of_gate(gate: Gate) -> Iterator[str]:
    match gate:
        case TraitTest(trait=trait):
            yield trait
        case AllOf(items=items) | OneOf(items=items) | AtLeast(items=items):
            for item in items:
                yield from _of_gate(item)
        case Negation(item=item):
            yield from _of_gate(item)
