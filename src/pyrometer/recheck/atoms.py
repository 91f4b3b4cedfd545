"""The tests of traits in a plan, and the days on which time alone turns them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    CasePoints,
    Gate,
    LastTest,
    Negation,
    OneOf,
    Plan,
    TraitTest,
)

_EPOCH = date(1970, 1, 1)


def gates_of(plan: Plan) -> Iterator[Gate]:
    """Every gate of a plan, with those inside it."""
    tops: list[Gate] = list(plan.flags.values())
    for score in plan.scores.values():
        for rule in score.rules:
            if isinstance(rule.points, CasePoints):
                tops += [gate for gate, _ in rule.points.cases]
    for criterion in plan.criteria.values():
        tops += [gate for gate in (criterion.met, criterion.unmet) if gate is not None]
    for band in (plan.hot, plan.warm):
        if band is not None:
            tops += [*band.items, *([] if band.stay is None else [band.stay])]
    return _walk(tops)


def _walk(gates: Iterable[Gate]) -> Iterator[Gate]:
    for gate in gates:
        yield gate
        match gate:
            case AllOf(items) | OneOf(items) | AtLeast(_, items):
                yield from _walk(items)
            case Negation(item):
                yield from _walk([item])


def trait_tests(plan: Plan) -> tuple[TraitTest, ...]:
    """The different tests of traits, in the plan's order."""
    return tuple(dict.fromkeys(gate for gate in gates_of(plan) if isinstance(gate, TraitTest)))


def oldest_asked(plan: Plan) -> int:
    """The age in days from which on no test of the freshest event's age changes its answer any more."""
    limits = [limit for gate in gates_of(plan) if isinstance(gate, LastTest) for limit in _limits(gate)]
    return max(limits, default=0)


def _limits(test: LastTest) -> Iterator[int]:
    yield from (limit for limit in (test.within_last, test.older_than) if limit is not None)


def flip_days(test: TraitTest, value: object) -> tuple[int, ...]:
    """The days since 1970 on which a test that counts days from a date gives another answer than the day before.

    That an answer grows stale is left out: that happens once, so the answers before and after show it.

    >>> from pyrometer.definition.operators import Test
    >>> flip_days(TraitTest("buying", "date", Test("within_next", 30)), date(1970, 3, 1))
    (29, 60)
    """
    if not isinstance(value, date) or not isinstance(days := test.test.operand, int):
        return ()
    day = (value - _EPOCH).days
    match test.test.operator:
        case "within_last":
            return day, day + days
        case "older_than":
            return (day + days,)
        case "within_next":
            return day - days, day + 1
        case "beyond":
            return (day - days,)
        case _:
            return ()
