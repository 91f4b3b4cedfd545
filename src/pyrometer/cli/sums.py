"""A score as the sum of its lines, the way one adds up on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pyrometer.cli.terminal import visible
from pyrometer.definition.values import spell_points

if TYPE_CHECKING:
    from pyrometer.result import Contribution, Reading


def sum_lines(reading: Reading, *, plain: bool = False, indent: int = 4) -> RenderableType:
    """Every score of a reading with the lines that make it up; lines of no points are gathered in one."""
    day = reading.as_of.date()
    parts: list[RenderableType] = []
    for name, units in reading.scores.items():
        title = Text.assemble((visible(name), "bold"), f" {spell_points(units)}")
        if name in reading.grades:
            title.append(f", grade {visible(reading.grades[name])}")
        lines = [line for line in reading.contributions if line.score == name]
        parts += [title, Padding(_addition(lines, units, day, plain), (0, 0, 1, 2))]
    return Padding(Group(*parts), (0, 0, 0, indent))


def ago(day: date, last: date) -> str:
    """How long ago a day was.

    >>> ago(date(2026, 6, 30), date(2026, 6, 18))
    '12 days ago'
    """
    days = (day - last).days
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"


def _addition(lines: Sequence[Contribution], total: int, day: date, plain: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_column()
    moving = [line for line in lines if line.units or line.cut]
    signed = [_signed(line.units) for line in moving] or ["0"]
    before = max(len(text.partition(".")[0]) for text in (*signed, spell_points(total)))
    after = max(len(text.partition(".")[2]) for text in (*signed, spell_points(total)))
    width = before + (after + 1 if after else 0)

    def aligned(text: str) -> str:
        return (text.partition(".")[0].rjust(before) + text[len(text.partition(".")[0]) :]).ljust(width)

    for line, text in zip(moving, signed, strict=False):
        style = "green" if line.units > 0 else "red" if line.units < 0 else "dim"
        table.add_row(Text(aligned(text), style=style), _label(line), Text(_evidence(line, day), style="dim"))
    idle = [visible(line.rule) for line in lines if not (line.units or line.cut)]
    if moving:
        table.add_row(Text(("-" if plain else "─") * width, style="dim"))
        table.add_row(Text(aligned(spell_points(total)), style="bold"))
    if idle:
        rest = Table.grid(padding=(0, 2, 0, 0))
        rest.add_row(Text(aligned("0"), style="dim"), Text(", ".join(idle), style="dim"))
        whole = Table.grid()
        if moving:
            whole.add_row(table)
        whole.add_row(rest)
        return whole
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
            parts[-1] += f", {'last ' if line.hits > 1 else ''}{ago(day, line.last_at)}"
    if line.cut:
        parts.append(f"{spell_points(line.units + line.cut)} without its cap")
    return "; ".join(parts)
