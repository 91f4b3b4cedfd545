"""Criteria and the frameworks that read them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from pyrometer.definition.conditions import Condition
from pyrometer.definition.model import Part, Texts
from pyrometer.definition.values import Count, Name, Scalars, Window


class Criterion(Part):
    """`met` true: met; else `unmet` true (or, without `unmet`, `met` false): unmet; else unknown."""

    met: Condition
    unmet: Condition | None = None
    stale_after: Window | None = None
    ask: Texts = Field(default_factory=dict)
    label: str | None = None


class Readiness(Part):
    """A framework is ready when `some` of its criteria are met, all of `required` among them."""

    some: Count
    required: Scalars = ()


def _letters(value: object) -> object:
    return {item: item for item in value if isinstance(item, str)} if isinstance(value, list | tuple) else value


class FrameworkChoice(Part):
    """A framework as the file writes it; what it leaves out comes from the built-in of that name."""

    letters: Annotated[dict[Name, Name], BeforeValidator(_letters), Field(min_length=1)] | None = None
    ready: Readiness | None = None
    ask: dict[Name, Texts] = Field(default_factory=dict)
    label: str | None = None
