"""What the checks look at: the definition, the names that were written, and where each condition stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyrometer.definition.conditions import Condition, walk
from pyrometer.definition.document import Definition
from pyrometer.definition.problems import Path
from pyrometer.definition.rules import Rule
from pyrometer.definition.traits import ANY_EVENT

Node = tuple[str, str]
"""Something that a definition names and others refer to: kind (score, flag, criterion, framework) and name."""


@dataclass(frozen=True)
class Root:
    """A condition as a whole: where it stands and what it belongs to."""

    path: Path
    owner: Node
    condition: Condition


@dataclass(frozen=True)
class Scene:
    """A definition under check.

    `declared` are the names written by section, whether or not their entries could be read; `left_out` the paths of
    parts that couldn't.
    """

    definition: Definition
    declared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    left_out: frozenset[Path] = frozenset()

    def knows(self, section: str, known: Mapping[str, object], name: str) -> bool:
        """Whether a name was written in a section, be its entry usable or not."""
        return name in known or name in self.declared.get(section, frozenset())

    def names(self, section: str, known: Mapping[str, object]) -> Mapping[str, object]:
        """The usable names of a section, then those whose entries couldn't be read; the values mean nothing."""
        lost = self.declared.get(section, frozenset()) - known.keys()
        return {**known, **dict.fromkeys(sorted(lost))} if lost else known

    def damaged(self, *path: str | int) -> bool:
        """Whether something at or under a path, or around it, was left out."""
        return any(lost[: len(path)] == path or path[: len(lost)] == lost for lost in self.left_out)

    @cached_property
    def roots(self) -> tuple[Root, ...]:
        """Every condition that isn't part of another, in file order within its section."""
        return tuple(_roots(self.definition))

    @cached_property
    def leaves(self) -> tuple[tuple[Path, Condition], ...]:
        """Every condition, combined or not, with its path."""
        return tuple(found for root in self.roots for found in walk(root.condition, root.path))

    @cached_property
    def rules(self) -> tuple[tuple[Path, str, Rule], ...]:
        """Every rule with its path and the name of its score."""
        return tuple(
            (("scores", name, "rules", index), name, rule)
            for name, score in self.definition.scores.items()
            for index, rule in enumerate(score.rules)
        )

    def known_events(self, events: tuple[str, ...]) -> tuple[str, ...] | None:
        """The declared events that are meant; None when one of them isn't known well enough to judge by."""
        names = self.definition.event_names(events)
        if any(name not in self.definition.events for name in names):
            return None
        if ANY_EVENT in events and self.damaged("events"):
            return None
        return names


def _roots(definition: Definition) -> Iterator[Root]:
    for name, condition in definition.flags.items():
        yield Root(("flags", name), ("flag", name), condition)
    for name, score in definition.scores.items():
        for index, rule in enumerate(score.rules):
            when = getattr(rule, "when", None)
            if when is not None:
                yield Root(("scores", name, "rules", index, "when"), ("score", name), when)
    for name, criterion in definition.criteria.items():
        yield Root(("criteria", name, "met"), ("criterion", name), criterion.met)
        if criterion.unmet is not None:
            yield Root(("criteria", name, "unmet"), ("criterion", name), criterion.unmet)
    for warmth, band in (("hot", definition.temperature.hot), ("warm", definition.temperature.warm)):
        if band is not None:
            yield Root(("temperature", warmth, "when"), ("temperature", warmth), band.when)
            if band.stay is not None:
                yield Root(("temperature", warmth, "stay"), ("temperature", warmth), band.stay)


def place(path: Path, key: str, index: int, count: int) -> Path:
    """The path of one of several names under a key that also takes a single name."""
    return (*path, key, index) if count > 1 else (*path, key)
