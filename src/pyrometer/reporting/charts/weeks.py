"""Numbers that come up over time, against how many can be handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import altair as alt

from pyrometer.reporting.charts.look import INK, SOFT, colour, drawn, told, values
from pyrometer.reporting.figures import Spec

HEIGHT = 220


@dataclass(frozen=True)
class Moment:
    """A week or a date, and the number of each series at it; None where there is none."""

    at: datetime
    name: str
    numbers: tuple[float | None, ...]
    facts: tuple[tuple[str, str], ...]
    low: float | None = None
    high: float | None = None


def over_time(
    moments: Sequence[Moment],
    tones: Sequence[str],
    title: str,
    limit: float | None = None,
    limit_name: str = "",
    label: str = "format(datum.value, ',~g')",
) -> Spec:
    """A line for each series, the last one above the others, which are broader, and a dashed line for the limit.

    `tones` are the colours of the series. The interval of a moment is a band behind the line of the last series.
    """
    highest = max(
        [limit or 0.0, *(each for moment in moments for each in (*moment.numbers, moment.high) if each is not None)]
    )
    y = alt.Y(
        "number:Q",
        axis=alt.Axis(
            title=title,
            tickCount=5,
            labelExpr=label,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleY=-12,
            titleX=-30,
        ),
        scale=alt.Scale(domain=[0, (highest or 1) * 1.08], nice=False),
    )
    x = alt.X(
        "at:T",
        axis=alt.Axis(title=None, grid=False, format="%-d %b %y", tickCount=6, labelOverlap=True, labelFlush=True),
        scale=alt.Scale(type="utc"),
    )
    rows = [
        {
            "at": f"{moment.at:%Y-%m-%dT%H:%M:%SZ}",
            "number": number,
            "series": series,
            "tone": colour(tones[series]),
            # Where two have the same numbers, the lower one can be seen beside the upper one.
            "breadth": 2 if series == len(tones) - 1 else 7,
            "dot": 36 if series == len(tones) - 1 else 130,
            "told": told(moment.name, *moment.facts),
            "low": moment.low,
            "high": moment.high,
        }
        for moment in moments
        for series, number in enumerate(moment.numbers)
        if number is not None
    ]
    lines = alt.Chart()
    hue = alt.Color("tone:N", scale=None, legend=None)
    layers: list[Any] = []
    if any(moment.low is not None for moment in moments):
        layers.append(
            lines.transform_filter("isValid(datum.low)")
            .mark_area(opacity=0.16, fill=colour(tones[-1]))
            .encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
        )
    layers += [
        lines.mark_line(interpolate="linear").encode(
            x=x, y=y, color=hue, detail="series:N", strokeWidth=alt.StrokeWidth("breadth:Q", scale=None, legend=None)
        ),
        lines.mark_circle(opacity=1).encode(x=x, y=y, color=hue, size=alt.Size("dot:Q", scale=None, legend=None)),
    ]
    if limit is not None:
        most = alt.Chart(values([{"number": limit, "name": limit_name}], "limit"))
        right = alt.value("width")
        layers += [
            most.mark_rule(strokeDash=[4, 3], stroke=INK, strokeWidth=1.5).encode(y="number:Q"),
            # The first keeps the name readable where a line or a point passes behind it.
            most.mark_text(align="right", dy=-7, fontSize=11, stroke="var(--paper)", strokeWidth=5).encode(
                x=right, y="number:Q", text="name:N"
            ),
            most.mark_text(align="right", dy=-7, fontSize=11, fill=SOFT).encode(x=right, y="number:Q", text="name:N"),
        ]
    layers.append(
        alt.Chart(name="hits").mark_rule(strokeWidth=22, opacity=0).encode(x=x, tooltip=alt.Tooltip("told:N"))
    )
    chart = alt.layer(*layers, data=values(rows)).properties(width="container", height=HEIGHT)
    return drawn(chart, HEIGHT + 62)
