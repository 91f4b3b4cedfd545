"""Leads that both teams argued about and agreed on: the definition's own tests."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from pyrometer.definition.model import Part
from pyrometer.definition.values import Count, Days, Name, Scalar, Units


class Answer(Part):
    """A trait's value with its age, or a date given relative to the example's as-of."""

    value: Scalar | None = None
    age: Days | None = None
    ago: Days | None = None
    ahead: Days | None = None

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if sum(given is not None for given in (self.value, self.ago, self.ahead)) != 1:
            raise ValueError("give the value as `value`, or a date as `ago` or `ahead` (such as `ahead: 90d`)")
        return self


def _answer(value: object) -> object:
    return {"value": value} if isinstance(value, str) else value


class ExampleEvent(Part):
    """So many events of a kind, at an age, with the properties written beside."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Scalar]

    event: Name
    age: Days = 0
    times: Annotated[Count, Field(ge=1, le=10_000)] = 1

    @property
    def properties(self) -> dict[str, str]:
        """The event's properties as written."""
        return dict(self.__pydantic_extra__ or {})


class Bounds(Part):
    """What a score must come to: exactly, or within bounds (points)."""

    is_: Units | None = Field(None, alias="is")
    at_least: Units | None = None
    above: Units | None = None
    at_most: Units | None = None
    below: Units | None = None

    def given(self) -> dict[str, int]:
        """The bounds that were written, in units."""
        bounds = {
            "is": self.is_,
            "at_least": self.at_least,
            "above": self.above,
            "at_most": self.at_most,
            "below": self.below,
        }
        return {name: bound for name, bound in bounds.items() if bound is not None}

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if not self.given():
            raise ValueError("needs a number, or bounds such as `at_least: 60`")
        return self


def _exactly(value: object) -> object:
    return {"is": value} if isinstance(value, str) else value


class Expectation(Part):
    """What an example must come to; what isn't named isn't checked."""

    temperature: Literal["cool", "warm", "hot"] | None = None
    scores: dict[Name, Annotated[Bounds, BeforeValidator(_exactly)]] = Field(default_factory=dict)
    grades: dict[Name, Scalar] = Field(default_factory=dict)
    criteria: dict[Name, Literal["met", "unmet", "unknown"]] = Field(default_factory=dict)
    frameworks: dict[Name, Literal["ready", "not ready"]] = Field(default_factory=dict)
    flags: dict[Name, Literal["true", "false", "unknown"]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("expects nothing; name at least a temperature or a score")
        return self


def _time(text: str) -> str:
    from datetime import datetime

    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a time (write 2026-02-01 or 2026-02-01T12:00:00Z)") from None
    return text


class Example(Part):
    """One lead: profile, events, earlier temperature, and what must come out."""

    name: Name
    as_of: Annotated[Scalar, AfterValidator(_time)] | None = None
    previous: Literal["cool", "warm", "hot"] | None = None
    profile: dict[Name, Annotated[Answer, BeforeValidator(_answer)] | None] = Field(default_factory=dict)
    events: tuple[ExampleEvent, ...] = ()
    expect: Expectation
