"""Puts problems in the order in which they are mended: causes first, with what follows from them folded away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyrometer.definition.problems import Problem

SECTIONS = {
    "trait": "profile",
    "event": "events",
    "flag": "flags",
    "score": "scores",
    "criterion": "criteria",
    "framework": "frameworks",
}
"""Where what is unknown would be declared."""


@dataclass(frozen=True)
class Fold:
    """A problem, the other places where the same is wrong, and what goes away once it is mended."""

    problem: Problem
    also: tuple[Problem, ...] = ()
    follows: tuple[Fold, ...] = ()

    @property
    def followers(self) -> int:
        """How many problems go away with it."""
        return sum(1 + len(each.also) for each in self.follows)


def fold(problems: Iterable[Problem]) -> tuple[Fold, ...]:
    """The problems of a text; errors before the rest, as they come.

    >>> key = Problem("error", ("profil",), "unknown key `profil`", fix="did you mean `profile`?", line=3)
    >>> one, two = (
    ...     Problem("error", ("flags",), "unknown trait `size`", fix="no trait is declared", line=n) for n in (7, 9)
    ... )
    >>> found = fold([one, key, two])
    >>> [(each.problem.line, each.followers) for each in found], len(found[0].follows)
    ([(3, 2)], 1)
    """
    folded = _same(problems)
    causes = {section: each for section in SECTIONS.values() if (each := _misspelt(folded, section)) is not None}
    by_cause: dict[int, list[Fold]] = {id(cause): [] for cause in causes.values()}
    others = []
    for each in folded:
        cause = causes.get(_wanted(each.problem))
        if cause is not None:
            by_cause[id(cause)].append(each)
        elif id(each) not in by_cause:
            others.append(each)
    first = [Fold(cause.problem, cause.also, tuple(by_cause[id(cause)])) for cause in causes.values()]
    first.sort(key=lambda each: -each.followers)
    return (*first, *others)


def _same(problems: Iterable[Problem]) -> list[Fold]:
    """Each thing that is wrong once, with all its places."""
    found: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.level, problem.what, problem.why, problem.fix), []).append(problem)
    return [Fold(first, tuple(also)) for first, *also in found.values()]


def _misspelt(folded: Sequence[Fold], section: str) -> Fold | None:
    """The key that was meant to be a section."""
    for each in folded:
        problem = each.problem
        key = len(problem.path) == 1 and problem.what.startswith("unknown key")
        if key and problem.fix == f"did you mean `{section}`?":
            return each
    return None


def _wanted(problem: Problem) -> str:
    """The section that a problem misses as a whole; empty where it misses none."""
    for kind, section in SECTIONS.items():
        if f"no {kind} is declared" in (problem.fix, problem.what):
            return section
    return ""
