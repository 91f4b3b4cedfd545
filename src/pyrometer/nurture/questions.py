"""What a programme asks of the evidence: conditions of the definition language with keys, answered in batches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyrometer.definition import Definition
from pyrometer.definition.conditions import Condition, CriterionLeaf, EventLeaf
from pyrometer.definition.model import Part

WORDS = frozenset({"label", "name", "about", "languages"})
"""Fields that change nothing that is done."""
UNORDERED = frozenset({"all", "any", "of", "in_", "not_in", "event", "temperature", "stage", "day"})
"""Fields whose order changes nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """A condition that evidence answers; `key` is the same for the same condition, wherever it stands."""

    key: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be known before a step: answers by key, dates by trait, and the next questions of frameworks."""

    questions: tuple[Question, ...] = ()
    dates: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()

    def __or__(self, other: Needs) -> Needs:
        """Both, each thing once."""
        return Needs(
            tuple({question.key: question for question in (*self.questions, *other.questions)}.values()),
            tuple(dict.fromkeys((*self.dates, *other.dates))),
            tuple(dict.fromkeys((*self.frameworks, *other.frameworks))),
        )


NOTHING = Needs()


def question(condition: Condition) -> Question:
    """The question that a condition is, with its key.

    >>> from pyrometer.definition.conditions import FlagLeaf
    >>> one, same = question(FlagLeaf(flag="quiet", label="fell silent")), question(FlagLeaf(flag="quiet"))
    >>> len(one.key), one.key == same.key
    (16, True)
    """
    return Question(hashlib.sha256(canonical(condition).encode()).hexdigest()[:16], condition)


def canonical(part: Part) -> str:
    """What a part asks or does as JSON, spelled so that parts that differ in words or order alone are equal."""
    return _dumped(spelled(part))


def _dumped(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def spelled(value: Any) -> Any:
    """Values of the models as JSON: fields without words, what has no order sorted, what isn't there left out."""
    if isinstance(value, Part):
        given = {name: getattr(value, name) for name in type(value).model_fields if name not in WORDS}
        if isinstance(value, EventLeaf) and value.last is None:
            given["at_least"] = value.minimum
        return {name: _field(name, item) for name, item in given.items() if item not in (None, (), {})}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): spelled(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [spelled(item) for item in value]
    return value if isinstance(value, str | int | bool) else str(value)


def _field(name: str, value: Any) -> Any:
    found = spelled(value)
    return sorted(found, key=_dumped) if name in UNORDERED and isinstance(found, list) else found


FLAG = "nurture "
"""How the flags are called that questions become."""


def asking(definition: Definition, questions: Iterable[Question]) -> Definition:
    """The definition with the questions as flags, so that scoring answers them; `answers` reads them off.

    What it computes otherwise stays the same.
    """
    flags = {FLAG + asked.key: asked.condition for asked in questions}
    return definition.model_copy(update={"flags": {**definition.flags, **flags}})


def answers(flags: Mapping[str, bool | None]) -> dict[str, bool | None]:
    """The answers by key, from the flags of a reading by a definition that `asking` made."""
    return {name.removeprefix(FLAG): truth for name, truth in flags.items() if name.startswith(FLAG)}


def next_question(definition: Definition, framework: str, criteria: Mapping[str, str]) -> str | None:
    """The criterion that a framework asks next: the first unknown one, else the first unmet; None: all are met.

    `criteria` holds states by criterion, as a reading has them.
    """
    asked = [criterion for _, criterion in definition.used_frameworks[framework].letters]
    for state in ("unknown", "unmet"):
        for criterion in asked:
            if criteria.get(criterion, "unknown") == state:
                return criterion
    return None


def is_met(criterion: str) -> Question:
    """Whether a criterion is met."""
    return question(CriterionLeaf(criterion=criterion, is_="met"))


def needed(questions: Iterable[Needs]) -> Needs:
    """All of several needs, each thing once."""
    found = NOTHING
    for one in questions:
        found |= one
    return found
