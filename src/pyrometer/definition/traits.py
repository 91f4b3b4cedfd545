"""What is known of a lead (traits) and what a lead did (events with properties)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from pyrometer.definition.model import Part, empty_as_mapping
from pyrometer.definition.values import Name, Scalar, Scalars, Truth, Type


def _type_alone(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


class Property(Part):
    """A typed property of an event; `topic: text` is short for `topic: {type: text}`."""

    type: Type
    column: Name | None = None
    unknown: Scalars = ()
    label: str | None = None


class Trait(Part):
    """A typed trait of a lead.

    `values` are the values a text may take, `unknown` the spellings that mean "not known" (a blank always does),
    `column` the name of the column in files where it differs from the trait's.
    """

    type: Type
    values: Scalars | None = None
    unknown: Scalars = ()
    personal: Truth = False
    column: Name | None = None
    label: str | None = None


class EventKind(Part):
    """A kind of event and its properties."""

    properties: dict[Name, Annotated[Property, BeforeValidator(_type_alone)]] = Field(default_factory=dict)
    label: str | None = None


Traits = dict[Name, Annotated[Trait, BeforeValidator(_type_alone)]]
EventKinds = dict[Name, Annotated[EventKind, BeforeValidator(empty_as_mapping)]]
ANY_EVENT: Scalar = "any"
NOT_DONE = frozenset({"survey_ignored"})
"""Events that say what a lead didn't do: rules may count them, and none of them is a sign of life."""
