"""Chances expected against rates found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from pyrometer.reporting.charts.look import FAINT, PERCENT, colour, drawn, told, values
from pyrometer.reporting.figures import Spec
from pyrometer.reporting.numbers import count, percent, with_interval

HEIGHT = 300


@dataclass(frozen=True)
class Stretch:
    """Leads with scores in a stretch: chance expected, rate found, its interval, how many, how many won."""

    name: str
    expected: float
    rate: float
    low: float
    high: float
    leads: int
    won: int


def calibration(
    stretches: Sequence[Stretch],
    titles: tuple[str, str] = ("chance expected", "won"),
    names: tuple[str, str] = ("expected", "found"),
) -> Spec:
    """A point for each stretch, with its interval, and the line on which chance and rate agree.

    `titles` stand at the axes, `names` over a point that somebody points at.
    """
    end = min(1.0, max(max(each.expected, each.high) for each in stretches) * 1.08)
    scale = alt.Scale(domain=[0, end], nice=False)
    x = alt.X("expected:Q", scale=scale, axis=_axis(titles[0]))
    y = alt.Y(
        "rate:Q",
        scale=scale,
        axis=_axis(titles[1], titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10, titleX=-30),
    )
    line = alt.Chart({"values": [{"expected": 0, "rate": 0}, {"expected": end, "rate": end}]})
    ink = colour("accent")
    rows = [
        {
            "expected": each.expected,
            "rate": each.rate,
            "low": each.low,
            "high": each.high,
            "told": told(
                each.name,
                (names[0], percent(each.expected)),
                (names[1], with_interval(each.rate, each.low, each.high)),
                ("won", f"{count(each.won)} of {count(each.leads)}"),
            ),
        }
        for each in stretches
    ]
    tooltip = alt.Tooltip("told:N")
    chart = alt.layer(
        line.mark_line(stroke=FAINT, strokeDash=[4, 4], strokeWidth=1.5).encode(x=x, y=y),
        alt.Chart()
        .mark_rule(strokeWidth=2.5, opacity=0.45, strokeCap="round", stroke=ink)
        .encode(x="expected:Q", y="low:Q", y2="high:Q", tooltip=tooltip),
        alt.Chart().mark_circle(size=80, opacity=1, fill=ink).encode(x="expected:Q", y="rate:Q", tooltip=tooltip),
        data=values(rows),
    ).properties(width="container", height=HEIGHT)
    return drawn(chart, HEIGHT + 66)


def _axis(title: str, **more: Any) -> alt.Axis:
    return alt.Axis(title=title, labelExpr=PERCENT, tickCount=6, **more)
