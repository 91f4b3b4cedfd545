"""Names that are used but not declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyrometer.definition.check.scene import Scene, place
from pyrometer.definition.conditions import (
    CriterionLeaf,
    EventLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    ScoreLeaf,
    TraitLeaf,
)
from pyrometer.definition.frameworks import BUILT_IN
from pyrometer.definition.problems import Path, Problem, nearest, suggestion
from pyrometer.definition.rules import BandRule, EventRule, TableRule
from pyrometer.definition.traits import ANY_EVENT


def check_names(scene: Scene) -> Iterator[Problem]:
    """Every trait, event, property, flag, score, grade, criterion, framework and group that is used is declared."""
    for path, condition in scene.leaves:
        if isinstance(condition, TraitLeaf):
            yield from trait(scene, (*path, "trait"), condition.trait)
        elif isinstance(condition, EventLeaf):
            yield from events(scene, path, condition.event, {"where": condition.where})
        elif isinstance(condition, FlagLeaf):
            yield from flag(scene, (*path, "flag"), condition.flag)
        elif isinstance(condition, ScoreLeaf):
            yield from score(scene, (*path, "score"), condition.score)
        elif isinstance(condition, GradeLeaf):
            yield from _grade_leaf(scene, path, condition)
        elif isinstance(condition, CriterionLeaf):
            yield from criterion(scene, (*path, "criterion"), condition.criterion)
        elif isinstance(condition, FrameworkLeaf):
            yield from framework(scene, (*path, "framework"), condition.framework)
    for path, name, rule in scene.rules:
        if isinstance(rule, BandRule | TableRule):
            yield from trait(scene, (*path, "trait"), rule.trait)
        elif isinstance(rule, EventRule):
            single = {"distinct": rule.distinct, "per.property": rule.per.property if rule.per else None}
            yield from events(scene, path, rule.event, {"where": rule.where}, single)
        groups = scene.definition.scores[name].groups
        if rule.group is not None and rule.group not in groups and not scene.damaged("scores", name, "groups"):
            near = nearest(rule.group, groups)
            yield Problem(
                "error",
                (*path, "group"),
                f"unknown group `{rule.group}`",
                f"a group's cap stands under `groups` of the score `{name}`",
                f"did you mean `{near}`?" if near else f"add `groups: {{{rule.group}: {{cap: …}}}}`",
            )


def trait(scene: Scene, path: Path, name: str) -> Iterator[Problem]:
    """The problem if there is no such trait."""
    return _one(scene, path, name, "trait", "profile", scene.definition.profile)


def event(scene: Scene, path: Path, name: str) -> Iterator[Problem]:
    """The problem if there is no such event."""
    return _one(scene, path, name, "event", "events", scene.definition.events)


def score(scene: Scene, path: Path, name: str) -> Iterator[Problem]:
    """The problem if there is no such score."""
    return _one(scene, path, name, "score", "scores", scene.definition.scores)


def flag(scene: Scene, path: Path, name: str) -> Iterator[Problem]:
    """The problem if there is no such flag."""
    return _one(scene, path, name, "flag", "flags", scene.definition.flags)


def criterion(scene: Scene, path: Path, name: str) -> Iterator[Problem]:
    """The problem if neither the file nor a framework of it has such a criterion."""
    if scene.damaged("frameworks"):
        return iter(())
    return _one(scene, path, name, "criterion", "criteria", scene.definition.all_criteria)


def framework(scene: Scene, path: Path, name: str) -> Iterator[Problem]:
    """The problem if the file doesn't list such a framework."""
    if scene.knows("frameworks", scene.definition.frameworks, name):
        return
    listed = scene.names("frameworks", scene.definition.frameworks)
    if name in BUILT_IN:
        yield Problem(
            "error",
            path,
            f"the framework `{name}` is not listed under `frameworks`",
            "only listed frameworks are worked out",
            f"add `{name}: {{}}` under `frameworks`",
        )
        return
    near = nearest(name, [*listed, *BUILT_IN])
    if near is None or near in listed:
        yield Problem("error", path, f"unknown framework `{name}`", fix=suggestion(name, listed, kind="framework"))
    else:
        yield Problem(
            "error",
            path,
            f"unknown framework `{name}`",
            fix=f"did you mean the built-in `{near}`? add `{near}: {{}}` under `frameworks`",
        )


