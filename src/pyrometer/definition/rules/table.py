"""The table rule: points by a trait's value."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pyrometer.definition.conditions import TraitLeaf
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.model import Part
from pyrometer.definition.rules.kernel import Case, Cases
from pyrometer.definition.values import Name, Scalar, Units


class TableRule(Part):
    """The points of the trait's value; another known value: `otherwise`; an unknown trait: `unknown`."""

    name: Name
    trait: Name
    points_for: Annotated[dict[Scalar, Units], Field(min_length=1)]
    otherwise: Units = 0
    unknown: Units = 0
    group: Name | None = None

    def kernel(self, default: Cooling | None) -> Cases:
        """The rule as cases: unknown first, then values that share their points together, then `otherwise`."""
        by_points: dict[int, list[str]] = {}
        for value, points in self.points_for.items():
            by_points.setdefault(points, []).append(value)
        return Cases(
            (
                Case(TraitLeaf(trait=self.trait, known=False), self.unknown),
                *(Case(TraitLeaf(trait=self.trait, in_=tuple(values)), points) for points, values in by_points.items()),
                Case(TraitLeaf(trait=self.trait, known=True), self.otherwise),
            )
        )
