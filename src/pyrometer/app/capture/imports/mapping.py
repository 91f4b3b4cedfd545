"""What the columns of a file mean, as a person settled it."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pyrometer.app.capture.imports.wanted import Wanted, Wants

HANDLES = ("email", "phone", "social", "user", "anonymous")
TARGETS = (*HANDLES, "name", "first_name", "last_name", "time", "event", "id", "consent", "trait", "property", "")
"""What a column may be; `trait` and `property` have a name of their own, `consent` that of its purpose, an empty one is
left out."""
TYPES = ("text", "number", "date", "boolean")

YES = frozenset("yes true y ja wahr j sant はい 1 x ✓".split())
NO = frozenset("no false n nein falsch nej falskt いいえ 0".split())


@dataclass(frozen=True)
class Column:
    """One column: what it is, under which name, and of which type its values are."""

    name: str
    to: str
    called: str = ""
    type: str = "text"
    unknown: tuple[str, ...] = ()
    """Spellings that say nothing, and `values`: those that are agreed; as the definition had them at the mapping."""
    values: tuple[str, ...] = ()
    codes: bool = False
    """A country, of which the code is kept."""

    @property
    def wanted(self) -> Wanted:
        """What the definition wants it for, as far as reading a cell goes."""
        return Wanted(self.called, unknown=self.unknown, values=self.values, codes=self.codes)

    @classmethod
    def of(cls, stored: AnyMapping[str, Any]) -> Column:
        """From JSON."""
        return cls(**{**stored, "unknown": tuple(stored.get("unknown", ())), "values": tuple(stored.get("values", ()))})


@dataclass(frozen=True)
class Mapping:
    """All that has to be known to read a row. Stored as JSON with the import."""

    columns: tuple[Column, ...] = ()
    encoding: str = "utf-8"
    separator: str = ""
    event: str = ""
    """What happened, where no column says it."""
    region: str = ""
    """The country of phone numbers that name none."""
    zone: str = "UTC"
    """The time zone of times that name none."""
    day_first: bool = True
    """Whether 3/4/2026 is a day in April."""
    channel: str = ""
    """What brought these leads."""
    words: str = ""
    """What they were asked, where a column says who agreed: it is kept as the proof."""
    guessed: tuple[str, ...] = field(default=(), compare=False)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, stored: AnyMapping[str, Any]) -> Mapping:
        """From JSON."""
        known = dict(stored)
        columns = tuple(Column.of(column) for column in known.pop("columns", ()))
        guessed = tuple(known.pop("guessed", ()))
        return cls(columns=columns, guessed=guessed, **known)

    def problem(self, kind: str) -> str:
        """What a row can't do without, in words for people; empty where nothing is missing."""
        found = [column.to for column in self.columns]
        if not any(handle in found for handle in HANDLES):
            return "No column says who it is: choose an email, phone, social or id column."
        if kind == "events" and "event" not in found and not self.event:
            return "Nothing says what happened: choose the column with the event, or name it for all rows."
        if kind == "events" and "time" not in found:
            return "No column says when it happened: choose the one with the time."
        for once in ("time", "event", "id", "email"):
            if found.count(once) > 1:
                return f"Two columns are taken for the {once}; one can be."
        consents = [column for column in self.columns if column.to == "consent"]
        if len(consents) > len({column.called for column in consents}):
            return "Two columns are taken for the same consent; one can be."
        if consents and not self.words:
            name = consents[0].name
            return f"The column “{name}” says who agreed: write below what they were asked. It is kept as the proof."
        unnamed = [column.name for column in self.columns if column.to in ("trait", "property") and not column.called]
        if unnamed:
            return f"The column “{unnamed[0]}” has no name to be kept under."
        return ""


def nameless(mapping: Mapping) -> bool:
    """Whether names come in one piece: which part of them is the first name isn't guessed, since that differs."""
    told = {column.to for column in mapping.columns}
    return "name" in told and "first_name" not in told


def agreed(mapping: Mapping, wants: Wants) -> Mapping:
    """A mapping whose columns know the spellings of the definition, where they give what it asks for."""

    def one(column: Column) -> Column:
        found = wants.find(column.to, column.called) or Wanted(column.called)
        codes = column.to == "trait" and column.type == "text" and found.by_code
        return replace(column, unknown=found.unknown, values=found.values, codes=codes)

    return replace(mapping, columns=tuple(map(one, mapping.columns)))


def given(mapping: Mapping) -> frozenset[str]:
    """The traits that a row can give: those of columns, and those that follow from who it is."""
    found = {column.called for column in mapping.columns if column.to == "trait"}
    told = {column.to for column in mapping.columns}
    found |= told & {"email", "phone"}
    if told & {"name", "first_name", "last_name"}:
        found.add("name")
    if "email" in told:
        found.add("email_kind")
    if mapping.channel:
        found.add("channel")
    return frozenset(found)
