"""What a trial found odd: cells that are taken and yet are hardly meant so, gathered by column and kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyrometer.app.capture.imports.files import Row
from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.imports.preview import Cell, cell
from pyrometer.app.capture.imports.values import plain
from pyrometer.app.capture.imports.wanted import Wants

MOST = 20
"""Remarks that are kept; whoever has more than that has seen enough."""
MEMORY = 20_000


class Remarks:
    """Gathers them row by row; `found` is JSON: the column, what is odd, an example with its line, how many rows."""

    def __init__(self, mapping: Mapping, wants: Wants) -> None:
        self._mapping, self._wants = mapping, wants
        self._cells: dict[tuple[int, str], Cell] = {}
        self._found: dict[tuple[int, str], dict[str, Any]] = {}

    def look(self, rows: Iterable[Row]) -> None:
        """Look at rows that can be taken."""
        for row in rows:
            for place, column in enumerate(self._mapping.columns):
                text = plain(row.cells.get(column.name, "") or "")
                if not column.to or not text:
                    continue
                seen = self._cells.get((place, text))
                if seen is None:
                    seen = cell(text, column, self._mapping, self._wants)
                    if len(self._cells) < MEMORY:
                        self._cells[place, text] = seen
                if seen.odd or seen.wrong:
                    self._count(place, column.name, row, seen)

    @property
    def found(self) -> list[dict[str, Any]]:
        """The first kinds of them."""
        return list(self._found.values())

    def _count(self, place: int, column: str, row: Row, seen: Cell) -> None:
        known = self._found.get((place, seen.note))
        if known is not None:
            known["rows"] += 1
        elif len(self._found) < MOST:
            # What reaches somebody stays in the file, where an erasure finds it.
            example = "" if seen.wrong else seen.raw[:40]
            found = {"column": column, "note": seen.note, "example": example, "line": row.line, "rows": 1}
            self._found[place, seen.note] = found
