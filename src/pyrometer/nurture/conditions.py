"""The conditions of programmes: those of the definition language, and leaves that only programmes have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pyrometer.definition import conditions as language
from pyrometer.definition.conditions import (
    CriterionLeaf,
    EventLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    ScoreLeaf,
    TraitLeaf,
)
from pyrometer.definition.model import Part
from pyrometer.definition.problems import Path
from pyrometer.definition.values import Count, Name, Window
from pyrometer.lifecycle import Stage

Temperature = Literal["cool", "warm", "hot"]


def _items(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class TemperatureLeaf(Part):
    """Whether a lead has one of these temperatures; unknown until it was read."""

    temperature: Annotated[tuple[Temperature, ...], BeforeValidator(_items), Field(min_length=1)]
    label: str | None = None


class StageLeaf(Part):
    """Whether a lead is in one of these stages; never unknown."""

    stage: Annotated[tuple[Stage, ...], BeforeValidator(_items), Field(min_length=1)]
    label: str | None = None


class MissingLeaf(Part):
    """Whether a criterion is unmet or unknown; never unknown itself."""

    missing: Name
    label: str | None = None


class ProgrammeLeaf(Part):
    """How a lead stands to a programme: inside it, through it, or out of it before its end; never unknown."""

    programme: Name
    is_: Literal["inside", "finished", "left"] = Field(alias="is")
    label: str | None = None


class SentLeaf(Part):
    """Whether a content was sent to a lead, by any programme; never unknown."""

    sent: Name
    within: Window | None = None
    label: str | None = None


class All(Part):
    """True when every item is."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)]
    label: str | None = None


class AnyOf(Part):
    """True when one item is."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1)]
    label: str | None = None


class Not(Part):
    """True when the item is false."""

    not_: Condition = Field(alias="not")
    label: str | None = None


class Some(Part):
    """True when at least so many items are."""

    some: Count
    of: Annotated[tuple[Condition, ...], Field(min_length=1)]
    label: str | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 1 <= self.some <= len(self.of):
            raise ValueError(f"`some: {self.some}` of {len(self.of)} items: give a number from 1 to {len(self.of)}")
        return self


KINDS = (*language.KINDS, "temperature", "stage", "missing", "programme", "sent")
"""The keys that tell the kinds of conditions apart."""


def asked_of(value: object) -> str | None:
    """Which kind of a programme's conditions a mapping or model is, by its telling key."""
    return language.kind_of(value, KINDS)


Condition = Annotated[
    Annotated[All, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")]
    | Annotated[Some, Tag("<some>")]
    | Annotated[TraitLeaf, Tag("<trait>")]
    | Annotated[EventLeaf, Tag("<event>")]
    | Annotated[ScoreLeaf, Tag("<score>")]
    | Annotated[GradeLeaf, Tag("<grade>")]
    | Annotated[CriterionLeaf, Tag("<criterion>")]
    | Annotated[FrameworkLeaf, Tag("<framework>")]
    | Annotated[FlagLeaf, Tag("<flag>")]
    | Annotated[TemperatureLeaf, Tag("<temperature>")]
    | Annotated[StageLeaf, Tag("<stage>")]
    | Annotated[MissingLeaf, Tag("<missing>")]
    | Annotated[ProgrammeLeaf, Tag("<programme>")]
    | Annotated[SentLeaf, Tag("<sent>")],
    Discriminator(asked_of),
]
Own = TemperatureLeaf | StageLeaf | MissingLeaf | ProgrammeLeaf | SentLeaf
"""The leaves that only programmes have."""

for _model in (All, AnyOf, Not, Some):
    _model.model_rebuild()


def children(condition: Condition) -> tuple[tuple[Path, Condition], ...]:
    """The items of a combined condition with their relative paths; none for a leaf."""
    if isinstance(condition, All):
        return tuple((("all", i), item) for i, item in enumerate(condition.all))
    if isinstance(condition, AnyOf):
        return tuple((("any", i), item) for i, item in enumerate(condition.any))
    if isinstance(condition, Some):
        return tuple((("of", i), item) for i, item in enumerate(condition.of))
    if isinstance(condition, Not):
        return ((("not",), condition.not_),)
    return ()


def walk(condition: Condition, path: Path = ()) -> Iterator[tuple[Path, Condition]]:
    """Every condition inside, itself first, in file order, with its path."""
    yield path, condition
    for step, item in children(condition):
        yield from walk(item, path + step)


def in_language(condition: Condition) -> language.Condition | None:
    """The condition as one of the definition language, which the evidence answers; None where a part is a programme's.

    What is missing is a criterion that is unmet or unknown.
    """
    match condition:
        case MissingLeaf(missing=name):
            states = tuple(CriterionLeaf(criterion=name, is_=state) for state in ("unmet", "unknown"))
            return language.AnyOf(any=states)
        case TemperatureLeaf() | StageLeaf() | ProgrammeLeaf() | SentLeaf():
            return None
        case All() | AnyOf() | Some() | Not():
            parts = [in_language(item) for _, item in children(condition)]
            whole = tuple(part for part in parts if part is not None)
            return _joined(condition, whole) if len(whole) == len(parts) else None
    return condition


def _joined(condition: All | AnyOf | Some | Not, parts: tuple[language.Condition, ...]) -> language.Condition:
    match condition:
        case All():
            return language.All(all=parts)
        case AnyOf():
            return language.AnyOf(any=parts)
        case Some(some=count):
            return language.Some(some=count, of=parts)
        case Not():
            return language.Not(not_=parts[0])
