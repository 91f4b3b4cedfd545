"""Tables and figures: what a page shows, before it is a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyrometer.reporting.html import Content, Html, element, foreign

Spec = Mapping[str, Any]
"""A chart as Vega-Lite, in plain values."""


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand to the right, so that their digits line up."""

    name: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of texts; `caption` says what they are."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self) -> Html:
        """The table, which scrolls by itself where a screen is narrower."""
        head = (
            element("th", column.name, scope="col", class_="number" if column.number else None)
            for column in self.columns
        )
        body = (element("tr", *self._cells(row)) for row in self.rows)
        table = element(
            "table",
            element("caption", self.caption),
            element("thead", element("tr", *head)),
            element("tbody", *body),
        )
        return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=self.caption)

    def _cells(self, row: Sequence[str]) -> list[Html]:
        return [
            element("th", foreign(cell), scope="row")
            if at == 0
            else element("td", foreign(cell), class_="number" if column.number else None)
            for at, (cell, column) in enumerate(zip(row, self.columns, strict=True))
        ]


@dataclass(frozen=True)
class Figure:
    """A chart with the words that make it readable, and its numbers as a table.

    `said` tells in a sentence what the chart shows to somebody who doesn't see it. `narrow` is drawn on a phone, and
    is the wide chart where there is no other.
    """

    title: str
    reading: Content
    said: str
    wide: Spec
    table: Table
    narrow: Spec | None = None
    legend: tuple[tuple[str, str], ...] = field(default=())
    """Names of colours with what they stand for."""


def tall(spec: Spec) -> int:
    """How many pixels a chart will need, so that its place is free before it is drawn."""
    return int(spec["usermeta"]["tall"])
