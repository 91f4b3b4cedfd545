"""What charts made of rows share: names to the left, notes to the right, and rows that answer to pointing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import altair as alt

from pyrometer.reporting.charts.look import INK, SOFT

STEP, LINE = 24, 14
"""Pixels of a row on a wide page, and of a line of its name."""
PHONE_STEP, PHONE_LINE = 28, 16
"""Pixels of a row on a phone, and of each line of the name that stands above it there."""
LETTERS, PHONE_LETTERS = 50, 36
"""How many letters of a name go on one line."""
LETTER = 7
"""Pixels of a digit in a note."""
NAMES, NOTES = 420, 150
"""Pixels for names and notes on a wide page, at most."""
HEADING = "!isValid(data('rows')[datum.value].value)"


def row_scale(rows: int, axis: alt.Axis | None = None) -> alt.Y:
    """The vertical place of a row, by its number."""
    return alt.Y("row:O", axis=axis).scale(domain=list(range(rows)), padding=0)


def hits(y: alt.Y) -> alt.Chart:
    """Stretches as wide as the chart, above all else, that tell about their row; the axis of `y` is the chart's."""
    rows: alt.Chart = (
        alt.Chart(name="hits")
        .mark_rect(fill="transparent")
        .encode(y=y, x=alt.value(0), x2=alt.value("width"), tooltip=alt.Tooltip("told:N"))
    )
    return rows


def names() -> alt.Axis:
    """The names of the rows; a heading, which has no value, is bold."""
    return alt.Axis(
        title=None,
        grid=False,
        labelExpr="data('rows')[datum.value].folded",
        labelColor=INK,
        labelFontSize=13,
        labelLineHeight=LINE,
        labelLimit=NAMES,
        labelFontWeight=alt.condition(HEADING, alt.value("bold"), alt.value("normal")),
    )


def notes(texts: Sequence[str]) -> alt.Chart:
    """The notes of the rows, to the right of them."""
    axis = alt.Axis(
        orient="right",
        title=None,
        grid=False,
        labelExpr="data('rows')[datum.value].note",
        labelColor=SOFT,
        labelFontSize=12,
        labelLimit=NOTES,
        labelAlign="right",
        labelPadding=LETTER * max(map(len, texts), default=0) + 8,
    )
    chart: alt.Chart = alt.Chart().mark_point(size=0, opacity=0, aria=False).encode(y=row_scale(len(texts), axis))
    return chart


def folded(name: str, narrow: bool) -> list[str]:
    """A name as it stands beside its row, or above it on a phone: two lines at most."""
    letters = PHONE_LETTERS if narrow else LETTERS
    return textwrap.wrap(name, letters, max_lines=2, placeholder=" …") or [name]


def row_step(names: Sequence[str], narrow: bool) -> int:
    """Pixels of a row, so that all of these names have room."""
    lines = max((len(folded(name, narrow)) for name in names), default=1)
    return PHONE_STEP + PHONE_LINE * lines if narrow else STEP + (LINE - 4) * (lines - 1)


def phone_labels(y: alt.Y, step: int) -> list[alt.Chart]:
    """Names and notes above each row, for narrow screens."""
    up = 6 - step // 2
    return [
        alt.Chart()
        .mark_text(align="left", dy=up, baseline="top", fontSize=13, lineHeight=PHONE_LINE)
        .encode(x=alt.value(0), y=y, text="folded:N"),
        alt.Chart()
        .mark_text(align="right", fill=SOFT, dy=up + 1, baseline="top")
        .encode(x=alt.value("width"), y=y, text="note:N"),
    ]
