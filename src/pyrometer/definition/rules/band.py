"""The band rule: points by the range that a trait's value lies in."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from pyrometer.definition.conditions import TraitLeaf
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.model import Part
from pyrometer.definition.rules.kernel import Case, Cases
from pyrometer.definition.values import Name, Scalar, Units


class Band(Part):
    """`points` for `from` <= value < `below`; a bound left out is open."""

    from_: Scalar | None = Field(None, alias="from")
    below: Scalar | None = None
    points: Units

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.from_ is None and self.below is None:
            raise ValueError("a band needs `from`, `below` or both")
        return self


class BandRule(Part):
    """The points of the first band that holds; none: 0; an unknown trait: `unknown`."""

    name: Name
    trait: Name
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    unknown: Units = 0
    group: Name | None = None

    def kernel(self, default: Cooling | None) -> Cases:
        """The rule as cases: unknown first, then each band in turn."""
        cases = [Case(TraitLeaf(trait=self.trait, known=False), self.unknown)]
        for band in self.bands:
            leaf = TraitLeaf(trait=self.trait, at_least=band.from_, below=band.below)
            cases.append(Case(leaf, band.points))
        return Cases(tuple(cases))
