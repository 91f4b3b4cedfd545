"""Names and bounds that are given twice, and names that are taken."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check.scene import Scene, place
from pyrometer.definition.conditions import EventLeaf
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.rules import EventRule
from pyrometer.definition.values import spell_points


def check_duplicates(scene: Scene) -> Iterator[Problem]:
    """Rules, grades and examples can be told apart."""
    first: dict[tuple[str, str], int] = {}
    for path, name, rule in scene.rules:
        index = int(path[-1])
        before = first.setdefault((name, rule.name), index)
        if before != index:
            yield Problem(
                "error",
                (*path, "name"),
                f"`{rule.name}` is the name of two rules of `{name}`",
                f"rule {before + 1} has it too, and an explanation couldn't tell them apart",
                "rename one",
            )
        groups = scene.definition.scores[name].groups
        if rule.name == "range" or rule.name in {f"group {group}" for group in groups}:
            yield Problem(
                "error",
                (*path, "name"),
                f"a rule can't be called `{rule.name}`",
                "the explanation's line for what is cut off has this name",
                "rename it",
            )
        if isinstance(rule, EventRule):
            yield from _twice(path, rule.event)
    for path, condition in scene.leaves:
        if isinstance(condition, EventLeaf):
            yield from _twice(path, condition.event)
    for name, score in scene.definition.scores.items():
        bounds: dict[int, str] = {}
        for grade, bound in score.grades.items():
            if bound in bounds:
                yield Problem(
                    "error",
                    ("scores", name, "grades", grade),
                    f"the grades `{bounds[bound]}` and `{grade}` both begin at {spell_points(bound)}",
                    "one of them could never be given",
                    "change one bound",
                )
            bounds.setdefault(bound, grade)
    examples: dict[str, int] = {}
    for index, example in enumerate(scene.definition.examples):
        before = examples.setdefault(example.name, index)
        if before != index:
            yield Problem(
                "error",
                ("examples", index, "name"),
                f"`{example.name}` is the name of two examples",
                f"example {before + 1} has it too",
                "rename one",
            )


def _twice(path: Path, events: tuple[str, ...]) -> Iterator[Problem]:
    for index, name in enumerate(events):
        if name in events[:index]:
            yield Problem(
                "warning",
                place(path, "event", index, len(events)),
                f"`{name}` stands here twice",
                "it counts once",
                "remove one",
            )
