"""The condition rule: points if a condition is true."""

from __future__ import annotations

from pyrometer.definition.conditions import Condition
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.model import Part
from pyrometer.definition.rules.kernel import Case, Cases
from pyrometer.definition.values import Name, Units


class ConditionRule(Part):
    """`points` when the condition `when` is true; not when it is false or unknown."""

    name: Name
    points: Units
    when: Condition
    group: Name | None = None

    def kernel(self, default: Cooling | None) -> Cases:
        """The rule as cases."""
        return Cases((Case(self.when, self.points),))
