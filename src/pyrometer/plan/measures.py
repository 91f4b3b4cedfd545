"""Which of a plan's measures a question needs."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    CasePoints,
    CountTest,
    Gate,
    LastTest,
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


def _of_gate(gate: Gate) -> Iterator[int]:
    match gate:
        case CountTest(measure=measure) | LastTest(measure=measure):
            yield measure
        case AllOf(items) | OneOf(items) | AtLeast(_, items):
            for item in items:
                yield from _of_gate(item)
        case Negation(item):
            yield from _of_gate(item)
