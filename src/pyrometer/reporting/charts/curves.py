"""What each of several half-lives gains, as a curve with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from pyrometer.reporting.charts.look import FAINT, colour, drawn, told, values
from pyrometer.reporting.figures import Spec

HEIGHT = 190


@dataclass(frozen=True)
class Tried:
    """A half-life in days, what it gains over no cooling, the interval of that, and whether it was chosen."""

    days: int
    gain: float
    low: float
    high: float
    facts: tuple[tuple[str, str], ...]
    chosen: bool = False


def curve(tried: Sequence[Tried]) -> Spec:
    """Gains by half-life on a scale of ratios, with a line at nothing gained."""
    days = [each.days for each in tried]
    x = alt.X(
        "days:Q",
        axis=alt.Axis(title="half-life, days", values=days, format="d", grid=False, labelOverlap=True),
        scale=alt.Scale(type="log", domain=[min(days) * 0.85, max(days) * 1.15], nice=False),
    )
    y = alt.Y(
        "gain:Q",
        axis=alt.Axis(
            title="gain over no cooling",
            tickCount=4,
            labelExpr="datum.value == 0 ? '0' : format(datum.value, '+.3~f')",
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleY=-10,
            titleX=-36,
        ),
        scale=alt.Scale(domain=[min(0.0, *(t.low for t in tried)), max(0.0, *(t.high for t in tried))], nice=True),
    )
    rows = [
        {
            "days": each.days,
            "gain": each.gain,
            "low": each.low,
            "high": each.high,
            "tone": colour("hot" if each.chosen else "accent"),
            "size": 110 if each.chosen else 40,
            "told": told(f"half-life {each.days} days", *each.facts),
        }
        for each in tried
    ]
    nothing = alt.Chart(values([{"gain": 0}], "nothing"))
    ink = colour("accent")
    chart = alt.layer(
        alt.Chart().mark_area(opacity=0.16, fill=ink).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        nothing.mark_rule(stroke=FAINT, strokeDash=[3, 3], strokeWidth=1.5).encode(y="gain:Q"),
        alt.Chart().mark_line(strokeWidth=2, stroke=ink).encode(x=x, y=y),
        alt.Chart()
        .mark_circle(opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("tone:N", scale=None, legend=None),
            size=alt.Size("size:Q", scale=None, legend=None),
        ),
        alt.Chart(name="hits").mark_rule(strokeWidth=22, opacity=0).encode(x=x, tooltip=alt.Tooltip("told:N")),
        data=values(rows),
    ).properties(width="container", height=HEIGHT)
    return drawn(chart, HEIGHT + 68)
