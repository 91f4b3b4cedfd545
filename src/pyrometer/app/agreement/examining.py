"""Looks at a definition as it was written: its problems with their lines, and how its examples come out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from pyrometer.app.agreement.folding import Fold, fold
from pyrometer.assurance import ExampleResult, assure
from pyrometer.definition import Definition, read
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.definition.problems import Problem
from pyrometer.definition.source import MAX_BYTES
from pyrometer.errors import PyrometerError

STARTER = Path(__file__).with_name("starter.yaml")


@dataclass(frozen=True)
class Examined:
    """What was found: `definition` is None where a text has errors, and `trouble` says why examples couldn't be run."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    examples: tuple[ExampleResult, ...] = ()
    trouble: str = ""
    written: str = ""
    """The name as it stands in a text with errors."""

    @property
    def folded(self) -> tuple[Fold, ...]:
        """The problems in the order in which they are mended."""
        return fold(self.problems)

    @property
    def causes(self) -> int:
        """How many different things are wrong, without what only follows."""
        return sum(each.problem.level == "error" for each in self.folded)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make it unusable."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def failed(self) -> tuple[ExampleResult, ...]:
        """The examples that don't come out as agreed."""
        return tuple(example for example in self.examples if not example.passed)

    @property
    def passed(self) -> int:
        """How many examples come out as agreed."""
        return len(self.examples) - len(self.failed)

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why it can't be proposed yet, for the one who wrote it; empty where it can."""
        if self.definition is None:
            return (_("It has errors: mend them first."),)
        if self.trouble:
            return (self.trouble,)
        if not self.examples:
            return (_("It has no examples: write at least one lead on which both teams agree."),)
        return tuple(
            _("The example “%(name)s” doesn't come out as it says.") % {"name": example.name} for example in self.failed
        )

    @property
    def fingerprint(self) -> str:
        """The hash of what it means; empty where it means nothing yet."""
        return "" if self.definition is None else fingerprint(self.definition)

    @property
    def name(self) -> str:
        """What it calls itself."""
        return (self.written or _("No name yet")) if self.definition is None else self.definition.name


def normal(text: str) -> str:
    """A text with the line ends of a file; what browsers send has others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def examine(text: str) -> Examined:
    """Check a definition and run its examples; what is wrong stands in the result, never in an exception."""
    # A text without a line break would be taken for a path.
    return _examine(normal(text))


@lru_cache(maxsize=32)
def _examine(text: str) -> Examined:
    if len(text.encode()) > MAX_BYTES:
        what = f"the definition is larger than {MAX_BYTES // 1000} kB"
        return Examined(None, (Problem("error", (), what, "a definition is a few hundred lines of YAML"),))
    draft = read(text)
    problems = tuple(problem for problem in draft.problems if not _for_commands(problem))
    if draft.definition is None or draft.errors:
        return Examined(None, problems, written=_written(text))
    try:
        examples = assure(draft.definition)
    except PyrometerError as error:
        return Examined(draft.definition, problems, (), str(error))
    return Examined(draft.definition, problems, examples)


def _written(text: str) -> str:
    """The name of a text with errors, as far as it can be made out."""
    found = re.search(r"^name:[ \t]*(\S.*)$", text, re.MULTILINE)
    return found[1].strip().strip("\"'")[:200] if found else ""


def _for_commands(problem: Problem) -> bool:
    """Whether a note asks for an option of the command: here all evidence is dated, and there is no command."""
    return problem.level == "note" and "`--" in problem.fix


def starter() -> str:
    """A definition to begin with; it passes its own examples."""
    return STARTER.read_text(encoding="utf-8")
