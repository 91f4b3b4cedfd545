"""What the live definition asks for, as imports see it; agreement, which stands above, registers who tells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyrometer.app.capture.imports.countries import code_of, is_name

COUNTRY = ("country", "country_code")
"""Traits that are a country, as definitions usually call them."""


@dataclass(frozen=True)
class Wanted:
    """A trait of a lead or a property of events: its type as the definition has it, and how files spell it.

    `unknown` are the spellings that say nothing, `values` those that a text may have; empty: any.
    """

    name: str
    type: str = "text"
    column: str = ""
    label: str = ""
    unknown: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    """The values that rules and conditions name."""
    positive: bool = False
    """A count, or a number that no rule expects below 0."""
    codes: bool = False
    """Names of countries are kept as their codes."""

    @property
    def by_code(self) -> bool:
        """Whether it is the country, and the definition doesn't itself spell countries by their names."""
        return called(self.name) in COUNTRY and not any(map(is_name, (*self.values, *self.named)))

    @property
    def read_as(self) -> str:
        """The type of a column that gives it."""
        return "number" if self.type == "integer" else self.type

    def says_nothing(self, text: str) -> bool:
        """Whether a text is one of the spellings of unknown, in upper or lower case.

        >>> Wanted("employees", "integer", unknown=("n/a",)).says_nothing("N/A")
        True
        """
        return text.strip().lower() in {spelling.strip().lower() for spelling in self.unknown}

    def spelled(self, text: str) -> str:
        """A text as the definition spells it, which tells upper from lower case; of a country, its code.

        >>> Wanted("industry", values=("care", "retail")).spelled("Care")
        'care'
        """
        same = ((code_of(text) if self.codes else "") or text).strip()
        plain = same.lower()
        return next((value for value in self.values if value.lower() == plain), same if self.codes else text)

    def takes(self, text: str) -> bool:
        """Whether a text is among the values that are agreed."""
        return not self.values or self.spelled(text) in self.values


@dataclass(frozen=True)
class Wants:
    """All that the definition asks for: traits of leads, properties and names of events."""

    traits: tuple[Wanted, ...] = ()
    properties: tuple[Wanted, ...] = ()
    events: tuple[str, ...] = ()

    def of(self, to: str) -> tuple[Wanted, ...]:
        """What a column may give that is taken for a trait, or for a property."""
        return {"trait": self.traits, "property": self.properties}.get(to, ())

    def find(self, to: str, name: str) -> Wanted | None:
        """The one of a name."""
        return next((each for each in self.of(to) if each.name == name), None)


_asked: list[Callable[[], Wants]] = []


def register(ask: Callable[[], Wants]) -> None:
    """Have a function say what the live definition asks for. Called in `ready`."""
    _asked[:] = [ask]


def wants() -> Wants:
    """What the live definition asks for; nothing where none is live."""
    return _asked[0]() if _asked else Wants()


def called(name: str) -> str:
    """The name under which a column is kept: `Job title` is `job_title`."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")[:120]


def meant(column: str, among: Iterable[Wanted], alike: Iterable[str] = ()) -> Wanted | None:
    """The one that a column's name means: by name, by the definition's name for the column or its label, else by one of
    some words for the same thing.

    >>> found = meant("Company size", [Wanted("employees"), Wanted("company_size", "integer")], ["employees"])
    >>> found.name, meant("Staff", [Wanted("employees", column="staff")]).name, meant("Shoe size", [Wanted("size")])
    ('company_size', 'employees', None)
    """
    among = list(among)
    plain = called(column)
    for names in (lambda each: (each.name, each.column), lambda each: (each.label,)):
        for each in among:
            if plain and plain in {called(name) for name in names(each) if name}:
                return each
    words = set(alike)
    return next((each for each in among if called(each.name) in words), None)
