"""What each measure is for, in the definition's own names: for whoever reads a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    BandPlan,
    CasePoints,
    CountedPoints,
    CountTest,
    CriterionPlan,
    Gate,
    LastTest,
    Negation,
    OneOf,
    ScorePlan,
)


def measure_labels(
    flags: Mapping[str, Gate],
    scores: Mapping[str, ScorePlan],
    criteria: Mapping[str, CriterionPlan],
    bands: Mapping[str, BandPlan | None],
) -> dict[int, str]:
    """For each measure the first rule, flag, criterion or temperature that reads it."""
    found: dict[int, str] = {}
    for score in scores.values():
        for rule in score.rules:
            name = f"{score.name}: {rule.name}"
            if isinstance(rule.points, CountedPoints):
                found.setdefault(rule.points.measure, name)
                found.setdefault(rule.points.hits, f"{name} (hits)")
                found.setdefault(rule.points.last, f"{name} (days since)")
    for name, gate in _gates(flags, scores, criteria, bands):
        for measure in _measures(gate):
            found.setdefault(measure, name)
    return found


def _gates(
    flags: Mapping[str, Gate],
    scores: Mapping[str, ScorePlan],
    criteria: Mapping[str, CriterionPlan],
    bands: Mapping[str, BandPlan | None],
) -> Iterator[tuple[str, Gate]]:
    for name, gate in flags.items():
        yield f"flag {name}", gate
    for score in scores.values():
        for rule in score.rules:
            if isinstance(rule.points, CasePoints):
                yield from ((f"{score.name}: {rule.name}", gate) for gate, _ in rule.points.cases)
    for criterion in criteria.values():
        yield from ((f"criterion {criterion.name}", gate) for gate in (criterion.met, criterion.unmet) if gate)
    for name, band in bands.items():
        if band is not None:
            yield from ((name, gate) for gate in (*band.items, band.stay) if gate)


def _measures(gate: Gate) -> Iterator[int]:
    match gate:
        case CountTest() | LastTest():
            yield gate.measure
        case AllOf(items) | OneOf(items) | AtLeast(_, items):
            for item in items:
                yield from _measures(item)
        case Negation(item):
            yield from _measures(item)
