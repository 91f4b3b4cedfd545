"""BANT: budget, authority, need, timeframe."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter
from pyrometer.definition.frameworks.questions import BUDGET, INFLUENCE, NEED, TIMELINE

BANT = Framework(
    name="bant",
    title="BANT",
    letters=(
        Letter("budget", "budget", BUDGET),
        Letter("authority", "influence", INFLUENCE),
        Letter("need", "need", NEED),
        Letter("timeframe", "timeline", TIMELINE),
    ),
    some=3,
)
