"""The charts of these pages as pictures that stand still, each with a sentence for those who don't see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pyrometer.app.nurture.worth.figures import Worth
from pyrometer.app.nurture.worth.numbers import share
from pyrometer.app.nurture.worth.telling import NAMES, short
from pyrometer.nurture.worth import OUTCOMES, Effect, Kind

WIDE, NARROW = 720, 330
KEPT = 256
"""Charts that are kept: as long as the numbers stay, they look the same, and a page of them takes 200 ms to draw."""
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
    shown = [(name, effect) for name, effect in named if effect.told]
    if not shown:
        return None
    rows = tuple((name, effect.difference, *effect.interval, TONES[effect.kind]) for name, effect in shown)
    wide, narrow = _intervals(rows, _("points more or fewer"), _("no effect"))
    said = "; ".join(f"{name}: {short(effect)}" for name, effect in shown)
    return Picture(wide, narrow, f"{heading}: {said}.")


def growths(worth: Worth) -> list[tuple[str, Picture]]:
    """By outcome: how the shares of both groups grew by the day."""
    found = []
    for outcome in OUTCOMES:
        got, held = worth.curves[outcome]
        said = _("%(outcome)s within %(days)d days: %(got)s of those who got it, %(held)s of those held back.")
        values = {"outcome": NAMES[outcome], "days": worth.horizon, "got": share(got[-1]), "held": share(held[-1])}
        found.append((outcome, Picture(_growth(got, held, _("days since entering")), None, said % values)))
    return found


@lru_cache(maxsize=KEPT)
def _intervals(
    rows: tuple[tuple[str, float, float, float, str], ...], title: str, nothing: str
) -> tuple[SafeString, SafeString]:
    """The chart of effects, for a wide page and for a phone."""
    # Altair and V8 take most of a second to load; most processes show no chart before long.
    from pyrometer.reporting.charts.intervals import Row, Scale, intervals
    from pyrometer.reporting.still import still

    bounds = [100 * bound for _name, _apart, *ends, _tone in rows for bound in (*ends, 0.0)]
    least, most = min(bounds), max(bounds)
    margin = 0.08 * (most - least)
    # Names stand above their lines on a wide page, too: how broad they are depends on the fonts of whoever looks.
    _wide, chart = intervals(
        [Row(name, 100 * apart, 100 * low, 100 * high, tone=tone) for name, apart, low, high, tone in rows],
        Scale(least - margin, most + margin, title, POINTS, 0.0, nothing),
    )
    return SafeString(still(chart, WIDE)), SafeString(still(chart, NARROW))


@lru_cache(maxsize=KEPT)
def _growth(got: tuple[float, ...], held: tuple[float, ...], title: str) -> SafeString:
    """The chart of two curves."""
    from pyrometer.reporting.charts.growth import Grown, growth
    from pyrometer.reporting.still import still

    return SafeString(
        still(growth([Grown("held back", held, "ink", dashed=True), Grown("got it", got)], title), NARROW)
    )