def grade(scene: Scene, path: Path, name: str, grades: Iterable[str]) -> Iterator[Problem]:
    """The problems if a score has no grades, or not these."""
    found = scene.definition.scores.get(name)
    if found is None or scene.damaged("scores", name, "grades"):
        return
    if not found.grades:
        yield Problem(
            "error", path, f"the score `{name}` has no grades", fix=f"add `grades` to it, or ask `score: {name}`"
        )
        return
    for wanted in grades:
        if wanted not in found.grades:
            yield Problem(
                "error",
                path,
                f"unknown grade `{wanted}` of `{name}`",
                fix=_grade_fix(wanted, [step for step, _ in found.ladder]),
            )


def _grade_fix(wanted: str, grades: list[str]) -> str:
    near = nearest(wanted, grades)
    return f"did you mean `{near}`?" if near else f"its grades: {', '.join(f'`{known}`' for known in grades)}"


def _grade_leaf(scene: Scene, path: Path, leaf: GradeLeaf) -> Iterator[Problem]:
    missing = list(score(scene, (*path, "grade"), leaf.grade))
    yield from missing
    if missing:
        return
    found = scene.definition.scores.get(leaf.grade)
    if found is not None and not found.grades:
        yield from grade(scene, (*path, "grade"), leaf.grade, ())
        return
    for operator, operand in leaf.given().items():
        wanted = operand if isinstance(operand, tuple) else (operand,)
        yield from grade(scene, (*path, operator), leaf.grade, wanted)


def events(
    scene: Scene,
    path: Path,
    names: tuple[str, ...],
    filters: Mapping[str, Mapping[str, object]],
    properties: Mapping[str, str | None] | None = None,
) -> Iterator[Problem]:
    """The problems if there are no such events, or none of them has such a property.

    `filters` holds property names by the key they stand under, `properties` a single one by its (dotted) key.
    """
    declared = scene.definition.events
    for index, name in enumerate(names):
        if name == ANY_EVENT and not scene.knows("events", declared, name):
            if not scene.names("events", declared):
                yield Problem(
                    "error",
                    place(path, "event", index, len(names)),
                    "no event is declared",
                    "`any` means every event declared under `events`",
                    "declare them: `page_viewed: {}`",
                )
        else:
            yield from event(scene, place(path, "event", index, len(names)), name)
    known = scene.known_events(names)
    if known is None:
        return
    wanted = [((*path, key, name), name) for key, filtered in filters.items() for name in filtered]
    wanted += [((*path, *key.split(".")), name) for key, name in (properties or {}).items() if name is not None]
    there = list(dict.fromkeys(name for one in known for name in scene.definition.events[one].properties))
    for where, name in wanted:
        if name in there:
            continue
        elsewhere = [one for one, kind in scene.definition.events.items() if name in kind.properties]
        of = f"`{known[0]}`" if len(known) == 1 else "these events"
        if elsewhere:
            yield Problem(
                "error",
                where,
                f"{of} has no property `{name}`" if len(known) == 1 else f"{of} have no property `{name}`",
                f"it is declared for `{elsewhere[0]}`",
                f"declare it for {of} too, or ask another property",
            )
        else:
            yield Problem(
                "error", where, f"unknown property `{name}` of {of}", fix=suggestion(name, there, kind="property")
            )


def _one(
    scene: Scene, path: Path, name: str, kind: str, section: str, known: Mapping[str, object]
) -> Iterator[Problem]:
    if not scene.knows(section, known, name):
        names = scene.names(section, known)
        yield Problem("error", path, f"unknown {kind} `{name}`", fix=suggestion(name, names, kind=kind))
