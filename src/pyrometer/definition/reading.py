"""From a written definition to a checked one, with every problem at once."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from pyrometer.definition.document import Definition
from pyrometer.definition.mistakes import explain_mistake, telling
from pyrometer.definition.problems import LEVELS, Path, Problem
from pyrometer.definition.source import Source, from_mapping, read_file, read_text
from pyrometer.errors import DefinitionError


@dataclass
class Draft:
    """What reading found: the sound part of a definition, and the problems in file order.

    `declared` holds the names as written by section (`profile`, `events`, `flags` …), broken entries included, so
    that a mistake in a declaration doesn't make its uses look wrong too.
    """

    definition: Definition | None = None
    problems: list[Problem] = field(default_factory=list)
    declared: dict[str, set[str]] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        """The problems that make the definition unusable."""
        return [problem for problem in self.problems if problem.level == "error"]


def load(source: str | FilePath | Mapping[str, Any]) -> Definition:
    """Load a definition from a path, from YAML text (anything with a line break) or from parsed YAML.

    Raises DefinitionError with every problem if there is an error among them.

    >>> load("format: 1\\nname: Tiny\\ntemperature: {hot: {when: {event: call}}}\\nevents: {call: {}}\\n").name
    'Tiny'
    """
    draft = read(source)
    if draft.definition is None or draft.errors:
        raise DefinitionError(draft.errors)
    return draft.definition


def read(source: str | FilePath | Mapping[str, Any]) -> Draft:
    """Read and check a definition; what is wrong stands in `.problems`, never in an exception."""
    from pyrometer.definition.check import check

    written = _open(source)
    draft = Draft(problems=list(written.problems))
    if written.tree is None and not written.problems:
        draft.problems.append(Problem("error", (), "the definition is empty", file=written.file))
    elif written.tree is not None and not isinstance(written.tree, dict):
        draft.problems.append(
            Problem("error", (), "a definition is a mapping of sections (format, name, scores, …)", file=written.file)
        )
    elif isinstance(written.tree, dict):
        draft.declared = {
            section: set(entries) for section, entries in written.tree.items() if isinstance(entries, dict)
        }
        draft.definition, found, kept, left_out = _validate(written.tree)
        left_out |= {problem.path for problem in written.problems}
        if draft.definition is not None:
            for problem in check(draft.definition, draft.declared, left_out):
                found.append(replace(problem, path=_original(problem.path, kept)))
        draft.problems += [written.locate(problem) for problem in found]
    draft.problems.sort(key=lambda problem: (LEVELS.index(problem.level), problem.line or 0, problem.column or 0))
    return draft


def _open(source: str | FilePath | Mapping[str, Any]) -> Source:
    if isinstance(source, Mapping):
        try:
            return Source(tree=from_mapping(source))
        except TypeError as error:
            return Source(problems=[Problem("error", (), str(error))])
    if isinstance(source, str) and "\n" in source:
        return read_text(source)
    return read_file(FilePath(source))


Kept = dict[Path, list[int]]


def _validate(tree: dict[str, Any]) -> tuple[Definition | None, list[Problem], Kept, set[Path]]:
    """The definition without its broken parts, what broke them, which list items were kept, and what was left out."""
    problems: list[Problem] = []
    kept: Kept = {}
    left_out: set[Path] = set()
    tree = copy.deepcopy(tree)
    for _ in range(8):
        try:
            return Definition.model_validate(tree), problems, kept, left_out
        except ValidationError as error:
            doomed: set[Path] = set()
            for mistake in telling(error.errors(include_url=False)):
                problem = explain_mistake(Definition, mistake, tree)
                doomed.add(_unit(problem.path, tree) or _unit(mistake["loc"][:1], tree))
                problems.append(replace(problem, path=_original(problem.path, kept)))
            left_out |= {_original(path, kept) for path in doomed}
            _prune(tree, doomed, kept)
    return None, problems, kept, left_out


def _unit(path: Path, tree: dict[str, Any]) -> Path:
    """The smallest part around a mistake that can be left out without breaking what is around it."""
    section = path[0] if path else None
    if section in ("profile", "events", "flags", "criteria", "frameworks", "temperature", "examples"):
        return path[:2] if len(path) > 1 else path
    if section == "scores":
        if len(path) < 3:
            return path
        if path[2] == "rules" and len(path) > 3:
            score = tree["scores"][path[1]]
            return path[:4] if len(score["rules"]) > 1 else path[:2]
        return path[:3] if path[2] not in ("rules",) else path[:2]
    return path[:1]


_FALLBACK: dict[str, Any] = {"format": "1", "name": "?", "temperature": {}}


def _prune(tree: dict[str, Any], doomed: set[Path], kept: Kept) -> None:
    dropped: dict[Path, set[int]] = {}
    # What is inside goes before what is around it, with which it would be gone.
    for path in sorted(doomed, key=len, reverse=True):
        if not path:
            continue
        if len(path) == 1:
            tree.pop(str(path[0]), None)
            if path[0] in _FALLBACK:
                tree[str(path[0])] = copy.deepcopy(_FALLBACK[str(path[0])])
            continue
        holder = _at(tree, path[:-1])
        if isinstance(holder, list) and isinstance(path[-1], int):
            dropped.setdefault(path[:-1], set()).add(path[-1])
        elif isinstance(holder, dict):
            holder.pop(path[-1], None)
    for path, indices in dropped.items():
        holder = _at(tree, path)
        if not isinstance(holder, list):
            continue
        before = kept.get(path, list(range(len(holder))))
        kept[path] = [number for index, number in enumerate(before) if index not in indices]
        holder[:] = [item for index, item in enumerate(holder) if index not in indices]
    if isinstance(tree.get("scores"), dict):
        for name in [
            name for name, score in tree["scores"].items() if isinstance(score, dict) and score.get("rules") == []
        ]:
            del tree["scores"][name]


def _at(tree: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does any more."""
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _original(path: Path, kept: Kept) -> Path:
    for holder, numbers in kept.items():
        depth = len(holder)
        index = path[depth] if path[:depth] == holder and len(path) > depth else None
        if isinstance(index, int) and index < len(numbers):
            path = (*holder, numbers[index], *path[depth + 1 :])
    return path
