"""Problems of a definition and of the data, as text that editors understand and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any, Protocol

from rich.text import Text

from pyrometer.cli.terminal import console, visible
from pyrometer.definition.problems import LEVELS, Level, Problem, spell

STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def print_problems(problems: Sequence[Problem], stream: IO[str]) -> None:
    """Every problem by level, errors first."""
    screen = console(stream)
    for level in LEVELS:
        found = [problem for problem in problems if problem.level == level]
        for problem in found:
            screen.print(render(problem), soft_wrap=True)
        if found:
            screen.print()


def render(problem: Problem) -> Text:
    """`file:line: level: path: what`, then why and the fix on lines of their own."""
    text = Text(f"{visible(problem.where)}: ")
    text.append(problem.level, style=STYLES[problem.level])
    text.append(": ")
    if problem.path:
        text.append(visible(spell(problem.path)), style="bold")
        text.append(": ")
    text.append(visible(problem.what))
    if problem.why:
        text.append(f"\n    why: {visible(problem.why)}", style="dim")
    if problem.fix:
        text.append("\n    fix: ", style="dim")
        text.append(visible(problem.fix), style="green")
    return text


class Levelled(Protocol):
    """A finding of any kind."""

    @property
    def level(self) -> Level:
        """How grave it is."""


def count(findings: Iterable[Levelled]) -> str:
    """How many of each level there are.

    >>> count([Problem("error", (), "a"), Problem("note", (), "b"), Problem("note", (), "c")])
    '1 error, 2 notes'
    """
    levels = [finding.level for finding in findings]
    parts = [f"{number} {level}{'s' if number > 1 else ''}" for level in LEVELS if (number := levels.count(level))]
    return ", ".join(parts) or "no problems"


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as a JSON object."""
    return {
        "level": problem.level,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": spell(problem.path),
        "what": problem.what,
        "why": problem.why or None,
        "fix": problem.fix or None,
    }
