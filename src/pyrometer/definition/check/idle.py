"""Rules that never change a score, and parts that nothing asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyrometer.definition.check.domains import can_hold
from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.check.spans import strongest
from pyrometer.definition.conditions import CriterionLeaf, EventLeaf, FlagLeaf, TraitLeaf
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.rules import Cases, ConditionRule, Counted


def check_idle(possible: Possible) -> Iterator[Problem]:
    """Every rule can change its score, and everything declared is asked for."""
    for path, name, rule in possible.scene.rules:
        score = possible.scene.definition.scores[name]
        kernel = rule.kernel(score.default_cooling)
        if isinstance(kernel, Counted):
            yield from _counted(possible, path, kernel)
        elif all(case.units == 0 for case in kernel.cases):
            yield Problem(
                "warning",
                (*path, "points") if isinstance(rule, ConditionRule) else path,
                "this rule never changes the score",
                "all its points are 0",
                "give it points, or take it out",
            )
    yield from _unused(possible.scene)


def _counted(possible: Possible, path: Path, kernel: Counted) -> Iterator[Problem]:
    never = "this rule can never fire"
    cooling, within = kernel.cooling, kernel.within
    if kernel.units == 0:
        yield Problem(
            "warning",
            (*path, "points"),
            "this rule never changes the score",
            "its points are 0",
            "give it points, or take it out",
        )
    elif kernel.per is not None and kernel.per.ceiling == 0:
        yield Problem("warning", (*path, "per", "up_to"), never, "`up_to: 0` counts nothing", "write 1 or more")
    elif strongest(cooling, within) == 0:
        yield Problem(
            "warning",
            (*path, "cooling") if within is None else (*path, "within"),
            never,
            "no step of its cooling is above 0%" + ("" if within is None else f" before day {within}"),
            "give a step more than 0%" if within is None else "widen `within`, or change the steps",
        )
    properties = possible.scene.definition.properties
    for name, operators in kernel.where.items():
        if name in properties and not can_hold([operators], properties[name]):
            yield Problem(
                "warning",
                (*path, "where", name),
                never,
                f"no `{name}` can pass all of these tests",
                "change or remove one of them",
            )
    if cooling is not None and within is not None:
        if within <= cooling.hold + (cooling.steps is None):
            yield Problem(
                "note",
                (*path, "within"),
                "the cooling never begins",
                f"it holds for {cooling.hold} days, and only events younger than {within} days count",
            )
        elif cooling.linear is not None and within >= cooling.hold + cooling.linear:
            yield Problem(
                "note",
                (*path, "within"),
                "`within` changes nothing",
                f"the points are gone after {cooling.hold + cooling.linear} days anyway",
            )


def _unused(scene: Scene) -> Iterator[Problem]:
    definition = scene.definition
    asked: dict[str, set[str]] = {"profile": set(), "events": set(), "flags": set(), "criteria": set()}
    conditions = [condition for _, condition in scene.leaves]
    for _, _, rule in scene.rules:
        kernel = rule.kernel(None)
        if isinstance(kernel, Cases):
            conditions += [case.condition for case in kernel.cases]
        else:
            asked["events"].update(definition.event_names(kernel.events))
    for condition in conditions:
        if isinstance(condition, TraitLeaf):
            asked["profile"].add(condition.trait)
        elif isinstance(condition, EventLeaf):
            asked["events"].update(definition.event_names(condition.event))
        elif isinstance(condition, FlagLeaf):
            asked["flags"].add(condition.flag)
        elif isinstance(condition, CriterionLeaf):
            asked["criteria"].add(condition.criterion)
    for framework in definition.used_frameworks.values():
        asked["criteria"].update(criterion for _, criterion in framework.letters)
    asked["profile"] |= asked["criteria"] - set(definition.criteria)
    if scene.left_out:
        return  # a part that couldn't be read may ask for them
    yield from _note("profile", "trait", definition.profile, asked["profile"], "it is read, and changes nothing")
    yield from _note("events", "event", definition.events, asked["events"], "it is read, and changes nothing")
    yield from _note("flags", "flag", definition.flags, asked["flags"], "it is worked out and shown, no more")
    yield from _note(
        "criteria", "criterion", definition.criteria, asked["criteria"], "it is worked out and shown, no more"
    )
    for name, score in definition.scores.items():
        used = {rule.group for rule in score.rules}
        yield from _note(
            "groups",
            "group",
            score.groups,
            {group for group in used if group},
            "its cap binds no rule",
            ("scores", name),
        )


def _note(
    section: str, kind: str, declared: Iterable[str], asked: set[str], why: str, path: Path = ()
) -> Iterator[Problem]:
    idle = [name for name in declared if name not in asked]
    if not idle:
        return
    shown = ", ".join(f"`{name}`" for name in idle[:8]) + (", …" if len(idle) > 8 else "")
    plural = {"criterion": "criteria"}.get(kind, f"{kind}s")
    what = f"no rule or condition uses the {kind if len(idle) == 1 else plural} {shown}"
    yield Problem(
        "note",
        (*path, section, idle[0]),
        what,
        why
        if len(idle) == 1
        else why.replace("it is", "they are").replace("changes", "change").replace("its cap binds", "their caps bind"),
    )
