"""Which of a plan's measures a question needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    CasePoints,
    CountTest,
    Gate,
    LastTest,
    Measure,
    Negation,
    OneOf,
    Plan,
)


def measures_needed(plan: Plan, *, explain: bool = False) -> list[int]:
    """Indices of the measures behind points and gates; with `explain`, those of hits and freshest days too."""
    needed: set[int] = set()
    for score in plan.scores.values():
        for rule in score.rules:
            if isinstance(rule.points, CasePoints):
                for gate, _ in rule.points.cases:
                    needed.update(_of_gate(gate))
                continue
            needed.add(rule.points.measure)
            if explain:
                needed.update((rule.points.hits, rule.points.last))
    everything: list[Gate] = list(plan.flags.values())
    for criterion in plan.criteria.values():
        everything += [gate for gate in (criterion.met, criterion.unmet) if gate is not None]
    for band in (plan.hot, plan.warm):
        if band is not None:
            everything += [*band.items, *([band.stay] if band.stay is not None else [])]
    for gate in everything:
        needed.update(_of_gate(gate))
    return sorted(needed)


def properties_read(measures: Iterable[Measure]) -> frozenset[str]:
    """The properties of events that measures look at."""
    read: set[str] = set()
    for measure in measures:
        read.update(item.property for item in measure.signal.where)
        if measure.signal.quantity:
            read.add(measure.signal.quantity.property)
        if measure.distinct:
            read.add(measure.distinct)
    return frozenset(read)


def plainly_compared(plan: Plan) -> frozenset[str]:
    """The text properties that are only compared with given, non-blank texts, so that a blank never counts.

    For these it makes no difference whether a blank is unknown or a text of its own.
    """
    texts = {name for name, type_ in plan.properties if type_ == "text"}
    for measure in plan.measures:
        texts.discard(measure.distinct or "")
        for item in measure.signal.where:
            operands = item.test.operand if isinstance(item.test.operand, tuple) else (item.test.operand,)
            blank = any(isinstance(operand, str) and not operand.strip() for operand in operands)
            if item.test.operator not in ("is", "in") or blank:
                texts.discard(item.property)
    return frozenset(texts)


def _of_gate(gate: Gate) -> Iterator[int]:
    match gate:
        case CountTest(measure=measure) | LastTest(measure=measure):
            yield measure
        case AllOf(items) | OneOf(items) | AtLeast(_, items):
            for item in items:
                yield from _of_gate(item)
        case Negation(item):
            yield from _of_gate(item)
