"""The rule shapes, one module each: a new shape is a new module and a line in `SHAPES` and in `Rule`.

A shape is a frozen model that can say what it means as a *kernel*: `Cases` (the first condition that holds gives the
points) or `Counted` (points for events, cooling with age). Nothing behind this package knows shapes, only kernels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Tag

from pyrometer.definition.model import Part
from pyrometer.definition.rules.band import Band, BandRule
from pyrometer.definition.rules.condition import ConditionRule
from pyrometer.definition.rules.event import EventRule
from pyrometer.definition.rules.kernel import Case, Cases, Counted, Kernel, Per
from pyrometer.definition.rules.table import TableRule

SHAPES: dict[str, type[Part]] = {"bands": BandRule, "points_for": TableRule, "when": ConditionRule, "event": EventRule}
"""The key that tells a shape from the others, and its model."""


def shape_of(value: object) -> str | None:
    """Which shape a mapping or model has, by its telling key."""
    keys = value if isinstance(value, Mapping) else type(value).model_fields if isinstance(value, Part) else ()
    for key in SHAPES:
        if key in keys:
            return f"<{key}>"
    return None


Rule = Annotated[
    Annotated[BandRule, Tag("<bands>")]
    | Annotated[TableRule, Tag("<points_for>")]
    | Annotated[ConditionRule, Tag("<when>")]
    | Annotated[EventRule, Tag("<event>")],
    Discriminator(shape_of),
]

__all__ = [
    "SHAPES",
    "Band",
    "BandRule",
    "Case",
    "Cases",
    "ConditionRule",
    "Counted",
    "EventRule",
    "Kernel",
    "Per",
    "Rule",
    "TableRule",
    "shape_of",
]
