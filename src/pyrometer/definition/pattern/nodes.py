"""The tree of a pattern; groups are only its shape."""

from __future__ import annotations

import enum
from dataclasses import dataclass

Ranges = tuple[tuple[int, int], ...]
"""Code points as sorted ranges with both ends included, none touching the next."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character, in any case."""

    char: str


@dataclass(frozen=True, slots=True)
class AnyCharacter:
    """Any one character but a line feed."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One character among the ranges, in any case; with `negated`, one that is not among them in any case."""

    ranges: Ranges
    negated: bool = False


class Mark(enum.Enum):
    """A place between characters."""

    START = "start of the text"
    END = "end of the text"
    BOUNDARY = "edge of a word of ASCII letters, digits and _"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One item after the other; at least two."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options; at least two."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The item from `least` to `most` times; None is without end."""

    item: Node
    least: int
    most: int | None


Node = Character | AnyCharacter | OneOf | Mark | Sequence | Choice | Repeat
