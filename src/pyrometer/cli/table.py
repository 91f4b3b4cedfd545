"""The table of `score`: who to call first on top, why, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pyrometer.cli import thermometer
from pyrometer.cli.sums import sum_lines
from pyrometer.cli.terminal import show, speaks_unicode, visible
from pyrometer.definition.values import UNITS_PER_POINT, spell_points

if TYPE_CHECKING:
    from pyrometer.result import Contribution, Missing, Reading

CHUNK = 500
WIDE = 120
GAP = 2
LONGEST_ID = 24
SHORTENED_ID = 12
LEAST_REASONS = 30
TENTH = UNITS_PER_POINT // 10
REASONS, MISSING = "strongest reasons", "missing"


def print_table(readings: Iterable[Reading], screen: Console, *, explain: bool) -> None:
    """Print the readings in chunks with the same columns, so that ten million need no more memory than a few."""
    rows = iter(readings)
    first = list(islice(rows, CHUNK))
    if not first:
        screen.print("No leads.")
        return
    layout = Layout(first, screen)
    for number, chunk in enumerate(chain([first], _chunks(rows))):
        if explain:
            for position, reading in enumerate(chunk):
                if number or position:
                    screen.print()
                show(screen, layout.table([reading], header=number == position == 0))
                show(screen, sum_lines(reading, plain=layout.plain))
        else:
            show(screen, layout.table(chunk, header=number == 0))


class Layout:
    """Which columns fit, and how wide each is; decided by the first readings and kept."""

    def __init__(self, sample: Sequence[Reading], screen: Console) -> None:
        self.plain = not speaks_unicode(screen)
        self.lead = min(max(4, *(Text(visible(reading.lead_id)).cell_len for reading in sample)), LONGEST_ID)
        self.widths = {
            name: max(min(len(name), 12), *(_score(reading, name).cell_len for reading in sample))
            for name in sample[0].scores
        }
        self.total = screen.width
        self.lead = max(min(self.lead, self.lead + self.rest - LEAST_REASONS), min(self.lead, SHORTENED_ID))
        while len(self.widths) > 1 and self.rest < LEAST_REASONS:
            self.widths.popitem()
        self.wide = self.rest >= 2 * LEAST_REASONS and self.total >= WIDE
        wanted = max(len(REASONS), *(_reasons(reading).cell_len for reading in sample))
        beside = max(len(MISSING), *(_missing(reading.missing).cell_len for reading in sample))
        half = (self.rest - GAP) // 2
        self.reasons = min(wanted, max(half, self.rest - GAP - beside)) if self.wide else self.rest

    @property
    def rest(self) -> int:
        """What is left for reasons and the missing."""
        taken = [self.lead, thermometer.WIDTH, *self.widths.values()]
        return max(self.total - sum(taken) - GAP * len(taken), 10)

    def table(self, readings: Sequence[Reading], *, header: bool) -> Table:
        """These readings as a table."""
        table = Table(
            box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_header=header, header_style="bold", width=self.total
        )
        table.add_column("lead", width=self.lead, overflow="fold")
        table.add_column("temp.", width=thermometer.WIDTH, no_wrap=True)
        for name, width in self.widths.items():
            table.add_column(Text(visible(name)), width=width, justify="right", no_wrap=True, overflow="ellipsis")
        if self.wide:
            table.add_column(REASONS, width=self.reasons)
            table.add_column(MISSING, width=self.rest - GAP - self.reasons)
        else:
            table.add_column("why, and what is missing", width=self.rest)
        for reading in readings:
            table.add_row(*self._cells(reading))
        return table

    def _cells(self, reading: Reading) -> Iterator[Text]:
        yield Text(visible(reading.lead_id), style="bold" if reading.temperature == "hot" else "")
        yield thermometer.thermometer(reading.temperature, plain=self.plain)
        for name in self.widths:
            yield _score(reading, name)
        reasons, missing = _reasons(reading), _missing(reading.missing)
        if self.wide:
            yield reasons
            yield missing
        elif missing:
            yield Text("\n").join(part for part in (reasons, Text.assemble(("missing: ", "dim"), missing)) if part)
        else:
            yield reasons


def strongest(reading: Reading, number: int = 2) -> list[Contribution]:
    """The rules that moved the scores most, up or down, by a tenth of a point or more."""
    lines = [
        line
        for line in reading.contributions
        if abs(line.units) >= TENTH and line.rule != "range" and not line.rule.startswith("group ")
    ]
    return sorted(lines, key=lambda line: -abs(line.units))[:number]


def short_points(units: int) -> str:
    """Points with at most one decimal, rounded down so that no threshold seems reached before it is.

    >>> short_points(399_999), short_points(120_000)
    ('39.9', '12')
    """
    return spell_points(units // TENTH * TENTH)


def _score(reading: Reading, name: str) -> Text:
    text = Text(short_points(reading.scores[name]))
    if name in reading.grades:
        text.append(f" {visible(reading.grades[name])}", style="dim")
    return text


def _reasons(reading: Reading) -> Text:
    return Text(", ").join(map(_reason, strongest(reading)))


def _reason(line: Contribution) -> Text:
    sign = "+" if line.units > 0 else ""
    return Text.assemble(
        (f"{sign}{short_points(line.units)}", "green" if line.units > 0 else "red"), f" {visible(line.rule)}"
    )


def _missing(missing: Sequence[Missing]) -> Text:
    parts = []
    for item in missing:
        part = Text(visible(item.gap or item.what))
        if item.gap is None and item.status == "unknown":
            part.append("?", style="bold")
        parts.append(part)
    return Text(", ").join(parts)


def _chunks(rows: Iterator[Reading]) -> Iterator[list[Reading]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
