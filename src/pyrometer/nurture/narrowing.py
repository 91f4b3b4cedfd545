"""The part of a definition that questions need: what scoring has to work out, and which evidence it reads for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyrometer.definition import Definition
from pyrometer.definition.conditions import (
    Condition,
    CriterionLeaf,
    EventLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    ScoreLeaf,
    TraitLeaf,
    walk,
)
from pyrometer.definition.temperature import Temperature
from pyrometer.nurture.questions import Needs, asking


@dataclass(frozen=True)
class Narrowed:
    """A definition that answers some questions, and the names of the events and traits that it reads."""

    definition: Definition
    events: tuple[str, ...]
    traits: tuple[str, ...]


def narrowed(definition: Definition, needs: Needs) -> Narrowed:
    """What answers needs, and works out nothing else, where none of them asks for a score.

    Scores read so much of the evidence that with one of them the whole definition is taken.
    """
    reach = _Reach(definition)
    for asked in needs.questions:
        reach.follow(asked.condition)
    for name in needs.frameworks:
        reach.framework(name)
    whole = asking(definition, needs.questions)
    if reach.scores:
        return Narrowed(whole, tuple(definition.events), tuple(definition.profile))
    flags = {name: flag for name, flag in whole.flags.items() if name in reach.flags or name not in definition.flags}
    small = Definition.model_construct(
        format=1,
        name=definition.name,
        description=None,
        profile={name: trait for name, trait in definition.profile.items() if name in reach.traits},
        events={name: kind for name, kind in definition.events.items() if name in reach.events},
        flags=flags,
        scores={},
        criteria={name: one for name, one in definition.all_criteria.items() if name in reach.criteria and one},
        frameworks={name: one for name, one in definition.frameworks.items() if name in reach.frameworks},
        temperature=Temperature(),
        examples=(),
    )
    return Narrowed(small, tuple(small.events), tuple(small.profile))


class _Reach:
    """The names that conditions lead to, in a definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.flags: set[str] = set()
        self.criteria: set[str] = set()
        self.frameworks: set[str] = set()
        self.events: set[str] = set()
        self.traits: set[str] = set()
        self.scores = False

    def follow(self, condition: Condition) -> None:
        for leaf in _leaves(condition):
            match leaf:
                case TraitLeaf(trait=name):
                    self.traits.add(name)
                case EventLeaf(event=names):
                    self.events |= set(self.definition.event_names(names))
                case ScoreLeaf() | GradeLeaf():
                    self.scores = True
                case FlagLeaf(flag=name):
                    self.flag(name)
                case CriterionLeaf(criterion=name):
                    self.criterion(name)
                case FrameworkLeaf(framework=name):
                    self.framework(name)

    def flag(self, name: str) -> None:
        if name not in self.flags:
            self.flags.add(name)
            self.follow(self.definition.flags[name])

    def criterion(self, name: str) -> None:
        if name in self.criteria:
            return
        self.criteria.add(name)
        found = self.definition.all_criteria.get(name)
        for condition in () if found is None else (found.met, *((found.unmet,) if found.unmet else ())):
            self.follow(condition)

    def framework(self, name: str) -> None:
        self.frameworks.add(name)
        for _, criterion in self.definition.used_frameworks[name].letters:
            self.criterion(criterion)


def _leaves(condition: Condition) -> Iterable[Condition]:
    found: Iterator[tuple[object, Condition]] = walk(condition)
    return [item for _, item in found]
