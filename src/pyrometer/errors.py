"""The errors that Pyrometer raises for people to act on; everything else is a bug."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrometer.definition.problems import Problem


class PyrometerError(Exception):
    """Base of all errors that carry a message for a person; `exit_code` is the command line's."""

    exit_code = 2


class DefinitionError(PyrometerError):
    """The definition has problems; `problems` holds every one of them, errors first."""

    exit_code = 1
    of = "definition"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ProgrammeError(DefinitionError):
    """A nurture programme has problems; or a content or a story (`of`) does."""

    def __init__(self, problems: Sequence[Problem], of: str = "programme") -> None:
        super().__init__(problems)
        self.of = of


class EvidenceError(PyrometerError):
    """A file of leads, events, traits or earlier readings can't be read as one."""


class UsageError(PyrometerError):
    """A call or an option can't be carried out as given."""
