"""The definition as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pyrometer.definition.conditions import Condition, TraitLeaf
from pyrometer.definition.criteria import Criterion, FrameworkChoice
from pyrometer.definition.examples import Example
from pyrometer.definition.frameworks import BUILT_IN
from pyrometer.definition.model import Part, empty_as_mapping
from pyrometer.definition.scores import Score
from pyrometer.definition.temperature import Temperature
from pyrometer.definition.traits import ANY_EVENT, NOT_DONE, EventKinds, Property, Traits
from pyrometer.definition.values import Name


@dataclass(frozen=True)
class Framework:
    """A framework as it is used: letters with the criterion each asks, and how many make it ready.

    `required` names letters; `ask` holds own questions by letter and language (built-in ones stand elsewhere).
    """

    name: str
    letters: tuple[tuple[str, str], ...]
    some: int
    required: tuple[str, ...]
    ask: dict[str, dict[str, str]]
    built_in: bool


class Definition(Part):
    """What a good lead is: traits, events, flags, scores, criteria, frameworks, temperature and examples."""

    format: Annotated[Literal[1], BeforeValidator(lambda value: int(value) if value == "1" else value)]
    name: Name
    description: str | None = None
    profile: Traits = Field(default_factory=dict)
    events: EventKinds = Field(default_factory=dict)
    flags: dict[Name, Condition] = Field(default_factory=dict)
    scores: dict[Name, Score] = Field(default_factory=dict)
    criteria: dict[Name, Criterion] = Field(default_factory=dict)
    frameworks: dict[Name, Annotated[FrameworkChoice, BeforeValidator(empty_as_mapping)]] = Field(default_factory=dict)
    temperature: Temperature
    examples: tuple[Example, ...] = ()

    @cached_property
    def properties(self) -> dict[str, Property]:
        """Every property by name; one column serves all events that declare it."""
        found: dict[str, Property] = {}
        for kind in self.events.values():
            for name, declared in kind.properties.items():
                found.setdefault(name, declared)
        return found

    @cached_property
    def used_frameworks(self) -> dict[str, Framework]:
        """The frameworks that the file names, completed from the built-in ones."""
        return {name: complete(name, choice) for name, choice in self.frameworks.items()}

    @cached_property
    def all_criteria(self) -> dict[str, Criterion | None]:
        """The file's criteria, then those that only frameworks name.

        The latter are answered by the trait of that name with the values `met` and `unmet`; None where there is no
        such trait, so that nothing can answer.
        """
        found: dict[str, Criterion | None] = dict(self.criteria)
        for framework in self.used_frameworks.values():
            for _, criterion in framework.letters:
                if criterion not in found:
                    found[criterion] = self._answered_by_trait(criterion)
        return found

    def _answered_by_trait(self, name: str) -> Criterion | None:
        trait = self.profile.get(name)
        if trait is None or trait.type != "text":
            return None
        return Criterion(met=TraitLeaf(trait=name, is_="met"), unmet=TraitLeaf(trait=name, is_="unmet"))

    def event_names(self, events: tuple[str, ...]) -> tuple[str, ...]:
        """The events meant by the `event` of a rule or condition; `any` means every declared one, but what
        somebody didn't do."""
        every = tuple(name for name in self.events if name not in NOT_DONE)
        return every if ANY_EVENT in events and ANY_EVENT not in self.events else events


def complete(name: str, choice: FrameworkChoice) -> Framework:
    """A framework with what its entry leaves out taken from the built-in of that name (without one: all letters)."""
    base = BUILT_IN.get(name)
    built_in = tuple((letter.name, letter.criterion) for letter in base.letters) if base else ()
    letters = tuple(choice.letters.items()) if choice.letters is not None else built_in
    if choice.ready is not None:
        some, required = choice.ready.some, choice.ready.required
    elif base is not None and choice.letters is None:
        some, required = base.some, base.required
    else:
        some, required = len(letters), ()
    by_criterion = {criterion: letter for letter, criterion in letters}
    names = dict(letters)
    required = tuple(item if item in names else by_criterion.get(item, item) for item in required)
    return Framework(name, letters, some, required, choice.ask, base is not None)
