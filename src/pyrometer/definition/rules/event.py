"""The event rule: points for what a lead did, cooling with age."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pyrometer.definition.conditions import EventNames, Where
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.model import Part
from pyrometer.definition.rules.kernel import Counted, Per
from pyrometer.definition.values import Name, Units, Window


class EventRule(Part):
    """`points` for each such event, by age and quantity, counted as `count` or `distinct` says."""

    name: Name
    points: Units
    event: EventNames
    where: Where = Field(default_factory=dict)
    cooling: Cooling | Literal["none"] | None = None
    within: Window | None = None
    cap: Annotated[Units, Field(ge=0)] | None = None
    group: Name | None = None
    per: Per | None = None
    count: Literal["every", "daily", "latest"] | None = None
    distinct: Name | None = None

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Self:
        if self.distinct is not None and (self.count is not None or self.per is not None):
            raise ValueError("`distinct` counts each value once; it can't stand beside `count` or `per`")
        return self

    def kernel(self, default: Cooling | None) -> Counted:
        """The rule as counted events; its own cooling replaces the score's `default`."""
        cooling = default if self.cooling is None else None if self.cooling == "none" else self.cooling
        return Counted(
            units=self.points,
            events=self.event,
            where=self.where,
            cooling=cooling,
            within=self.within,
            per=self.per,
            count="distinct" if self.distinct is not None else self.count or "every",
            distinct=self.distinct,
            cap=self.cap,
        )
