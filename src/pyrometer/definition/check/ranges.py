"""Scores that can't move within their range, and grades that nobody can get."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check.possible import Possible
from pyrometer.definition.problems import Problem
from pyrometer.definition.scores import Score
from pyrometer.definition.values import spell_points


def check_ranges(possible: Possible) -> Iterator[Problem]:
    """Every score moves, and comes to each of its grades."""
    for name, score in possible.scene.definition.scores.items():
        if not possible.scene.damaged("scores", name):
            yield from _range(possible, name, score)
            yield from _grades(possible, name, score)


def _range(possible: Possible, name: str, score: Score) -> Iterator[Problem]:
    low, high = possible.scores[name]
    raw_high = possible.raw[name][1]
    if low == high:
        yield Problem(
            "warning",
            ("scores", name),
            f"`{name}` is always {spell_points(int(low))}",
            "no rule can move it within its range",
            "change its rules or its `range`",
        )
    elif raw_high < score.range[1] and "range" in score.model_fields_set:
        yield Problem(
            "note",
            ("scores", name),
            f"`{name}` can reach {spell_points(int(high))} at most",
            f"its range goes up to {spell_points(score.range[1])}, its rules don't",
        )


def _grades(possible: Possible, name: str, score: Score) -> Iterator[Problem]:
    low, high = possible.scores[name]
    ceiling: float | None = None
    reachable = possible.grades(name)
    for grade, bound in score.ladder:
        if reachable is not None and grade not in reachable:
            here = ("scores", name, "grades", grade)
            if ceiling is None or high < bound:
                yield Problem(
                    "error",
                    here,
                    f"the grade `{grade}` is out of reach",
                    f"it begins at {spell_points(bound)}, and `{name}` can't exceed {spell_points(int(high))}",
                    "lower its bound, or raise the points or the range",
                )
            else:
                yield Problem(
                    "warning",
                    here,
                    f"the grade `{grade}` is never given",
                    f"it ends below {spell_points(int(ceiling))}, and `{name}` can't fall below"
                    f" {spell_points(int(low))}",
                    "raise the bound of the next grade, or take this one out",
                )
        ceiling = bound
