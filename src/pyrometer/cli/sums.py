"""A score as the sum of its lines, the way one adds up on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pyrometer.cli.terminal import visible
from pyrometer.definition.values import spell_points

if TYPE_CHECKING:
    from pyrometer.result import Contribution, Reading


Rules = Mapping[tuple[str, str], str]

LONGEST_LABEL = 40
"""Longer names of rules go over several lines."""


def sum_lines(
    reading: Reading, *, plain: bool = False, indent: int = 4, rules: Rules = MappingProxyType({}), below: bool = False
) -> RenderableType:
    """Every score of a reading with the lines that make it up; lines of no points are gathered in one.

    `rules` says of rules, by score and name, what they ask: on the same line, or `below` it where that is too narrow.
    """
    day = reading.as_of.date()
    parts: list[RenderableType] = []
    for name, units in reading.scores.items():
        title = Text.assemble((visible(name), "bold"), f" {spell_points(units)}")
        if name in reading.grades:
            title.append(f", grade {visible(reading.grades[name])}")
        lines = [line for line in reading.contributions if line.score == name]
        parts += [title, Padding(_addition(lines, units, day, plain, rules, below), (0, 0, 0, 2)), Text()]
    if parts:
        parts.pop()
    return Padding(Group(*parts), (0, 0, 0, indent))


def ago(day: date, last: date) -> str:
    """How long ago a day was.

    >>> ago(date(2026, 6, 30), date(2026, 6, 18))
    '12 days ago'
    """
    days = (day - last).days
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"


@dataclass(frozen=True)
class _Column:
    """Aligns numbers at their decimal points."""

    before: int
    after: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> _Column:
        parts = [text.partition(".") for text in texts]
        return cls(max(len(whole) for whole, _, _ in parts), max(len(point + rest) for _, point, rest in parts))

    @property
    def width(self) -> int:
        return self.before + self.after

    def align(self, text: str) -> str:
        whole, point, rest = text.partition(".")
        return whole.rjust(self.before) + (point + rest).ljust(self.after)


def _addition(
    lines: Sequence[Contribution], total: int, day: date, plain: bool, rules: Rules, below: bool
) -> RenderableType:
    """The lines that moved the score with a ruled total below, then the rules that didn't, side by side."""
    moving = [line for line in lines if line.units or line.cut]
    idle = [visible(line.rule) for line in lines if not (line.units or line.cut)]
    column = _Column.of([*(_signed(line.units) for line in moving), spell_points(total)])
    parts: list[RenderableType] = []
    if moving:
        labels = min(max(12, *(_label(line).cell_len for line in moving)), LONGEST_LABEL)
        table = _lines(column, labels)
        for line in moving:
            style = "green" if line.units > 0 else "red" if line.units < 0 else "dim"
            said = Text(visible(rules.get((line.score, line.rule), "")), style="dim italic")
            asks = [said] if rules and not below else []
            table.add_row(
                Text(column.align(_signed(line.units)), style=style),
                _label(line),
                Text(_evidence(line, day), style="dim"),
                *asks,
            )
            if below and said:
                parts += [table, Padding(said, (0, 0, 0, column.width + 4))]
                table = _lines(column, labels)
        table.add_row(Text(("-" if plain else "─") * column.width, style="dim"))
        table.add_row(Text(column.align(spell_points(total)), style="bold"))
        parts.append(table)
    if idle:
        rest = Table.grid(padding=(0, 2, 0, 0))
        rest.add_row(Text(column.align("0"), style="dim"), Text(", ".join(idle), style="dim"))
        parts.append(rest)
    return Group(*parts)


def _lines(column: _Column, labels: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, width=column.width)
    table.add_column(width=labels)
    table.add_column(min_width=12)
    return table


def _signed(units: int) -> str:
    return f"+{spell_points(units)}" if units > 0 else spell_points(units)


def _label(line: Contribution) -> Text:
    if line.rule == "range":
        return Text("kept within the score's range", style="italic")
    if line.rule.startswith("group "):
        return Text(f"cap of {visible(line.rule)}", style="italic")
    return Text(visible(line.rule))


def _evidence(line: Contribution, day: date) -> str:
    parts = []
    if line.hits:
        parts.append(f"{line.hits:,} times" if line.hits > 1 else "once")
        if line.last_at is not None:
            parts[-1] += f", {'most recently ' if line.hits > 1 else ''}{ago(day, line.last_at)}"
    if line.cut:
        parts.append(f"{spell_points(line.units + line.cut)} without its cap")
    return "; ".join(parts)
