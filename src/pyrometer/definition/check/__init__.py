"""Semantic checks of a definition: one module a concern, one line each in `CHECKS`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from pyrometer.definition.check.bands import check_bands
from pyrometer.definition.check.caps import check_caps
from pyrometer.definition.check.circles import check_circles
from pyrometer.definition.check.declarations import check_declarations
from pyrometer.definition.check.depth import check_depth
from pyrometer.definition.check.duplicates import check_duplicates
from pyrometer.definition.check.examples import check_examples
from pyrometer.definition.check.idle import check_idle
from pyrometer.definition.check.names import check_names
from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.qualification import check_qualification
from pyrometer.definition.check.ranges import check_ranges
from pyrometer.definition.check.reach import check_reach
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.check.types import check_types
from pyrometer.definition.document import Definition
from pyrometer.definition.problems import Path, Problem

__all__ = ["CHECKS", "CHECKS_OF_REACH", "check"]

CHECKS: tuple[Callable[[Scene], Iterator[Problem]], ...] = (
    check_declarations,
    check_names,
    check_types,
    check_duplicates,
    check_circles,
    check_depth,
    check_bands,
)
"""What can be seen from the definition as written."""

CHECKS_OF_REACH: tuple[Callable[[Possible], Iterator[Problem]], ...] = (
    check_ranges,
    check_reach,
    check_caps,
    check_idle,
    check_qualification,
    check_examples,
)
"""What needs to know which outcomes are possible at all."""

MOST = 500
"""Problems after which checking stops; whoever has so many wants to mend the first ones first."""


def check(
    definition: Definition, declared: Mapping[str, set[str]], left_out: Collection[Path] = ()
) -> Iterator[Problem]:
    """Every problem of a definition that fits the language's shape; paths, no lines.

    `declared` holds the names as written by section and `left_out` the paths of parts that were too broken to read, so
    that one mistake isn't reported again wherever the broken part is used.
    """
    scene = Scene(definition, {section: frozenset(names) for section, names in declared.items()}, frozenset(left_out))
    seen: set[tuple[str, Path, str]] = set()
    for problem in _run(scene):
        key = (problem.level, problem.path, problem.what)
        if key in seen:
            continue
        seen.add(key)
        yield problem
        if len(seen) == MOST:
            yield Problem("note", (), f"there are more than {MOST} problems", "the rest is not shown")
            return


def _run(scene: Scene) -> Iterator[Problem]:
    for run in CHECKS:
        yield from run(scene)
    possible = Possible(scene)
    for run_reach in CHECKS_OF_REACH:
        yield from run_reach(possible)
