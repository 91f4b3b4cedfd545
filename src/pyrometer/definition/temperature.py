"""When a lead is hot, warm or cool."""

from __future__ import annotations

from pyrometer.definition.conditions import Condition
from pyrometer.definition.model import Part

TEMPERATURES = ("cool", "warm", "hot")


class Band(Part):
    """`when` opens; a lead already this warm keeps it while `stay` holds."""

    when: Condition
    stay: Condition | None = None


class Temperature(Part):
    """Hot is tried first, then warm; neither is cool."""

    hot: Band | None = None
    warm: Band | None = None
