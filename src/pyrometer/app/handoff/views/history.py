"""The history of a lead's temperature as a drawing: steps between cool, warm and hot, made on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pyrometer.app.temperature.models import Temperature, Transition

WIDTH, HEIGHT = 640, 96
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 76
LEVELS = {Temperature.HOT: TOP, Temperature.WARM: (TOP + BOTTOM) / 2, Temperature.COOL: BOTTOM}
MOST = 200


@dataclass(frozen=True)
class Stretch:
    """A time at one temperature: a line of the drawing, and a row of its table."""

    temperature: str
    since: datetime
    until: datetime
    x: float
    width: float
    y: float
    rise: tuple[float, float] | None
    """From where to where the step into it goes; None for the first."""

    @property
    def days(self) -> int:
        """How long, in whole days."""
        return (self.until - self.since).days


@dataclass(frozen=True)
class History:
    """The drawing's stretches, its levels and ends."""

    stretches: tuple[Stretch, ...]
    begun: datetime
    now: datetime
    levels: tuple[tuple[str, float], ...] = tuple((level.value, y) for level, y in LEVELS.items())
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - 4


def history(root: int, *, begun: datetime, now: datetime) -> History | None:
    """The drawing of a lead, from its first sign to now; None where its temperature has never changed."""
    found = Transition.objects.filter(lead=root, kind=Transition.Kind.TEMPERATURE).order_by("-at", "-pk")[:MOST]
    turned = list(reversed(found))
    return drawn(turned, begun=begun, now=now) if turned else None


def drawn(turned: Sequence[Transition], *, begun: datetime, now: datetime) -> History:
    """The stretches between changes; what is shorter than a line is wide stays visible as a hair."""
    begun = min(begun, turned[0].at)
    whole = max((now - begun).total_seconds(), 1.0)

    def x(moment: datetime) -> float:
        share = (moment - begun).total_seconds() / whole
        return round(LEFT + (WIDTH - RIGHT - LEFT) * min(max(share, 0.0), 1.0), 1)

    edges = [(turned[0].before or Temperature.COOL.value, begun)] + [(each.after, each.at) for each in turned]
    made = []
    level: float | None = None
    for place, (temperature, since) in enumerate(edges):
        until = edges[place + 1][1] if place + 1 < len(edges) else now
        y = LEVELS[Temperature(temperature)]
        rise = None if level is None else (min(level, y), abs(level - y))
        made.append(Stretch(temperature, since, until, x(since), max(x(until) - x(since), 0.5), y, rise))
        level = y
    return History(tuple(made), begun, now)
