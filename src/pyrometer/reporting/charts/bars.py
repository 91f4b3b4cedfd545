"""Rows of single values without intervals, as a stem with a dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from pyrometer.reporting.charts.look import FAINT, MARGIN, PERCENT, WHOLE, colour, drawn, told, values
from pyrometer.reporting.charts.rows import folded, hits, names, notes, phone_labels, row_scale, row_step
from pyrometer.reporting.figures import Spec


@dataclass(frozen=True)
class Bar:
    """A row: a name, a value, a note at its end, facts for who points at it, and perhaps a second value (a tick)."""

    name: str
    value: float
    note: str
    facts: tuple[tuple[str, str], ...] = ()
    tone: str = "accent"
    second: float | None = None


def bars(rows: Sequence[Bar], most: float, title: str, label: str = PERCENT, start: float = 0.0) -> tuple[Spec, Spec]:
    """The chart for a wide page and for a phone; stems begin at `start`, the scale ends at `most`."""
    return _chart(rows, most, title, label, start, False), _chart(rows, most, title, label, start, True)


def _chart(rows: Sequence[Bar], most: float, title: str, label: str, start: float, narrow: bool) -> Spec:
    step = row_step([row.name for row in rows], narrow)
    down = step // 2 - 12 if narrow else 0
    y = row_scale(len(rows))
    least = min([start, *(row.value for row in rows), *(row.second for row in rows if row.second is not None)])
    whole: dict[str, Any] = {"tickMinStep": 1} if label == WHOLE else {}
    x = alt.X(
        "value:Q",
        axis=alt.Axis(title=title, labelExpr=label, tickCount=5, labelFlush=narrow, **whole),
        scale=alt.Scale(domain=[least, most], nice=False, zero=False, clamp=True),
    )
    tones = alt.Color("tone:N", scale=None, legend=None)
    layers: list[Any] = []
    if start != 0:
        layers.append(
            alt.Chart({"values": [{"value": start}]}).mark_rule(stroke=FAINT, strokeDash=[3, 3]).encode(x="value:Q")
        )
    layers += [
        alt.Chart()
        .mark_rule(strokeWidth=2, opacity=0.45, yOffset=down)
        .encode(x="start:Q", x2="value:Q", y=y, color=tones),
        alt.Chart().mark_circle(size=64, opacity=1, yOffset=down).encode(x=x, y=y, color=tones),
        alt.Chart()
        .transform_filter("isValid(datum.second)")
        .mark_tick(size=14, thickness=2, orient="vertical", yOffset=down)
        .encode(x="second:Q", y=y, color=tones),
    ]
    layers += phone_labels(y, step) if narrow else [notes([row.note for row in rows])]
    layers.append(hits(y if narrow else row_scale(len(rows), names())))
    told_rows = [
        {
            "row": at,
            "name": row.name,
            "folded": folded(row.name, narrow),
            "value": row.value,
            "second": row.second,
            "start": start,
            "note": row.note,
            "tone": colour(row.tone),
            "told": told(row.name, *row.facts),
        }
        for at, row in enumerate(rows)
    ]
    chart = alt.layer(*layers, data=values(told_rows)).properties(width="container", height=step * len(rows))
    if not narrow:
        chart = chart.resolve_axis(y="independent")
    return drawn(chart, step * len(rows) + MARGIN)
