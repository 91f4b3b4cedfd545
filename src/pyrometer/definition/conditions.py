"""The one condition language: leaves over traits, events and named results, and all / any / not / some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pyrometer.definition.model import Part
from pyrometer.definition.problems import Path
from pyrometer.definition.values import Count, Name, Scalar, Scalars, Truth, Units, Window

OPERATORS = (
    "is",
    "is_not",
    "in",
    "not_in",
    "at_least",
    "above",
    "at_most",
    "below",
    "matches",
    "contains",
    "known",
    "within_last",
    "older_than",
    "within_next",
    "beyond",
)


class Operators(Part):
    """The tests that a trait or property can be put to; several must all hold."""

    is_: Scalar | None = Field(None, alias="is")
    is_not: Scalar | None = None
    in_: Annotated[Scalars, Field(min_length=1)] | None = Field(None, alias="in")
    not_in: Annotated[Scalars, Field(min_length=1)] | None = None
    at_least: Scalar | None = None
    above: Scalar | None = None
    at_most: Scalar | None = None
    below: Scalar | None = None
    matches: Scalar | None = None
    contains: Scalar | None = None
    known: Truth | None = None
    within_last: Window | None = None
    older_than: Window | None = None
    within_next: Window | None = None
    beyond: Window | None = None

    def given(self) -> dict[str, Any]:
        """The operators that were written, by the name they have in the file."""
        found = {}
        for operator in OPERATORS:
            value = getattr(self, {"is": "is_", "in": "in_"}.get(operator, operator))
            if value is not None:
                found[operator] = value
        return found

    @model_validator(mode="after")
    def _some_operator(self) -> Self:
        if not self.given():
            raise ValueError(
                "says what to look at but not what to ask of it; add a test, such as `is`, `at_least` or `known`"
            )
        return self


def _where_item(value: object) -> object:
    """`topic: pricing` is `is`; a list is `in`; a mapping uses the operators."""
    if isinstance(value, str):
        return {"is": value}
    if isinstance(value, list | tuple):
        return {"in": value}
    return value


Where = dict[Name, Annotated[Operators, BeforeValidator(_where_item)]]


def _event_names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


EventNames = Annotated[tuple[Name, ...], BeforeValidator(_event_names), Field(min_length=1)]


class TraitLeaf(Operators):
    """A test of one trait; unknown (but for `known`) when the trait is."""

    trait: Name
    label: str | None = None


class Last(Part):
    """A test of the most recent matching event's age."""

    within_last: Window | None = None
    older_than: Window | None = None

    @model_validator(mode="after")
    def _some_operator(self) -> Self:
        if self.within_last is None and self.older_than is None:
            raise ValueError("needs `older_than` or `within_last`")
        return self


class EventLeaf(Part):
    """How many such events a lead has; never unknown."""

    event: EventNames
    where: Where = Field(default_factory=dict)
    within: Window | None = None
    at_least: Count | None = None
    at_most: Count | None = None
    last: Last | None = None
    label: str | None = None

    @property
    def minimum(self) -> int | None:
        """The least count that holds; without any bound, 1."""
        return 1 if self.at_least is None and self.at_most is None else self.at_least

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if self.last is not None and (self.within, self.at_least, self.at_most) != (None, None, None):
            raise ValueError(
                "`last` looks at the most recent event alone; it can't stand beside `within`, `at_least` or `at_most`"
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"no count is at least {self.at_least} and at most {self.at_most}")
        return self


class ScoreLeaf(Part):
    """A test of a score, in points."""

    score: Name
    at_least: Units | None = None
    above: Units | None = None
    at_most: Units | None = None
    below: Units | None = None
    label: str | None = None

    def given(self) -> dict[str, int]:
        """The bounds that were written, in units."""
        bounds = {name: getattr(self, name) for name in ("at_least", "above", "at_most", "below")}
        return {name: bound for name, bound in bounds.items() if bound is not None}

    @model_validator(mode="after")
    def _some_operator(self) -> Self:
        if not self.given():
            raise ValueError("names a score but asks nothing of it; add `at_least`, `above`, `at_most` or `below`")
        return self


class GradeLeaf(Part):
    """A test of a score's grade; never unknown."""

    grade: Name
    is_: Scalar | None = Field(None, alias="is")
    is_not: Scalar | None = None
    in_: Annotated[Scalars, Field(min_length=1)] | None = Field(None, alias="in")
    at_least: Scalar | None = None
    at_most: Scalar | None = None
    label: str | None = None

    def given(self) -> dict[str, Any]:
        """The tests that were written, by the name they have in the file."""
        tests = {
            "is": self.is_,
            "is_not": self.is_not,
            "in": self.in_,
            "at_least": self.at_least,
            "at_most": self.at_most,
        }
        return {name: test for name, test in tests.items() if test is not None}

    @model_validator(mode="after")
    def _some_operator(self) -> Self:
        if not self.given():
            raise ValueError("names a score's grade but asks nothing of it; add `at_least`, `at_most`, `is` or `in`")
        return self


class CriterionLeaf(Part):
    """A test of a criterion's state; never unknown."""

    criterion: Name
    is_: Literal["met", "unmet", "unknown"] = Field("met", alias="is")
    label: str | None = None


class FrameworkLeaf(Part):
    """A test of a framework; never unknown."""

    framework: Name
    is_: Literal["ready"] | None = Field(None, alias="is")
    met_at_least: Count | None = None
    label: str | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.is_ is None) == (self.met_at_least is None):
            raise ValueError("asks either `is: ready` or `met_at_least: n`")
        return self


class FlagLeaf(Part):
    """A named condition, as a condition."""

    flag: Name
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


KINDS = ("all", "any", "not", "some", "trait", "event", "score", "grade", "criterion", "framework", "flag")
"""The keys that tell the kinds of conditions apart."""


def kind_of(value: object, kinds: tuple[str, ...] = KINDS) -> str | None:
    """Which kind of condition a mapping or model is, by its telling key."""
    keys = value if isinstance(value, Mapping) else type(value).model_fields if isinstance(value, Part) else ()
    for kind in kinds:
        if kind in keys or f"{kind}_" in keys:
            return f"<{kind}>"
    return None


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
    | Annotated[FlagLeaf, Tag("<flag>")],
    Discriminator(kind_of),
]
Leaf = TraitLeaf | EventLeaf | ScoreLeaf | GradeLeaf | CriterionLeaf | FrameworkLeaf | FlagLeaf

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
