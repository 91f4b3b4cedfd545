"""What a qualification framework is: letters, the criterion behind each, and the questions that settle it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Language = Literal["en", "de", "sv", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "sv", "ja")

Questions = Mapping[str, tuple[str, ...]]
"""Questions by language: each of `LANGUAGES` in a built-in framework, any in a company's own."""


def asked(*, en: tuple[str, ...], de: tuple[str, ...], sv: tuple[str, ...], ja: tuple[str, ...]) -> Questions:
    """Questions in every language, read-only; the first of each settles the criterion, the others go deeper."""
    return MappingProxyType({"en": en, "de": de, "sv": sv, "ja": ja})


@dataclass(frozen=True)
class Letter:
    """One letter of a framework: its name, the criterion that answers it, and what to ask for it."""

    name: str
    criterion: str
    questions: Questions = field(hash=False)


@dataclass(frozen=True)
class Framework:
    """Letters to be met: ready when at least `some` of them are, all criteria or letters in `required` among them."""

    name: str
    title: str
    letters: tuple[Letter, ...]
    some: int
    required: tuple[str, ...] = ()

    def letter(self, name: str) -> Letter:
        """The letter of that name; KeyError if the framework has no such letter."""
        for letter in self.letters:
            if letter.name == name:
                return letter
        raise KeyError(name)
