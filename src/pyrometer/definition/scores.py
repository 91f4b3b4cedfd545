"""Scores: rules, groups, range and grades."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pyrometer.definition.cooling import Cooling
from pyrometer.definition.model import Part
from pyrometer.definition.rules import Rule
from pyrometer.definition.values import UNITS_PER_POINT, Name, Units


class Group(Part):
    """Rules whose sum is bounded from above."""

    cap: Units


class Score(Part):
    """A named sum of rules, bounded to `range` (points; default 0 to 100), with optional grades."""

    range: tuple[Units, Units] = (0, 100 * UNITS_PER_POINT)
    cooling: Cooling | Literal["none"] | None = None
    groups: dict[Name, Group] = Field(default_factory=dict)
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    grades: dict[Name, Units] = Field(default_factory=dict)
    label: str | None = None

    @property
    def default_cooling(self) -> Cooling | None:
        """The law of event rules that name none of their own."""
        return self.cooling if isinstance(self.cooling, Cooling) else None

    @cached_property
    def ladder(self) -> tuple[tuple[str, int], ...]:
        """The grades with their lower bounds in units, best first."""
        return tuple(sorted(self.grades.items(), key=lambda item: -item[1]))

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.range[0] >= self.range[1]:
            raise ValueError("`range` is [lowest, highest], with the lower number first")
        return self
