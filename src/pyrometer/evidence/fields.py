"""Which columns an input should have: the fields of each relation, and the names they go by in files."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyrometer.definition.problems import nearest
from pyrometer.errors import EvidenceError
from pyrometer.evidence.meaning import Kind
from pyrometer.evidence.notes import DataNote, some
from pyrometer.evidence.table import Table

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition

LEAD_ID = "lead_id"
BAG = "properties"
"""The column that holds properties as a JSON object."""


@dataclass(frozen=True)
class Field:
    """A column of a relation: its type, the names it goes by in files (the first found wins), the spellings of unknown.

    An input must have a `required` column; a row must have a value in a `filled` one, or it is left out. A text that is
    taken `as_is` isn't looked at for being blank.
    """

    name: str
    kind: Kind
    names: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False
    as_is: bool = False


@dataclass(frozen=True)
class Naming:
    """How this user's files name things: the column of the lead's id, and other odd headers by field."""

    lead_id: str = LEAD_ID
    columns: Mapping[str, str] | None = None

    def field(
        self,
        name: str,
        kind: Kind,
        *others: str | None,
        unknown: Iterable[object] = (),
        required: bool = False,
        filled: bool = False,
    ) -> Field:
        """A field that goes by its mapped name, else by the given others, else by its own name."""
        mapped = (self.columns or {}).get(name)
        names = dict.fromkeys(each for each in (mapped, *others, name) if each is not None)
        return Field(name, kind, tuple(names), tuple(str(spelling) for spelling in unknown), required, filled)

    def lead(self) -> Field:
        """The column of the lead's id, the same in every input."""
        return self.field(LEAD_ID, "text", self.lead_id, required=True, filled=True)


def profile_fields(definition: Definition, naming: Naming) -> list[Field]:
    """`lead_id` and a column per trait."""
    return [naming.lead()] + [
        naming.field(name, trait.type, trait.column, unknown=trait.unknown)
        for name, trait in definition.profile.items()
    ]


def event_fields(definition: Definition, naming: Naming) -> list[Field]:
    """The columns of the event log and one per property; a property shared by several events is one column."""
    kinds: dict[str, Kind] = {}
    names: dict[str, dict[str, None]] = {}
    unknown: dict[str, dict[str, None]] = {}
    for event in definition.events.values():
        for name, declared in event.properties.items():
            kinds.setdefault(name, declared.type)
            names.setdefault(name, {})
            if declared.column is not None:
                names[name][declared.column] = None
            unknown.setdefault(name, {}).update(dict.fromkeys(str(spelling) for spelling in declared.unknown))
    return [
        naming.lead(),
        naming.field("event", "text", required=True, filled=True),
        naming.field("occurred_at", "time", required=True, filled=True),
        naming.field("received_at", "time"),
        naming.field("message_id", "text"),
        *(naming.field(name, kind, *names[name], unknown=unknown[name]) for name, kind in kinds.items()),
    ]


def log_fields(naming: Naming) -> list[Field]:
    """The columns of the dated trait log."""
    return [
        naming.lead(),
        naming.field("trait", "text", required=True, filled=True),
        naming.field("value", "text", required=True),
        naming.field("occurred_at", "time", required=True, filled=True),
        naming.field("received_at", "time"),
        naming.field("source", "text"),
        naming.field("author", "text"),
    ]


def previous_fields(naming: Naming) -> list[Field]:
    """The columns of earlier readings."""
    return [naming.lead(), naming.field("temperature", "text", required=True)]


def require(table: Table, fields: Sequence[Field]) -> None:
    """Raises EvidenceError if the input lacks a column it can't do without, or has one that is asked for twice."""
    doubled = [name for each in fields for name in each.names if table.seen.count(name) > 1]
    if doubled:
        places = [str(place) for place, name in enumerate(table.seen, start=1) if name == doubled[0]]
        raise EvidenceError(
            f"{table.label}: `{doubled[0]}` stands in the header more than once (columns {', '.join(places)});"
            " rename all but one"
        )
    missing = [each for each in fields if each.required and not any(name in table.seen for name in each.names)]
    if not missing:
        return
    field = missing[0]
    wanted = field.names[0]
    text = f"{table.label}: no column `{wanted}`"
    if not table.seen:
        raise EvidenceError(f"{text}: the input has no columns at all")
    text += f"; the columns are {some(list(table.seen), 20)}"
    if _looks_like_data(table.seen):
        raise EvidenceError(f"{text}; the first row looks like data: the file seems to lack a header row")
    near = nearest(wanted, table.seen)
    example = near or "NAME"
    option = f"--lead-id {shlex.quote(example)}"
    if field.name != LEAD_ID:
        option = f"--map {shlex.quote(f'{field.name}={example}')}"
    raise EvidenceError(f"{text}; say which one it is with {option}")


def header_notes(table: Table, fields: Sequence[Field], *, bag: bool = False) -> list[DataNote]:
    """What the header says: columns that the definition doesn't know, declared names that the file lacks."""
    names = {name for each in fields for name in each.names} | ({BAG} if bag else set())
    strange = [name for name in table.seen if name and name not in names]
    lacking = [each for each in fields if not each.required and not any(name in table.seen for name in each.names)]
    notes = []
    for field in lacking:
        near = next((n for name in field.names for n in strange if _alike(n, name)), None)
        if near is not None:
            strange.remove(near)
            notes.append(
                DataNote(
                    "warning",
                    table.label,
                    f"column `{near}` is left out, and `{field.names[0]}` isn't there",
                    why="names are compared exactly"
                    if field.names[0] == field.name
                    else f"`{field.name}` is expected as `{field.names[0]}`; names are compared exactly",
                    fix=f"rename it, or say --map {shlex.quote(f'{field.name}={near}')}",
                )
            )
    if strange:
        notes.append(
            DataNote(
                "note",
                table.label,
                f"{len(strange)} column{'s' * (len(strange) > 1)} not in the definition: {some(strange)}",
                why="left out",
                count=len(strange),
            )
        )
    return notes


def _alike(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _looks_like_data(names: Sequence[str]) -> bool:
    def number(text: str) -> bool:
        return text.strip().lstrip("-").replace(".", "", 1).isdigit()

    return sum(map(number, names)) * 2 > len(names)
