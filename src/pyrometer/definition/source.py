"""Reads YAML as inert text with positions: no tags, no anchors, no types, within limits.

Every scalar stays the text that was written; what it means is decided by the field it stands in. So `is: no` on a
text trait is the word, not a truth value, and 0.1 points are exactly a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from pyrometer.definition.problems import Path, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 60

Tree = dict[str, Any] | list[Any] | str | None
_SURROGATE = re.compile("[\ud800-\udfff]")
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass
class Source:
    """A definition as written: nested dicts, lists and texts, with the line and column of every path."""

    tree: Tree = None
    file: str | None = None
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def locate(self, problem: Problem) -> Problem:
        """The problem with file, line and column filled in from the nearest path that was written."""
        path = problem.path
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (None, None))
        return Problem(problem.level, problem.path, problem.what, problem.why, problem.fix, self.file, line, column)


class _SourceError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read_file(path: FilePath) -> Source:
    """Read a definition file; what is wrong with it stands in `.problems`, never in an exception."""
    name = str(path)

    def refuse(what: str, why: str = "", fix: str = "") -> Source:
        return Source(file=name, problems=[Problem("error", (), what, why, fix, name)])

    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return refuse(f"can't read the file: {error.strerror or error}", fix="check the path")
    if len(raw) > MAX_BYTES:
        return refuse(
            f"the file is larger than {MAX_BYTES // 1000} kB",
            "a definition is a few hundred lines of YAML",
            "is this the right file?",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = refuse(
            "the file is not UTF-8 text",
            f"byte {error.start + 1} is 0x{raw[error.start]:02x}",
            "save it as UTF-8, or check that this is the definition",
        )
        found.problems[0] = Problem(**{**vars(found.problems[0]), "line": line})
        return found
    return read_text(text, name)


def read_text(text: str, file: str | None = None) -> Source:
    """Read YAML text; what is wrong with it stands in `.problems`."""
    source = Source(file=file)
    try:
        events = YAML(typ="safe", pure=True).parse(text)
        source.tree = _Reader(source, cast("Iterator[Event]", events)).document()
    except _SourceError as stop:
        source.problems.append(stop.problem)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or error.context or "not valid YAML").strip()
        why, fix = (error.context or "").strip(), "check indentation, colons and quotes here"
        if "'\\t'" in what:
            what, why, fix = "a tab", "YAML takes no tab here", "write spaces instead"
        where = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
        source.problems.append(
            Problem(
                "error",
                (),
                f"not valid YAML: {what}",
                why,
                fix,
                file,
                *where,
            )
        )
    except (YAMLError, RecursionError, ValueError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        source.problems.append(Problem("error", (), f"not valid YAML: {what}", file=file))
    return source


class _Reader:
    """Builds the tree from parser events, so that limits hold before anything large exists."""

    def __init__(self, source: Source, events: Iterator[Event]) -> None:
        self.source = source
        self.events = events
        self.nodes = 0

    def fail(self, mark: StringMark, path: Path, what: str, why: str = "", fix: str = "") -> Problem:
        return Problem("error", path, what, why, fix, self.source.file, mark.line + 1, mark.column + 1)

    def document(self) -> Tree:
        documents = 0
        tree: Tree = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _SourceError(
                        self.fail(
                            event.start_mark,
                            (),
                            "the file holds more than one YAML document",
                            "a definition is one document",
                            "remove the `---` and what follows",
                        )
                    )
            elif isinstance(event, StreamEndEvent):
                break
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                tree = self.node(event, ())
        return tree

    def node(self, event: Event, path: Path) -> Tree:
        mark = event.start_mark
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _SourceError(
                self.fail(mark, (), f"more than {MAX_NODES} values", "a definition is a few hundred lines")
            )
        if len(path) > MAX_DEPTH:
            raise _SourceError(self.fail(mark, path[:3], f"nested deeper than {MAX_DEPTH} levels"))
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _SourceError(
                self.fail(
                    mark,
                    path,
                    "anchors and aliases (`&name`, `*name`) are not part of the language",
                    "every part of a definition is read where it stands",
                    "write it out, or name the condition under `flags`",
                )
            )
        tag = getattr(event, "tag", None)
        if tag and str(tag) != "!":
            raise _SourceError(
                self.fail(
                    mark,
                    path,
                    f"the tag `{tag}` is not part of the language",
                    "a definition holds plain values only, nothing is executed",
                    "remove the tag",
                )
            )
        self.source.marks.setdefault(path, (mark.line + 1, mark.column + 1))
        if isinstance(event, ScalarEvent):
            return None if event.style is None and event.value in NULLS else self.text(event)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def text(self, event: ScalarEvent) -> str:
        text = str(event.value)
        if _SURROGATE.search(text):
            raise _SourceError(
                self.fail(
                    event.start_mark,
                    (),
                    "half a character (a surrogate such as `\\ud83d`)",
                    "no text can hold it",
                    "write the character itself",
                )
            )
        return text

    def sequence(self, path: Path) -> list[Tree]:
        items: list[Tree] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self.node(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Tree]:
        items: dict[str, Tree] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise _SourceError(self.fail(event.start_mark, path, "a key must be a plain name"))
            key = self.text(event)
            if key == "<<" and event.style is None:
                raise _SourceError(
                    self.fail(
                        event.start_mark,
                        path,
                        "merge keys (`<<`) are not part of the language",
                        "every part of a definition is read where it stands",
                        "write it out",
                    )
                )
            inner = (*path, key)
            if key in items:
                first = self.source.marks[inner][0]
                self.source.problems.append(
                    self.fail(
                        event.start_mark,
                        inner,
                        f"`{key}` stands here twice",
                        f"the first is on line {first}",
                        "rename or remove one",
                    )
                )
                inner = (*path, f"{key} (repeated)")
            if event.tag and str(event.tag) != "!":
                raise _SourceError(
                    self.fail(event.start_mark, path, f"the tag `{event.tag}` is not part of the language")
                )
            self.source.marks[inner] = (event.start_mark.line + 1, event.start_mark.column + 1)
            value = self.node(next(self.events), inner)
            if key not in items:
                items[key] = value
        return items


def from_mapping(value: object, depth: int = 0) -> Tree:
    """Python values (as any YAML or JSON reader returns them) as the texts a file would hold.

    Raises TypeError for anything else.
    """
    if depth > MAX_DEPTH:
        raise TypeError(f"a definition can't be nested deeper than {MAX_DEPTH} levels")
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return {_key(key): from_mapping(item, depth + 1) for key, item in value.items()}
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return [from_mapping(item, depth + 1) for item in value]
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a definition can't hold a {type(value).__name__}")


def _key(key: object) -> str:
    text = from_mapping(key)
    if not isinstance(text, str):
        raise TypeError(f"a definition's key must be text, not {key!r}")
    return text
