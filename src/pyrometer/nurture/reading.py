"""From a written programme to a checked one, with every problem at once."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pyrometer.definition import Definition
from pyrometer.definition.mistakes import TOLD, Telling, explain_mistake, telling
from pyrometer.definition.problems import LEVELS, Path, Problem
from pyrometer.definition.source import Source, from_mapping, read_file, read_text
from pyrometer.errors import ProgrammeError
from pyrometer.nurture.check import check
from pyrometer.nurture.conditions import KINDS
from pyrometer.nurture.contents import Content
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.steps import STEPS

_BESIDE = frozenset(info.alias or name for step in STEPS.values() for name, info in step.model_fields.items())
TOLD_APART: Mapping[str, Telling] = {
    **TOLD,
    "asked_of": Telling("condition", KINDS),
    "step_of": Telling("step", tuple(STEPS), _BESIDE - STEPS.keys(), unknown="step"),
}

_LISTS = ("steps", "then", "else", "branch", "exits")
_STAND_INS: dict[str, Any] = {
    "exits": {"when": {"temperature": "hot"}, "because": "?"},
    "branch": {"when": {"temperature": "hot"}},
}
_STEP: dict[str, Any] = {"notify": {"to": "rep", "say": "?"}}


@dataclass
class Draft:
    """What reading found: the programme, where it can be read at all, and the problems in file order, errors first."""

    programme: Programme | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems that make the programme unusable."""
        return [problem for problem in self.problems if problem.level == "error"]


def load(
    source: str | FilePath | Mapping[str, Any],
    definition: Definition | None = None,
    contents: Mapping[str, Content] | None = None,
    others: Iterable[str] | None = None,
) -> Programme:
    """Load a programme from a path, from YAML text (anything with a line break) or from parsed YAML.

    Without a definition, contents or the keys of other programmes, what refers to them isn't checked. Raises
    ProgrammeError with every problem if there is an error among them.
    """
    draft = read(source, definition, contents, others)
    if draft.programme is None or draft.errors:
        raise ProgrammeError(draft.errors)
    return draft.programme


def read(
    source: str | FilePath | Mapping[str, Any],
    definition: Definition | None = None,
    contents: Mapping[str, Content] | None = None,
    others: Iterable[str] | None = None,
) -> Draft:
    """Read and check a programme; what is wrong stands in `.problems`, never in an exception."""
    written = _open(source)
    draft = Draft(problems=[_of_ours(problem) for problem in written.problems])
    if written.tree is None and not written.problems:
        draft.problems.append(Problem("error", (), "the programme is empty", file=written.file))
    elif written.tree is not None and not isinstance(written.tree, dict):
        what = "a programme is a mapping of sections (format, programme, name, enter, steps, …)"
        draft.problems.append(Problem("error", (), what, file=written.file))
    elif isinstance(written.tree, dict):
        programme, found, broken = _validate(written.tree)
        if programme is not None:
            checked = check(programme, definition, contents, others, whole=not found)
            found += [problem for problem in checked if not any(_within(problem.path, path) for path in broken)]
            draft.programme = programme if not broken else None
        draft.problems += [written.locate(problem) for problem in found]
    draft.problems.sort(key=lambda problem: (LEVELS.index(problem.level), problem.line or 0, problem.column or 0))
    return draft


def _open(source: str | FilePath | Mapping[str, Any]) -> Source:
    if isinstance(source, Mapping):
        try:
            return Source(tree=from_mapping(source), file="programme")
        except TypeError as error:
            return Source(problems=[Problem("error", (), str(error), file="programme")])
    if isinstance(source, str) and "\n" in source:
        return read_text(source, "programme")
    return read_file(FilePath(source))


def _of_ours(problem: Problem) -> Problem:
    """What is said of files of definitions holds for programmes, too."""
    said = {name: getattr(problem, name).replace("definition", "programme") for name in ("what", "why", "fix")}
    return replace(problem, **said)


def _validate(tree: dict[str, Any]) -> tuple[Programme | None, list[Problem], list[Path]]:
    """The programme with stand-ins for its broken parts, what broke them, and where they stood."""
    problems: list[Problem] = []
    broken: list[Path] = []
    tree = copy.deepcopy(tree)
    for attempt in range(8):
        try:
            return Programme.model_validate(tree), problems, broken
        except ValidationError as error:
            found = [(_explain(mistake, tree), mistake["loc"]) for mistake in telling(error.errors(include_url=False))]
            # What comes to light later only follows from what was left out.
            problems += [problem for problem, _ in found] if attempt == 0 else []
            parts = [_part(problem.path) for problem, _ in found]
            if not all(parts):
                break
            for path in parts:
                _stand_in(tree, path)
                broken.append(path)
    return None, problems, broken


def _explain(mistake: ErrorDetails, tree: dict[str, Any]) -> Problem:
    problem = explain_mistake(Programme, mistake, tree, TOLD_APART)
    key = str(mistake["loc"][-1])
    if mistake["type"] == "extra_forbidden" and key in STEPS and _part(problem.path) == problem.path[:-1]:
        what, why = f"`{key}` is a step of its own", "an item of the list is one step"
        return replace(problem, what=what, why=why, fix=f"begin a new item: `- {key}: …`")
    return problem


def _part(path: Path) -> Path:
    """The smallest item of a list of steps, cases or exits around a mistake; nothing where it is none."""
    for end in range(len(path), 1, -1):
        if isinstance(path[end - 1], int) and path[end - 2] in _LISTS:
            return path[:end]
    return ()


def _stand_in(tree: dict[str, Any], path: Path) -> None:
    holder: Any = tree
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = copy.deepcopy(_STAND_INS.get(str(path[-2]), _STEP))


def _within(path: Path, around: Path) -> bool:
    return path[: len(around)] == around
