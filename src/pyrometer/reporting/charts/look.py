"""How all charts look.

Colours go by the names that the page's style gives them, so that light and dark come by themselves.
Foreign texts get into a chart only as values of fields that are named here. No name of a field, no expression and no
title is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from pyrometer.reporting.figures import Spec
from pyrometer.reporting.html import spelled
from pyrometer.reporting.numbers import BLANK

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK, SOFT, FAINT, LINE, GRID = (f"var(--{name})" for name in ("ink", "soft", "faint", "line", "grid"))
PERCENT = f"format(datum.value * 100, '.3~r') + '{BLANK}%'"
"""How an axis writes a share."""
WHOLE = "format(datum.value, ',d')"
"""How an axis writes a number of things, which has no halves."""
MARGIN = 44
"""Pixels that axes and their titles need beside the rows of a chart."""
UNIT, RECORD = "\x1e", "\x1f"
"""What parts a fact from its name, and one from the other, in what `page.js` shows over a mark."""

CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONT,
    "padding": {"left": 2, "right": 8, "top": 4, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "labelFontSize": 12,
        "titleColor": SOFT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "text": {"fill": INK, "fontSize": 12},
    "rule": {"stroke": INK},
}


def colour(name: str) -> str:
    """A colour of the page's style: `cool`, `warm`, `hot`, `accent`, `ink`, `soft`, `faint`."""
    return f"var(--{name})"


def drawn(chart: alt.LayerChart | alt.FacetChart, height: int) -> Spec:
    """The chart as plain values; `height` in pixels is what it will need, axes included."""
    spec: dict[str, Any] = chart.to_dict(context={"pre_transform": False})
    spec.pop("$schema", None)
    spec["config"] = CONFIG
    spec["usermeta"] = {"tall": height}
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def values(rows: Sequence[dict[str, Any]], name: str = "rows") -> alt.InlineData:
    """The rows as data of a chart, which expressions find as `name`; texts without what steers a terminal or a page."""
    return alt.InlineData(values=[_plain(row) for row in rows], name=name)


def told(title: str, *facts: tuple[str, str]) -> str:
    """What stands over a mark that somebody points at: a title, and facts by name."""
    return RECORD.join([spelled(title), *(f"{spelled(name)}{UNIT}{spelled(fact)}" for name, fact in facts)])


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value if name == "told" else _harmless(value) for name, value in row.items()}


def _harmless(value: Any) -> Any:
    if isinstance(value, list):
        return [_harmless(each) for each in value]
    return spelled(value) if isinstance(value, str) else value
