"""One lead's change in full: the causes, and each score line by line under both definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyrometer.evidence.quote import ident
from pyrometer.simulation.counting import FLIPS, Counting, order_sql
from pyrometer.simulation.pairing import Line
from pyrometer.simulation.result import Flip, LineChange, ScoreChange
from pyrometer.simulation.sides import Side

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Teller:
    """Reads flips from the relation of that name."""

    counting: Counting

    def flips(self, top: int | None = None) -> Iterator[Flip]:
        """The flips, those not decided yet first, then those to and from hot; at most `top`."""
        sides = self.counting.sides
        names = [ident(name) for name in ("lead_id", "previous", "causes", "outcome", "decided")]
        for side in (sides.old, sides.new):
            names += [side.column(name) for name in ["temperature", *self._columns[side.name]]]
        old, new = (side.column("temperature") for side in (sides.old, sides.new))
        order = f"decided, {order_sql(old, new)}, {sides.new.column('call_total')} DESC, lead_id"
        limit = "" if top is None else f" LIMIT {int(top)}"
        for values in sides.engine.rows(f"SELECT {', '.join(names)} FROM {FLIPS} ORDER BY {order}{limit}"):
            yield self._flip(dict(zip(names, values, strict=True)))

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        """The columns with scores and lines that are read of each side."""
        found = {}
        for side in (self.counting.sides.old, self.counting.sides.new):
            lines = [column for each in self.counting.lines.values() for line in each if (column := _of(line, side))]
            found[side.name] = [*(side.found.plan.columns["score", name] for name in side.found.plan.scores), *lines]
        return found

    def _flip(self, row: Row) -> Flip:
        sides = self.counting.sides
        old, new = sides.old, sides.new
        scores = []
        for name in dict.fromkeys([*new.found.plan.scores, *old.found.plan.scores]):
            before, after = (_score(row, side, name) for side in (old, new))
            scores.append(ScoreChange(name, before, after, self._lines(row, self.counting.lines.get(name, ()))))
        return Flip(
            row['"lead_id"'],
            row[old.column("temperature")],
            row[new.column("temperature")],
            row['"previous"'],
            tuple(self.counting.causes[number] for number in row['"causes"']),
            tuple(scores),
            row['"outcome"'],
            row['"decided"'],
        )

    def _lines(self, row: Row, lines: Sequence[Line]) -> tuple[LineChange, ...]:
        """The lines that differ, the largest difference first."""
        old, new = self.counting.sides.old, self.counting.sides.new
        found = [
            LineChange(
                line.label,
                None if line.old is None else row[old.column(line.old)],
                None if line.new is None else row[new.column(line.new)],
            )
            for line in lines
        ]
        return tuple(sorted((line for line in found if line.difference), key=lambda line: -abs(line.difference)))


def _of(line: Line, side: Side) -> str | None:
    return line.old if side.name == "old" else line.new


def _score(row: Row, side: Side, name: str) -> int | None:
    column = side.found.plan.columns.get(("score", name))
    return None if column is None else row[side.column(column)]
