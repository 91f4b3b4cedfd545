"""Conditions that are nested too deeply to be put into one query."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check.scene import Scene
from pyrometer.definition.conditions import Condition, Some, children
from pyrometer.definition.problems import Path, Problem

MOST = 3
"""`some` looks at each of its items twice, so what is inside doubles with every level."""


def check_depth(scene: Scene) -> Iterator[Problem]:
    """No `some` stands inside more than so many others."""
    for root in scene.roots:
        yield from _deep(root.condition, root.path, 0)


def _deep(condition: Condition, path: Path, depth: int) -> Iterator[Problem]:
    if isinstance(condition, Some):
        depth += 1
        if depth > MOST:
            yield Problem(
                "error",
                path,
                f"`some` stands inside {MOST} others",
                "nobody can read that, and it makes a query that grows with every level",
                "name the inner condition under `flags`",
            )
            return
    for step, item in children(condition):
        yield from _deep(item, path + step, depth)
