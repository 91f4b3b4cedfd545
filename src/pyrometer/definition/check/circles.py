"""References that go round in a circle, and the order in which everything else can be worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyrometer.definition.check.scene import Node, Scene
from pyrometer.definition.conditions import CriterionLeaf, FlagLeaf, FrameworkLeaf, GradeLeaf, ScoreLeaf, walk
from pyrometer.definition.problems import Path, Problem

MOST = 50
"""Circles that are spelled out; to break these breaks most others."""

References = Mapping[Node, tuple[tuple[Node, Path], ...]]


def check_circles(scene: Scene) -> Iterator[Problem]:
    """Each circle of references once, at the reference that closes it."""
    _, circles = trace(references(scene))
    for circle, path in circles[:MOST]:
        spelled = " → ".join(f"{kind} `{name}`" for kind, name in (*circle, circle[0]))
        yield Problem(
            "error",
            path,
            f"goes round in a circle: {spelled}",
            "none of them can be worked out before the others",
            "take out one of these references",
        )


def references(scene: Scene) -> References:
    """What each score, flag, criterion and framework asks, with the path of the question."""
    found: dict[Node, list[tuple[Node, Path]]] = {}
    for root in scene.roots:
        asked = found.setdefault(root.owner, [])
        for path, condition in walk(root.condition, root.path):
            if isinstance(condition, ScoreLeaf):
                asked.append((("score", condition.score), (*path, "score")))
            elif isinstance(condition, GradeLeaf):
                asked.append((("score", condition.grade), (*path, "grade")))
            elif isinstance(condition, CriterionLeaf):
                asked.append((("criterion", condition.criterion), (*path, "criterion")))
            elif isinstance(condition, FrameworkLeaf):
                asked.append((("framework", condition.framework), (*path, "framework")))
            elif isinstance(condition, FlagLeaf):
                asked.append((("flag", condition.flag), (*path, "flag")))
    for name, framework in scene.definition.used_frameworks.items():
        asked = found.setdefault(("framework", name), [])
        for letter, criterion in framework.letters:
            asked.append((("criterion", criterion), ("frameworks", name, "letters", letter)))
    return {node: tuple(asked) for node, asked in found.items()}


def trace(references: References) -> tuple[list[Node], list[tuple[tuple[Node, ...], Path]]]:
    """The nodes in an order in which each stands after what it asks, and the circles that prevent one.

    Walks with a stack of its own: a chain of references may be longer than Python's.
    """
    order: list[Node] = []
    circles: dict[frozenset[Node], tuple[tuple[Node, ...], Path]] = {}
    done: set[Node] = set()
    for start in references:
        if start in done:
            continue
        trail: dict[Node, Iterator[tuple[Node, Path]]] = {start: iter(references[start])}
        while trail:
            node = next(reversed(trail))
            for asked, path in trail[node]:
                if asked in trail:
                    nodes = list(trail)
                    circle = tuple(nodes[nodes.index(asked) :])
                    circles.setdefault(frozenset(circle), (circle, path))
                elif asked not in done and asked in references:
                    trail[asked] = iter(references[asked])
                    break
            else:
                del trail[node]
                done.add(node)
                order.append(node)
    return order, list(circles.values())
