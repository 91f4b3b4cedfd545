"""What of one definition corresponds to what of the other: conditions by what they ask about, rules by name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

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
from pyrometer.definition.fingerprint import rule_meaning
from pyrometer.simulation.sides import Side

Item = TypeVar("Item")


@dataclass(frozen=True)
class Pairs:
    """Items of two lists: those that correspond, and those that only one list has."""

    both: tuple[tuple[int, int], ...]
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]


def paired(
    first: Sequence[Item], second: Sequence[Item], *keys: tuple[Callable[[Item], Hashable], Callable[[Item], Hashable]]
) -> Pairs:
    """Pairs items with equal keys, in order; a further key is only asked for those that the one before left over.

    A key is a function for each list.
    """
    left, right = list(range(len(first))), list(range(len(second)))
    both: list[tuple[int, int]] = []
    for key, other in keys:
        waiting: dict[Hashable, list[int]] = {}
        for at in right:
            waiting.setdefault(other(second[at]), []).append(at)
        for at in list(left):
            match = waiting.get(key(first[at]))
            if match:
                there = match.pop(0)
                both.append((at, there))
                left.remove(at)
                right.remove(there)
    return Pairs(tuple(sorted(both)), tuple(left), tuple(right))


def subject(condition: Condition, definition: Definition) -> Hashable:
    """What a condition is about: two with the same subject are one condition that was changed."""
    match condition:
        case TraitLeaf(trait=name):
            return "trait", name
        case EventLeaf(event=events):
            return "event", frozenset(definition.event_names(events))
        case ScoreLeaf(score=name) | GradeLeaf(grade=name):
            return "score", name
        case CriterionLeaf(criterion=name, is_=state):
            return "criterion", name, state
        case FrameworkLeaf(framework=name):
            return "framework", name
        case FlagLeaf(flag=name):
            return "flag", name
        case All():
            return "all"
        case AnyOf():
            return "any"
        case Some():
            return "some"
        case Not():
            return "not"


@dataclass(frozen=True)
class Line:
    """A line of a score: its name for people, and its column in each side's readings, None where a side has none."""

    label: str
    old: str | None
    new: str | None


def shared_scores(old: Side, new: Side) -> list[str]:
    """The scores that both definitions have, in the new one's order."""
    return [name for name in new.found.plan.scores if name in old.found.plan.scores]


def lines_of(old: Side, new: Side, score: str) -> list[Line]:
    """All lines of a score of both: rules, then what groups' caps and the range cut off.

    Rules correspond by name, else by meaning: such a rule was only renamed.
    """
    mine, theirs = (side.found.plan.scores[score].rules for side in (old, new))
    pairs = paired(
        mine,
        theirs,
        (lambda rule: rule.name, lambda rule: rule.name),
        (lambda rule: _meaning(old, score, rule.name), lambda rule: _meaning(new, score, rule.name)),
    )
    partner = {there: here for here, there in pairs.both}
    found = []
    for at, rule in enumerate(theirs):
        was = mine[partner[at]] if at in partner else None
        label = rule.name if was is None or was.name == rule.name else f"{rule.name} (was {was.name})"
        found.append(Line(label, None if was is None else was.column, rule.column))
    found += [Line(mine[at].name, mine[at].column, None) for at in pairs.only_first]
    groups = [{group: column for (of, group), column in _groups(side) if of == score} for side in (old, new)]
    for group in dict.fromkeys([*groups[1], *groups[0]]):
        found.append(Line(f"group {group}", groups[0].get(group), groups[1].get(group)))
    ranges = [side.found.reader.layout.ranges[score] for side in (old, new)]
    return [*found, Line("range", ranges[0], ranges[1])]


def _groups(side: Side) -> list[tuple[tuple[str, str], str]]:
    return list(side.found.reader.layout.groups.items())


def _meaning(side: Side, score: str, name: str) -> str:
    whole = side.definition.scores[score]
    rule = next(rule for rule in whole.rules if rule.name == name)
    return rule_meaning(rule, whole.default_cooling, side.definition)
