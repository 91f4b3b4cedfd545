"""Rows of rates with their intervals, on one scale: what others call a forest plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from pyrometer.reporting.charts.look import FAINT, MARGIN, PERCENT, SOFT, colour, drawn, told, values
from pyrometer.reporting.charts.rows import folded, hits, names, notes, phone_labels, row_scale, row_step
from pyrometer.reporting.figures import Spec


@dataclass(frozen=True)
class Row:
    """A row: a name, a value with its interval, and a short note at its end.

    A heading has a name only; the rows below it name it as `under`, for a phone, which has no headings. `facts` are
    shown to somebody who points at the row; `tone` names a colour.
    """

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tone: str = "accent"
    under: str = ""


@dataclass(frozen=True)
class Scale:
    """The horizontal scale: from, to, what it measures, how it writes a value, and a line to compare with."""

    low: float
    high: float
    title: str
    label: str = PERCENT
    line: float | None = None
    line_name: str = ""


def roof(highest: float) -> float:
    """The end of a scale of shares: the next tenth, with a little room."""
    return min(1.0, (int(highest * 10 + 0.2) + 1) / 10)


def intervals(rows: Sequence[Row], scale: Scale) -> tuple[Spec, Spec]:
    """The chart for a wide page and for a phone."""
    whole = [replace(row, name=f"{row.under}: {row.name}" if row.under else row.name) for row in rows]
    phone = [row for row in whole if row.value is not None]
    return _chart(rows, scale, narrow=False), _chart(phone, scale, narrow=True)


def _chart(rows: Sequence[Row], scale: Scale, narrow: bool) -> Spec:
    step = row_step([row.name for row in rows], narrow)
    down = step // 2 - 12 if narrow else 0
    y = row_scale(len(rows))
    x = alt.X(
        "value:Q",
        axis=alt.Axis(title=scale.title, labelExpr=scale.label, tickCount=5 if narrow else 7, labelFlush=narrow),
        scale=alt.Scale(domain=[scale.low, scale.high], nice=False, zero=False, clamp=True),
    )
    valued = alt.Chart().transform_filter("isValid(datum.value)")
    tones = alt.Color("tone:N", scale=None, legend=None)
    layers: list[Any] = _line(scale)
    layers += [
        valued.mark_rule(strokeWidth=2.5, opacity=0.45, strokeCap="round", yOffset=down).encode(
            x="low:Q", x2="high:Q", y=y, color=tones
        ),
        valued.mark_circle(size=64, opacity=1, yOffset=down).encode(x=x, y=y, color=tones),
    ]
    layers += phone_labels(y, step) if narrow else [notes([row.note for row in rows])]
    layers.append(hits(y if narrow else row_scale(len(rows), names())))
    chart = alt.layer(*layers, data=values([_row(at, row, narrow) for at, row in enumerate(rows)])).properties(
        width="container", height=step * len(rows)
    )
    if not narrow:
        chart = chart.resolve_axis(y="independent")
    return drawn(chart, step * len(rows) + MARGIN + 14)


def _line(scale: Scale) -> list[alt.Chart]:
    if scale.line is None:
        return []
    data = alt.InlineData(values=[{"value": scale.line, "name": scale.line_name}])
    left = (scale.line - scale.low) / (scale.high - scale.low) < 0.7
    return [
        alt.Chart(data).mark_rule(strokeDash=[3, 3], stroke=FAINT, strokeWidth=1.5).encode(x="value:Q"),
        alt.Chart(data)
        .mark_text(align="left" if left else "right", dx=5 if left else -5, dy=-6, fill=SOFT, fontSize=11)
        .encode(x="value:Q", y=alt.value(0), text="name:N"),
    ]


def _row(at: int, row: Row, narrow: bool) -> dict[str, Any]:
    return {
        "row": at,
        "name": row.name,
        "folded": folded(row.name, narrow),
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "note": row.note,
        "tone": colour(row.tone),
        "told": told(row.name, *row.facts) if row.value is not None else "",
    }
