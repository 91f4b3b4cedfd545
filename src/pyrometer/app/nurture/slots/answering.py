"""Answers conditions from what is stored of a lead: its reading and its profile. Nothing is scored for that.

What only the events could answer is refused when a slot is kept (`choices`): a flag of the definition says it instead,
and flags are part of the reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from pyrometer.definition import Definition
from pyrometer.definition.conditions import (
    All,
    AnyOf,
    Condition,
    CriterionLeaf,
    EventLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    Not,
    ScoreLeaf,
    Some,
    TraitLeaf,
)
from pyrometer.definition.operators import Test, typed_tests
from pyrometer.definition.traits import Trait
from pyrometer.definition.values import UNITS_PER_POINT, Value, parse_value
from pyrometer.plan.lower import grade_ranks

AT_ONCE = frozenset({"is", "is_not", "in", "not_in", "at_least", "above", "at_most", "below", "known"})
"""The tests of a trait that its stored value alone answers."""


@dataclass(frozen=True)
class Stored:
    """What is stored of a lead: its reading as it was written (scores in points), and its answers by trait."""

    scores: Mapping[str, float] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, str] = field(default_factory=dict)
    frameworks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    flags: Mapping[str, bool | None] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)


def answer(condition: Condition, stored: Stored, definition: Definition) -> bool | None:
    """Whether a condition is true of what is stored; None where that isn't known."""
    match condition:
        case All(all=items):
            return _some([answer(item, stored, definition) for item in items], len(items))
        case AnyOf(any=items):
            return _some([answer(item, stored, definition) for item in items], 1)
        case Some(some=count, of=items):
            return _some([answer(item, stored, definition) for item in items], count)
        case Not(not_=item):
            found = answer(item, stored, definition)
            return None if found is None else not found
        case FlagLeaf(flag=name):
            return stored.flags.get(name)
        case CriterionLeaf(criterion=name, is_=state):
            return stored.criteria[name] == state if name in stored.criteria else None
        case FrameworkLeaf():
            return _framework(condition, stored)
        case ScoreLeaf():
            return _score(condition, stored)
        case GradeLeaf():
            return _grade(condition, stored, definition)
        case TraitLeaf():
            return _trait(condition, stored, definition)
    return None


def hard(leaf: Condition) -> Iterator[str]:
    """Why what is stored can't answer a leaf, where it can't."""
    if isinstance(leaf, EventLeaf):
        yield "events are counted"
    elif isinstance(leaf, TraitLeaf):
        for name in leaf.given():
            if name not in AT_ONCE:
                yield f"`{name}` of `{leaf.trait}` is for the definition"


def _some(found: list[bool | None], count: int) -> bool | None:
    """True when so many are true, false when so many can't be, else unknown."""
    if found.count(True) >= count:
        return True
    return False if found.count(False) > len(found) - count else None


def _framework(leaf: FrameworkLeaf, stored: Stored) -> bool | None:
    found = stored.frameworks.get(leaf.framework)
    if found is None:
        return None
    return bool(found["ready"]) if leaf.met_at_least is None else int(found["met"]) >= leaf.met_at_least


def _score(leaf: ScoreLeaf, stored: Stored) -> bool | None:
    if leaf.score not in stored.scores:
        return None
    units = round(stored.scores[leaf.score] * UNITS_PER_POINT)
    return all(_HOLDS[name](units, bound) for name, bound in leaf.given().items())


def _grade(leaf: GradeLeaf, stored: Stored, definition: Definition) -> bool | None:
    score, grade = definition.scores.get(leaf.grade), stored.grades.get(leaf.grade)
    ladder = [] if score is None else [name for name, _ in score.ladder]
    if grade not in ladder:
        return None
    try:
        return ladder.index(grade) in grade_ranks(leaf, ladder)
    except ValueError:
        # It asks for a grade that the live definition hasn't got any more.
        return None


def _trait(leaf: TraitLeaf, stored: Stored, definition: Definition) -> bool | None:
    trait = definition.profile.get(leaf.trait)
    if trait is None:
        return None
    value = typed(stored.traits.get(leaf.trait), trait)
    found: list[bool | None] = []
    for test in typed_tests(leaf, trait.type):
        if not isinstance(test, Test) or test.operator not in AT_ONCE:
            found.append(None)
        elif test.operator == "known":
            found.append((value is not None) == test.operand)
        else:
            found.append(None if value is None else _HOLDS[test.operator](value, test.operand))
    return _some(found, len(found))


_HOLDS: Mapping[str, Any] = {
    "is": lambda value, operand: value == operand,
    "is_not": lambda value, operand: value != operand,
    "in": lambda value, operand: value in operand,
    "not_in": lambda value, operand: value not in operand,
    "at_least": lambda value, operand: value >= operand,
    "above": lambda value, operand: value > operand,
    "at_most": lambda value, operand: value <= operand,
    "below": lambda value, operand: value < operand,
}


def typed(value: Any, trait: Trait) -> Value | None:
    """What an answer is as its trait's type; None where it is blank, means unknown, or can't be read.

    >>> typed("1200", Trait(type="number")), typed("?", Trait(type="text", unknown=("?",)))
    (1200.0, None)
    """
    text = _spelled(value)
    if text is None or not text.strip() or text in trait.unknown:
        return None
    if trait.type != "text":
        text = text.strip()
    try:
        return _day(text) if trait.type == "date" else parse_value(text, trait.type)
    except ValueError:
        return None


def _spelled(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | dict):
        return json.dumps(value)
    return str(value) if isinstance(value, str | int | float) else None


def _day(text: str) -> date:
    """A day, or the UTC day of a moment."""
    if len(text) <= 10:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo is None else at.astimezone(UTC)).date()
