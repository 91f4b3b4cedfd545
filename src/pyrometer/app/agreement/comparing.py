"""Two versions compared in words, and line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import definition_of
from pyrometer.errors import DefinitionError
from pyrometer.simulation import Change
from pyrometer.simulation.changes import changes_between

AROUND = 3
"""Lines shown before and after what changed."""


@dataclass(frozen=True)
class Row:
    """A line of either text, or a gap between them: `kind` is same, gone, come or gap."""

    kind: str
    text: str = ""
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Compared:
    """What differs in meaning, in words, and in the text. `changes` is None where one of the two can't be read."""

    changes: tuple[Change, ...] | None
    rows: tuple[Row, ...]


def compare(old: Version, new: Version) -> Compared:
    """The differences of two versions."""
    try:
        changes = changes_between(definition_of(old), definition_of(new))
    except DefinitionError:
        changes = None
    return Compared(changes, tuple(rows(old.text.splitlines(), new.text.splitlines())))


def rows(old: list[str], new: list[str]) -> list[Row]:
    """The lines of two texts that differ, with some around them."""
    found: list[Row] = []
    for number, group in enumerate(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND)):
        if number:
            found.append(Row("gap"))
        for kind, start, end, begin, finish in group:
            if kind == "equal":
                found += [
                    Row("same", old[start + step], start + step + 1, begin + step + 1) for step in range(end - start)
                ]
                continue
            found += [Row("gone", old[place], before=place + 1) for place in range(start, end)]
            found += [Row("come", new[place], after=place + 1) for place in range(begin, finish)]
    return found
