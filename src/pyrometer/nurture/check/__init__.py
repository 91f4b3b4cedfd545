"""Checks of a programme against the definition, the contents and itself: one module a concern, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pyrometer.definition import Definition
from pyrometer.definition.problems import LEVELS, Path, Problem
from pyrometer.nurture.check.languages import check_languages
from pyrometer.nurture.check.mails import check_mails
from pyrometer.nurture.check.names import check_names
from pyrometer.nurture.check.people import check_people
from pyrometer.nurture.check.pitches import check_pitches
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.check.ways import check_ids, check_ways
from pyrometer.nurture.contents import Content
from pyrometer.nurture.programme import Programme

__all__ = ["check"]

CHECKS: tuple[Callable[[Stage], Iterator[Problem]], ...] = (check_ids, check_names, check_mails, check_languages)
"""What can be seen at each step by itself."""

CHECKS_OF_WAYS: tuple[Callable[[Stage], Iterator[Problem]], ...] = (check_ways, check_people, check_pitches)
"""What needs the whole programme: who comes where."""


def check(
    programme: Programme,
    definition: Definition | None = None,
    contents: Mapping[str, Content] | None = None,
    others: Iterable[str] | None = None,
    *,
    whole: bool = True,
) -> list[Problem]:
    """Every problem of a programme that fits the language's shape, errors first; paths, no lines.

    What refers to a definition, to contents or to other programmes (their keys) is checked where these are given. A
    programme that isn't `whole` has stand-ins for what couldn't be read, and who comes where isn't asked.
    """
    known = None if others is None else frozenset({*others, programme.programme})
    stage = Stage(programme, definition, contents, known)
    found: dict[tuple[str, Path, str], Problem] = {}
    for run in (*CHECKS, *(CHECKS_OF_WAYS if whole else ())):
        for problem in run(stage):
            found.setdefault((problem.level, problem.path, problem.what), problem)
    return sorted(found.values(), key=lambda problem: LEVELS.index(problem.level))
