"""Conditions that can never hold or always do, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check.domains import can_hold, matches_everything
from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.scene import Root
from pyrometer.definition.check.spans import UNBOUNDED, score_bounds
from pyrometer.definition.check.truths import ALWAYS
from pyrometer.definition.check.types import means_unknown
from pyrometer.definition.conditions import (
    All,
    Condition,
    EventLeaf,
    FrameworkLeaf,
    GradeLeaf,
    Not,
    ScoreLeaf,
    TraitLeaf,
    children,
    walk,
)
from pyrometer.definition.operators import Test, typed_tests
from pyrometer.definition.pattern import Pattern
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import join, sentence


def check_reach(possible: Possible) -> Iterator[Problem]:
    """Every condition can hold, and can fail to."""
    for root in possible.scene.roots:
        found = list(_inside(possible, root))
        yield from found
        yield from _whole(possible, root, pointed_at=bool(found))


def _inside(possible: Possible, root: Root) -> Iterator[Problem]:
    for path, condition in walk(root.condition, root.path):
        outcomes = possible.truths(condition)
        if isinstance(condition, All):
            pair = possible.excluded(condition)
            if pair is not None:
                first, second = (_words(possible, leaf) for leaf in pair)
                yield Problem(
                    "warning",
                    (*path, "all"),
                    f"`{first}` and `{second}` exclude each other",
                    "so this can never be true",
                    "use `any`, or change one of them",
                )
        elif isinstance(condition, TraitLeaf):
            yield from _trait(possible, path, condition)
        elif isinstance(condition, EventLeaf):
            yield from _event(possible, path, condition, always=outcomes == ALWAYS)
        elif isinstance(condition, ScoreLeaf):
            yield from _score(possible, path, condition, never=True not in outcomes, always=outcomes == ALWAYS)
        elif isinstance(condition, GradeLeaf):
            yield from _grade(possible, path, condition, never=True not in outcomes, always=outcomes == ALWAYS)
        elif isinstance(condition, FrameworkLeaf) and condition.met_at_least is not None:
            yield from _framework(possible, path, condition, never=True not in outcomes)


def _trait(possible: Possible, path: Path, leaf: TraitLeaf) -> Iterator[Problem]:
    trait = possible.scene.definition.profile.get(leaf.trait)
    if trait is None:
        return
    wanted = (leaf.is_, *(leaf.in_ or ()))
    if not can_hold([leaf], trait) and not any(text is not None and means_unknown(text, trait) for text in wanted):
        yield Problem(
            "warning",
            path,
            f"no `{leaf.trait}` can be so: {_words(possible, leaf)}",
            "these tests must all hold at once, so this is never true",
            "use `any` with a test each, or change a bound",
        )
    for test in typed_tests(leaf, trait.type):
        if isinstance(test, Test) and isinstance(test.operand, Pattern) and matches_everything(test.operand):
            yield Problem(
                "warning",
                (*path, "matches"),
                f"`{leaf.matches}` is found in every text",
                "it can match nothing at all, so it always does",
                "ask `known: true`, or take out the part that may be empty",
            )


def _event(possible: Possible, path: Path, leaf: EventLeaf, *, always: bool) -> Iterator[Problem]:
    properties = possible.scene.definition.properties
    for name, operators in leaf.where.items():
        if name in properties and not can_hold([operators], properties[name]):
            yield Problem(
                "warning",
                (*path, "where", name),
                f"no `{name}` can pass all of these tests",
                "so no such event is ever counted",
                "change or remove one of them",
            )
    if leaf.last is not None:
        newer, older = leaf.last.within_last, leaf.last.older_than
        if newer is not None and older is not None and older >= newer:
            yield Problem(
                "warning",
                (*path, "last"),
                f"no event is {older} days old or older and younger than {newer} days",
                "so this is never true",
                "swap them, or keep one",
            )
    elif leaf.minimum == 0 and leaf.at_most is None:
        yield Problem(
            "warning",
            (*path, "at_least"),
            "`at_least: 0` asks nothing",
            "every count is at least 0",
            "write `at_most: 0` for none, or `at_least: 1`",
        )
    elif always:
        yield Problem("warning", path, "this always holds", "no such event can exist", "change `where`")


def _score(possible: Possible, path: Path, leaf: ScoreLeaf, *, never: bool, always: bool) -> Iterator[Problem]:
    score = possible.scene.definition.scores.get(leaf.score)
    if score is None:
        return
    low, high = possible.scores.get(leaf.score, UNBOUNDED)
    least, most = score_bounds(leaf)
    operator = next(reversed(leaf.given()))
    if least > most:
        yield Problem(
            "warning",
            path,
            f"no score is so: {_words(possible, leaf)}",
            "the bounds exclude each other, so this is never true",
            "swap or change them",
        )
    elif never and least > high:
        operator = "at_least" if leaf.at_least is not None else "above"
        yield Problem(
            "error",
            (*path, operator),
            f"`{leaf.score}` can't reach {spell_points(leaf.given()[operator])}",
            _limit(possible, leaf.score, highest=True),
            "lower the threshold, or raise the points or the range",
        )
    elif never:
        operator = "at_most" if leaf.at_most is not None else "below"
        yield Problem(
            "error",
            (*path, operator),
            f"`{leaf.score}` can't fall to {spell_points(leaf.given()[operator])}",
            _limit(possible, leaf.score, highest=False),
            "raise the threshold, or lower the points or the range",
        )
    elif always:
        yield Problem(
            "warning",
            (*path, operator),
            f"`{_words(possible, leaf)}` always holds",
            f"`{leaf.score}` lies between {_points(low)} and {_points(high)}",
            "change the threshold, or take it out",
        )


def _limit(possible: Possible, name: str, *, highest: bool) -> str:
    """Where a score ends, and whether its range or its rules end it."""
    side = 1 if highest else 0
    end = possible.scores[name][side]
    if end == possible.scene.definition.scores[name].range[side]:
        return f"its `range` {'ends' if highest else 'begins'} at {_points(end)}"
    return f"its rules add up to {_points(end)} points at {'most' if highest else 'least'}"


def _points(units: float) -> str:
    return spell_points(int(units)) if abs(units) != float("inf") else "any number"


def _grade(possible: Possible, path: Path, leaf: GradeLeaf, *, never: bool, always: bool) -> Iterator[Problem]:
    wanted, reachable = possible.chosen(leaf), possible.grades(leaf.grade)
    if wanted is None:
        return
    words = _words(possible, leaf)
    if not wanted:
        yield Problem(
            "warning",
            path,
            f"no grade is so: {words}",
            "the tests exclude each other, so this is never true",
            "change one of them",
        )
    elif never and reachable:
        yield Problem(
            "error",
            path,
            f"`{words}` can never hold",
            f"`{leaf.grade}` can only come to {join([f'`{grade}`' for grade in reachable], 'or')}",
            "raise the points, or change the bounds of the grades",
        )
    elif always:
        yield Problem(
            "warning",
            path,
            f"`{words}` always holds",
            f"`{leaf.grade}` can only come to {join([f'`{grade}`' for grade in reachable or wanted], 'or')}",
            "ask a better grade, or take it out",
        )


def _framework(possible: Possible, path: Path, leaf: FrameworkLeaf, *, never: bool) -> Iterator[Problem]:
    letters = possible.frameworks.get(leaf.framework)
    wanted = leaf.met_at_least or 0
    here = (*path, "met_at_least")
    if wanted == 0:
        yield Problem("warning", here, "`met_at_least: 0` asks nothing", fix="write 1 or more, or take it out")
    elif letters is not None and never:
        size = len(possible.scene.definition.used_frameworks[leaf.framework].letters)
        why = (
            f"only {letters.most} of its letters can be met"
            if wanted <= size
            else (f"it has {size} letter{'' if size == 1 else 's'}")
        )
        yield Problem(
            "error",
            here,
            f"`{leaf.framework}` can't have {wanted} met",
            why,
            f"write {letters.most} or less" if letters.most else "define its criteria under `criteria`",
        )


def _whole(possible: Possible, root: Root, *, pointed_at: bool) -> Iterator[Problem]:
    """What a condition that can't hold as a whole, or can't fail, means for what it stands in."""
    kind, name = root.owner
    outcomes = possible.truths(root.condition)
    if outcomes == ALWAYS:
        yield from _always(root)
    if True in outcomes:
        return
    why = reason(possible, root.condition)
    if kind == "temperature" and root.path[-1] == "when":
        keeps = name == "warm" and _cools_into_warm(possible)
        yield Problem(
            "warning" if keeps else "error", root.path, f"nobody can ever become {name}", why, "change what can't hold"
        )
    elif not pointed_at:
        what = {
            "flag": f"the flag `{name}` can never be true",
            "score": "this rule can never fire",
            "criterion": f"the criterion `{name}` can never be {root.path[-1]}",
            "temperature": f"nobody ever stays {name} by this",
        }[kind]
        yield Problem("warning", root.path, what, why, "change what can't hold, or take it out")


def _cools_into_warm(possible: Possible) -> bool:
    """Whether leads come to warm from hot, even where they can't become warm otherwise."""
    hot, warm = possible.scene.definition.temperature.hot, possible.scene.definition.temperature.warm
    return (
        hot is not None
        and True in possible.truths(hot.when)
        and warm is not None
        and warm.stay is not None
        and True in possible.truths(warm.stay)
    )


def _always(root: Root) -> Iterator[Problem]:
    kind, name = root.owner
    if kind == "temperature":
        what = f"every lead is {name}" if root.path[-1] == "when" else f"once {name}, a lead stays so for ever"
        yield Problem("warning", root.path, what, "the condition always holds", "ask something that can fail")


def _words(possible: Possible, condition: Condition) -> str:
    """What a condition asks, whatever its label says."""
    return sentence(condition.model_copy(update={"label": None}), possible.scene.definition)


def reason(possible: Possible, condition: Condition) -> str:
    """Why a condition can't hold: the first part that can't."""
    if isinstance(condition, All):
        pair = possible.excluded(condition)
        if pair is not None:
            return " and ".join(f"`{_words(possible, leaf)}`" for leaf in pair) + " exclude each other"
    if isinstance(condition, Not):
        return f"`{_words(possible, condition.not_)}` always holds"
    for _, item in children(condition):
        if True not in possible.truths(item):
            return reason(possible, item)
    return f"`{_words(possible, condition)}` can't hold"
