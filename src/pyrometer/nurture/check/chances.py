"""What a condition of a programme can come to for leads of a temperature: nothing is excluded without proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from pyrometer.definition.check import truths as logic
from pyrometer.definition.check.possible import ANY_STATE, Possible
from pyrometer.definition.check.truths import ALWAYS, ANY, DECIDED, Truths
from pyrometer.definition.conditions import CriterionLeaf, FlagLeaf
from pyrometer.lifecycle import WITH_SALES
from pyrometer.nurture.conditions import (
    All,
    AnyOf,
    Condition,
    MissingLeaf,
    Not,
    Own,
    ProgrammeLeaf,
    SentLeaf,
    Some,
    StageLeaf,
    TemperatureLeaf,
    walk,
)

MOST_WORLDS = 5_000
"""So many combinations are tried; beyond that what several parts of a condition share isn't looked at."""

World = Mapping[tuple[str, str], object]
"""The state of criteria, flags and the stage, each named by kind and name."""


@dataclass(frozen=True)
class Chances:
    """What conditions can come to, by a definition (None: whatever they ask of it)."""

    possible: Possible | None

    def truths(self, condition: Condition, temperature: str) -> Truths:
        """The outcomes that can't be excluded for leads of a temperature that aren't with sales."""
        found: Truths = frozenset()
        for world in self._worlds(condition):
            found |= self._in(condition, temperature, world)
            if found == ANY:
                break
        return found

    def holds(self, condition: Condition, temperature: str) -> bool:
        """Whether it can be true."""
        return True in self.truths(condition, temperature)

    def sure(self, condition: Condition, temperature: str) -> bool:
        """Whether it can be nothing but true."""
        return self.truths(condition, temperature) == ALWAYS

    def _worlds(self, condition: Condition) -> Iterator[World]:
        """The combinations of states of what the condition names several times."""
        states: dict[tuple[str, str], tuple[object, ...]] = {}
        named: list[tuple[str, str]] = []
        for _, part in walk(condition):
            match part:
                case CriterionLeaf(criterion=name) | MissingLeaf(missing=name):
                    named.append(("criterion", name))
                    states["criterion", name] = tuple(sorted(self._criterion(name)))
                case FlagLeaf(flag=name):
                    named.append(("flag", name))
                    states["flag", name] = tuple(self._flag(name))
                case StageLeaf(stage=stages):
                    named.append(("stage", ""))
                    asked = states.get(("stage", ""), ("another",))
                    states["stage", ""] = tuple(
                        dict.fromkeys((*asked, *(stage for stage in stages if stage not in WITH_SALES)))
                    )
        several = {key: found for key, found in states.items() if named.count(key) > 1}
        count = 1
        for options in several.values():
            count *= len(options)
        if count > MOST_WORLDS:
            several = {}
        for values in product(*several.values()):
            yield dict(zip(several, values, strict=True))

    def _criterion(self, name: str) -> frozenset[str]:
        return ANY_STATE if self.possible is None else self.possible.criteria.get(name, ANY_STATE)

    def _flag(self, name: str) -> Truths:
        return ANY if self.possible is None else self.possible.flags.get(name, ANY)

    def _in(self, condition: Condition, temperature: str, world: World) -> Truths:
        match condition:
            case All(all=items):
                return logic.every([self._in(item, temperature, world) for item in items])
            case AnyOf(any=items):
                return logic.either([self._in(item, temperature, world) for item in items])
            case Some(some=count, of=items):
                return logic.at_least(count, [self._in(item, temperature, world) for item in items])
            case Not(not_=item):
                return logic.negation(self._in(item, temperature, world))
            case TemperatureLeaf(temperature=wanted):
                return frozenset({temperature in wanted})
            case StageLeaf(stage=stages):
                if ("stage", "") in world:
                    return frozenset({world["stage", ""] in stages})
                return DECIDED if set(stages) - WITH_SALES else frozenset({False})
            case ProgrammeLeaf() | SentLeaf():
                return DECIDED
            case MissingLeaf(missing=name):
                return frozenset(state != "met" for state in self._states(name, world))
            case CriterionLeaf(criterion=name, is_=wanted):
                return frozenset(state == wanted for state in self._states(name, world))
            case FlagLeaf(flag=name) if ("flag", name) in world:
                return frozenset({world["flag", name]})  # type: ignore[arg-type]
        assert not isinstance(condition, Own)
        return ANY if self.possible is None else self.possible.truths(condition)

    def _states(self, name: str, world: World) -> frozenset[object]:
        key = ("criterion", name)
        return frozenset({world[key]}) if key in world else frozenset(self._criterion(name))
