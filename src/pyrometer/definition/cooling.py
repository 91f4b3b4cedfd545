"""The laws by which points cool with age."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from pyrometer.definition.model import Part
from pyrometer.definition.values import Days, HalfLife, Percent, Window


class Cooling(Part):
    """One law, optionally held: `half_life`, `linear` or `steps`, and `hold` days before it begins."""

    half_life: HalfLife | None = None
    linear: Window | None = None
    steps: dict[Days, Percent] | None = None
    hold: Days = 0

    @model_validator(mode="after")
    def _one_law(self) -> Self:
        laws = [law for law in (self.half_life, self.linear, self.steps) if law is not None]
        if len(laws) != 1:
            raise ValueError("needs exactly one of `half_life`, `linear` and `steps`")
        if self.steps is not None and 0 not in self.steps:
            raise ValueError("`steps` must say what holds from 0d on")
        return self
