"""Shares of groups that grow by the day, as steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from pyrometer.reporting.charts.look import PERCENT, colour, drawn, told, values
from pyrometer.reporting.figures import Spec
from pyrometer.reporting.numbers import percent

HEIGHT = 170
LEAST = 0.01
"""The scale goes as far at least: a single lead in a thousand is no mountain."""


@dataclass(frozen=True)
class Grown:
    """A group: its name, its share at the end of each day from day 0 on, the name of its colour, and whether dashed."""

    name: str
    shares: tuple[float, ...]
    tone: str = "accent"
    dashed: bool = False


def growth(groups: Sequence[Grown], title: str) -> Spec:
    """A line of steps for each group, later ones above the others; `title` names the days."""
    highest = max([LEAST, *(group.shares[-1] for group in groups)])
    days = max(len(group.shares) for group in groups) - 1
    x = alt.X(
        "day:Q",
        axis=alt.Axis(title=title, grid=False, tickCount=5, format="d", labelFlush=True),
        scale=alt.Scale(domain=[0, days], nice=False),
    )
    y = alt.Y(
        "share:Q",
        axis=alt.Axis(title=None, tickCount=4, labelExpr=PERCENT),
        scale=alt.Scale(domain=[0, highest * 1.1], nice=False),
    )
    rows = [
        {
            "day": day,
            "share": share,
            "group": place,
            "tone": colour(group.tone),
            "told": told(group.name, (title, str(day)), ("share", percent(share))),
        }
        for place, group in enumerate(groups)
        for day, share in enumerate(group.shares)
        # Steps turn where the share changes; all other days only make the page longer.
        if day in (0, len(group.shares) - 1) or share != group.shares[day - 1]
    ]
    hue = alt.Color("tone:N", scale=None, legend=None)
    layers = [
        alt.Chart()
        .transform_filter(f"datum.group == {place}")
        .mark_line(interpolate="step-after", strokeWidth=2, strokeDash=[5, 3] if group.dashed else [1, 0])
        .encode(x=x, y=y, color=hue)
        for place, group in enumerate(groups)
    ]
    chart = alt.layer(*layers, data=values(rows)).properties(width="container", height=HEIGHT)
    return drawn(chart, HEIGHT + 50)
