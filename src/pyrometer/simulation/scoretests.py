"""Conditions on a score or its grade, as the stretches of points that they let through."""

from __future__ import annotations

from collections.abc import Sequence

from pyrometer.definition import Definition
from pyrometer.definition.conditions import GradeLeaf, ScoreLeaf
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import sentence
from pyrometer.plan.lower import grade_ranks

Stretch = tuple[int | None, int | None]
"""The least and the most units (both included); None: without end."""


def stretches(leaf: ScoreLeaf | GradeLeaf, definition: Definition) -> tuple[Stretch, ...]:
    """The stretches of a score that a condition lets through, lowest first, as few as there can be."""
    if isinstance(leaf, ScoreLeaf):
        given = leaf.given()
        least = [given[key] + (key == "above") for key in ("at_least", "above") if key in given]
        most = [given[key] - (key == "below") for key in ("at_most", "below") if key in given]
        return ((max(least, default=None), min(most, default=None)),)
    ladder = definition.scores[leaf.grade].ladder
    found: list[Stretch] = []
    for rank in sorted(grade_ranks(leaf, [name for name, _ in ladder]), reverse=True):
        # Under the lowest bound, too, a score has the lowest grade.
        least_ = None if rank == len(ladder) - 1 else ladder[rank][1]
        most_ = None if rank == 0 else ladder[rank - 1][1] - 1
        if found and found[-1][1] is not None and found[-1][1] + 1 == least_:
            found[-1] = (found[-1][0], most_)
        else:
            found.append((least_, most_))
    return tuple(found)


def passes(stretched: Sequence[Stretch], column: str) -> str:
    """DuckDB's SQL for whether a score in a column is let through; scores are never NULL."""
    tests = []
    for least, most in stretched:
        bounds = [f"{column} >= {least:d}"] if least is not None else []
        bounds += [f"{column} <= {most:d}"] if most is not None else []
        tests.append(f"({' AND '.join(bounds) or 'true'})")
    return f"({' OR '.join(tests) or 'false'})"


def spelled(leaf: ScoreLeaf | GradeLeaf, definition: Definition) -> str:
    """A condition on a score in words; of grades and labels, also which points they stand for."""
    said = sentence(leaf, definition)
    if isinstance(leaf, ScoreLeaf) and leaf.label is None:
        return said
    return f"{said} ({' or '.join(map(_stretch, stretches(leaf, definition))) or 'no grade'})"


def _stretch(stretch: Stretch) -> str:
    least, most = stretch
    if least is None and most is None:
        return "any points"
    if most is None:
        return f"from {spell_points(least or 0)}"
    below = f"below {spell_points(most + 1)}"
    return below if least is None else f"{spell_points(least)} to {below}"
