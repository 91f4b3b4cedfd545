"""The charts of these pages as pictures that stand still, each with a sentence for those who don't see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pyrometer.app.nurture.worth.figures import Worth
from pyrometer.app.nurture.worth.numbers import share
from pyrometer.app.nurture.worth.telling import NAMES, short
from pyrometer.nurture.worth import OUTCOMES, Effect, Kind

WIDE, NARROW = 720, 330
POINTS = "datum.value == 0 ? '0' : format(datum.value, '+,.3~r')"
"""How an axis writes points."""
TONES = {Kind.MORE: "accent", Kind.FEWER: "hot", Kind.UNTOLD: "faint"}


@dataclass(frozen=True)
class Picture:
    """A chart: for a wide page, for a phone (or the same one, None), and what it shows in words."""

    wide: SafeString
    narrow: SafeString | None
    said: str


def effects(named: Sequence[tuple[str, Effect]], heading: str) -> Picture | None:
    """Effects with their intervals, one below the other, and a line at none. None where none has figures."""
    from pyrometer.reporting.charts.intervals import Row, Scale, intervals

    shown = [(name, effect) for name, effect in named if effect.told]
    if not shown:
        return None
    bounds = [100 * bound for _name, effect in shown for bound in (*effect.interval, 0.0)]
    least, most = min(bounds), max(bounds)
    margin = 0.08 * (most - least)
    # Names stand above their lines on a wide page, too: how broad they are depends on the fonts of whoever looks.
    _wide, chart = intervals(
        [
            Row(
                name=name,
                value=100 * effect.difference,
                low=100 * effect.interval[0],
                high=100 * effect.interval[1],
                tone=TONES[effect.kind],
            )
            for name, effect in shown
        ],
        Scale(least - margin, most + margin, _("points more or fewer"), POINTS, 0.0, _("no effect")),
    )
    said = "; ".join(f"{name}: {short(effect)}" for name, effect in shown)
    return Picture(_still(chart, WIDE), _still(chart, NARROW), f"{heading}: {said}.")


def growths(worth: Worth) -> list[tuple[str, Picture]]:
    """By outcome: how the shares of both groups grew by the day."""
    from pyrometer.reporting.charts.growth import Grown, growth

    found = []
    for outcome in OUTCOMES:
        got, held = worth.curves[outcome]
        groups = [Grown("held back", held, "ink", dashed=True), Grown("got it", got)]
        said = _("%(outcome)s within %(days)d days: %(got)s of those who got it, %(held)s of those held back.")
        values = {"outcome": NAMES[outcome], "days": worth.horizon, "got": share(got[-1]), "held": share(held[-1])}
        picture = Picture(_still(growth(groups, _("days since entering")), NARROW), None, said % values)
        found.append((outcome, picture))
    return found


def _still(spec: Mapping[str, Any], width: int) -> SafeString:
    # Altair and V8 take most of a second to load; most processes show no chart before long.
    from pyrometer.reporting.still import still

    return SafeString(still(spec, width))
