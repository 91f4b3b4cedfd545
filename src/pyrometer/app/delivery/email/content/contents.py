"""A content as it was written: its front matter, and its texts by language, each with the place it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pyrometer.definition.problems import suggestion

Kind = Literal["mail", "slot", "survey"]
KINDS: tuple[Kind, ...] = ("mail", "slot", "survey")
"""A mail of its own, a piece that is put into another page or mail, or a mail that asks by a form."""

Pitch = Literal["low", "medium", "sales"]
PITCHES: tuple[Pitch, ...] = ("low", "medium", "sales")
"""How much it sells: a cool lead gets no sales pitch."""

Format = Literal["markdown", "html"]
FORMATS: tuple[Format, ...] = ("markdown", "html")

LANGUAGES = ("en", "de", "sv", "ja")

SERVICE = "service"
"""The purpose of what a lead asked for (a receipt, a confirmation): nobody is asked for it, or unsubscribes from it."""


def likely(name: str, known: Iterable[str], kind: str) -> str:
    """What was probably meant, or what there is.

    >>> likely("mial", KINDS, "kind"), likely("x", KINDS, "kind")
    ('did you mean `mail`?', 'there are `mail`, `slot`, `survey`')
    """
    return suggestion(name, known, kind=kind).replace("declared:", "there are", 1)


@dataclass(frozen=True)
class Piece:
    """A text of a content, and where it begins in the whole, both from 1."""

    text: str
    line: int = 1
    column: int = 1

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, in the whole, of a place in the text.

        >>> Piece("Hello\\nAda", line=7, column=4).place(0), Piece("Hello\\nAda", line=7, column=4).place(7)
        ((7, 4), (8, 2))
        """
        before = self.text[:index]
        lines = before.count("\n")
        column = index - (before.rfind("\n") + 1)
        return self.line + lines, column + (1 if lines else self.column)


@dataclass(frozen=True)
class Content:
    """What a mail says, to anybody. `language` is its first one, which whoever speaks none of its languages gets."""

    name: str
    kind: Kind = "mail"
    format: Format = "markdown"
    purpose: str = "email"
    pitch: Pitch = "low"
    topic: str = ""
    language: str = "en"
    subjects: Mapping[str, Piece] = field(default_factory=dict)
    preheaders: Mapping[str, Piece] = field(default_factory=dict)
    bodies: Mapping[str, Piece] = field(default_factory=dict)
    file: str | None = None
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)
    """Line and column of each field of the front matter."""

    @property
    def marketing(self) -> bool:
        """Whether it needs a yes, and an end to it: all that a lead didn't ask for."""
        return self.purpose != SERVICE

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that it is written in, the first one first."""
        return tuple(dict.fromkeys((self.language, *self.bodies)))

    def spoken(self, wanted: Iterable[str]) -> str:
        """The first of some languages that it is written in (`de-AT` is `de`), else its own first."""
        for each in wanted:
            code = each.strip().lower().replace("_", "-").partition("-")[0]
            if code in self.bodies:
                return code
        return self.language
