"""Which tables hold the evidence: the mapping that goes with an engine, as YAML or as a Python mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyrometer.definition.problems import Path as Place
from pyrometer.definition.problems import Problem, suggestion
from pyrometer.definition.source import Source, read_file
from pyrometer.engines import ArchiveInput, Files
from pyrometer.errors import UsageError

INPUTS = ("leads", "events", "traits")
_KEYS = (*INPUTS, "lead_id", "columns")
_SOURCES = ("table", "files", "archive")
_PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([^\s."`]+)')

Given = Path | str | Mapping[str, Any]


@dataclass(frozen=True)
class EngineInput:
    """One input: the parts of a table's name, files or an archive that the engine reads, or an object of the engine's.

    `columns` names the column of a field (a trait, a property, `occurred_at` …) where it differs; None says that the
    table has no such field, whatever its columns are called.
    """

    source: Any
    lead_id: str = "lead_id"
    columns: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Inputs:
    """What an engine holds, by `leads`, `events` and `traits`; at least one of them."""

    leads: EngineInput | None = None
    events: EngineInput | None = None
    traits: EngineInput | None = None

    def __iter__(self) -> Iterator[tuple[str, EngineInput]]:
        given = ((name, getattr(self, name)) for name in INPUTS)
        return ((name, found) for name, found in given if found is not None)


def read_inputs(given: Given) -> Inputs:
    """The inputs of an engine, from a YAML file or a mapping of the same shape.

    Raises UsageError with the place of everything that is wrong.

    >>> read_inputs({"events": "analytics.events", "lead_id": "contact"}).events
    EngineInput(source=('analytics', 'events'), lead_id='contact', columns={})
    """
    if isinstance(given, Mapping):
        reading = _Reading(Source(tree=dict(given)))
        found = reading.inputs()
        if reading.source.problems:
            raise UsageError("inputs: " + "; ".join(str(problem) for problem in reading.source.problems))
        return found
    source = read_file(Path(given))
    reading = _Reading(source)
    found = reading.inputs() if not source.problems else Inputs()
    if source.problems:
        raise UsageError("\n".join(str(source.locate(problem)) for problem in source.problems))
    return found


def table_name(text: str) -> tuple[str, ...] | None:
    """The parts of a table's name; what stands between double quotes or backticks is one part. None if it is no name.

    >>> table_name('crm."Odd.Name"')
    ('crm', 'Odd.Name')
    """
    parts: list[str] = []
    at = 0
    while match := _PART.match(text, at):
        quoted, ticked, plain = match.groups()
        parts.append(quoted.replace('""', '"') if quoted else ticked.replace("``", "`") if ticked else plain)
        at = match.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            return None
        at += 1
    return None


class _Reading:
    """Walks a mapping and collects what is wrong with it."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def inputs(self) -> Inputs:
        tree = self.source.tree
        if not isinstance(tree, dict):
            self._wrong((), "no inputs", fix="write `events: schema.table` and `leads: schema.table`")
            return Inputs()
        self._unknown((), tree, _KEYS)
        lead_id = self._text(("lead_id",), tree.get("lead_id", "lead_id"))
        columns = self._columns(("columns",), tree.get("columns"))
        found = {
            name: self._input((name,), tree[name], lead_id, columns) for name in INPUTS if tree.get(name) is not None
        }
        if not found and not self.source.problems:
            self._wrong((), "no inputs", fix="write `events: schema.table` and `leads: schema.table`")
        return Inputs(**found)

    def _input(self, place: Place, given: Any, lead_id: str, columns: Mapping[str, str | None]) -> EngineInput | None:
        if not isinstance(given, dict):
            return EngineInput(self._source(place, "table", given), lead_id, columns)
        self._unknown(place, given, (*_SOURCES, "lead_id", "columns"))
        named = [name for name in _SOURCES if name in given]
        if len(named) != 1:
            what = "no table" if not named else f"{' and '.join(f'`{name}`' for name in named)}"
            self._wrong(place, what, fix="name one `table`, or `files` or an `archive` where the engine reads them")
            return None
        own = self._columns((*place, "columns"), given.get("columns"))
        lead_id = self._text((*place, "lead_id"), given.get("lead_id", lead_id))
        return EngineInput(self._source((*place, named[0]), named[0], given[named[0]]), lead_id, {**columns, **own})

    def _source(self, place: Place, kind: str, given: Any) -> Any:
        if kind == "table" and not isinstance(given, str | list):
            return given  # an object of the engine's, such as a data frame
        if kind == "files":
            paths = tuple(given) if isinstance(given, list) else (given,)
            if not all(isinstance(path, str) and path for path in paths):
                self._wrong(place, "not a path or a list of paths")
            return Files(paths)
        name = self._text(place, given)
        if kind == "archive":
            return ArchiveInput(name)
        parts = table_name(name.strip())
        if parts is None:
            self._wrong(
                place, f"`{name}` is not the name of a table", fix='write schema.table; odd names as "My Table"'
            )
        return parts

    def _columns(self, place: Place, given: Any) -> dict[str, str | None]:
        if given is None:
            return {}
        if not isinstance(given, dict):
            self._wrong(place, "not a mapping of fields to columns", fix="write `occurred_at: happened_on`")
            return {}
        return {
            name: None if column is None or column in ("", "~", "null") else self._text((*place, name), column)
            for name, column in given.items()
        }

    def _text(self, place: Place, given: Any) -> str:
        if isinstance(given, str) and given.strip():
            return given
        self._wrong(place, "not a name")
        return ""

    def _unknown(self, place: Place, given: Mapping[str, Any], known: Iterable[str]) -> None:
        for name in given:
            if name not in known:
                fix = suggestion(str(name), known, kind="key")
                self._wrong((*place, str(name)), f"unknown key `{name}`", fix=fix)

    def _wrong(self, place: Place, what: str, why: str = "", fix: str = "") -> None:
        self.source.problems.append(Problem("error", place, what, why, fix))
