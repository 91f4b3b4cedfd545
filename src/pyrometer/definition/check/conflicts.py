"""Items of an `all` that exclude each other: the same trait, score or events asked for two things at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations

from pyrometer.definition.check.domains import can_hold
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.check.spans import score_bounds
from pyrometer.definition.conditions import All, Condition, EventLeaf, GradeLeaf, ScoreLeaf, TraitLeaf

Pair = tuple[Condition, Condition]
# Pairs grow with the square; nobody writes this many tests of one thing into one gate.
MOST = 40


def conflict(scene: Scene, condition: All) -> Pair | None:
    """Two leaves of an `all` (or of an `all` inside it) that can't both be true; None if there is no such proof."""
    gathered: dict[tuple[str, str], list[Condition]] = {}
    for leaf in _together(condition):
        if isinstance(leaf, TraitLeaf):
            gathered.setdefault(("trait", leaf.trait), []).append(leaf)
        elif isinstance(leaf, ScoreLeaf):
            gathered.setdefault(("score", leaf.score), []).append(leaf)
        elif isinstance(leaf, GradeLeaf):
            gathered.setdefault(("score", leaf.grade), []).append(leaf)
        elif isinstance(leaf, EventLeaf):
            gathered.setdefault(("event", ""), []).append(leaf)
    exclude: dict[str, Callable[[Scene, Condition, Condition], bool]] = {
        "trait": _traits,
        "score": _scores,
        "event": _events,
    }
    for (kind, _), leaves in gathered.items():
        for first, second in combinations(leaves[:MOST], 2):
            if exclude[kind](scene, first, second):
                return first, second
    return None


def _together(condition: All) -> Iterator[Condition]:
    for item in condition.all:
        if isinstance(item, All):
            yield from _together(item)
        else:
            yield item


def _traits(scene: Scene, first: Condition, second: Condition) -> bool:
    assert isinstance(first, TraitLeaf)
    assert isinstance(second, TraitLeaf)
    trait = scene.definition.profile.get(first.trait)
    if trait is None or not can_hold([first], trait) or not can_hold([second], trait):
        return False  # not known, or wrong alone
    return not can_hold([first, second], trait)


def _scores(scene: Scene, first: Condition, second: Condition) -> bool:
    one, other = _units(scene, first), _units(scene, second)
    return one is not None and other is not None and max(one[0], other[0]) > min(one[1], other[1])


def _units(scene: Scene, leaf: Condition) -> tuple[float, float] | None:
    """The units between which a score leaf or grade leaf holds; None where that can't be told."""
    if isinstance(leaf, ScoreLeaf):
        return score_bounds(leaf)
    least: float = -math.inf
    most: float = math.inf
    assert isinstance(leaf, GradeLeaf)
    score = scene.definition.scores.get(leaf.grade)
    if score is None:
        return None
    ladder = score.ladder
    rank = {grade: index for index, (grade, _) in enumerate(ladder)}
    for operator, operand in leaf.given().items():
        if operator in ("in", "is_not") or operand not in rank:
            continue
        position = rank[operand]
        if operator in ("is", "at_least") and position < len(ladder) - 1:
            least = max(least, ladder[position][1])
        if operator in ("is", "at_most") and position > 0:
            most = min(most, ladder[position - 1][1] - 1)
    return least, most


def _events(scene: Scene, first: Condition, second: Condition) -> bool:
    assert isinstance(first, EventLeaf)
    assert isinstance(second, EventLeaf)
    return _exceeds(scene, first, second) or _exceeds(scene, second, first)


def _exceeds(scene: Scene, many: EventLeaf, few: EventLeaf) -> bool:
    """Whether `many` asks for more of what `few`, over the same events or more, allows."""
    if few.at_most is None or few.last is not None:
        return False
    if many.last is not None:
        least, window = 1, math.inf if many.last.within_last is None else many.last.within_last
    else:
        least, window = many.minimum or 0, math.inf if many.within is None else many.within
    inside, around = scene.known_events(many.event), scene.known_events(few.event)
    if inside is None or around is None or not set(inside) <= set(around):
        return False
    same_filter = not few.where or few.where == many.where
    return same_filter and window <= (math.inf if few.within is None else few.within) and least > few.at_most
