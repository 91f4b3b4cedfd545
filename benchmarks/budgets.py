"""The budgets, and whether a run kept them."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One measured thing: what it should be at most (None: for information), what it was, and on what evidence."""

    what: str
    limit: float | None
    found: float
    unit: str
    detail: str = ""
    cpu: float | None = None

    @property
    def kept(self) -> bool | None:
        """Whether the budget was kept; None where there is none."""
        return None if self.limit is None else self.found <= self.limit

    def shown(self, value: float) -> str:
        """A number with its unit."""
        if self.unit == "×":
            return f"{value:.2f} ×"
        if self.unit == "%":
            return f"{value:.2f} %"
        return f"{value:.2f}{' ' + self.unit if self.unit else ''}"


@dataclass
class Report:
    """All lines of a run, in order."""

    lines: list[Line] = field(default_factory=list)

    def add(
        self, what: str, limit: float | None, found: float, unit: str, detail: str = "", cpu: float | None = None
    ) -> None:
        """Adds a line; arguments as of Line."""
        self.lines.append(Line(what, limit, found, unit, detail, cpu))

    def show(self, console: Console) -> None:
        """Prints the table."""
        table = Table(
            title="Budgets",
            title_justify="left",
            caption_justify="left",
            caption=(
                "× and % compare runs of this one invocation, the fastest of each by the clock; CPU is the same ratio"
                " in CPU seconds, which a busy machine disturbs less."
            ),
        )
        for name in ("what", "must", "was", "CPU", "", "on"):
            table.add_column(name, justify="right" if name in ("must", "was", "CPU") else "left")
        for line in self.lines:
            must = "" if line.limit is None else f"≤ {line.shown(line.limit)}"
            cpu = "" if line.cpu is None else line.shown(line.cpu)
            mark = {None: "", True: "[green]kept[/]", False: "[red]missed[/]"}[line.kept]
            table.add_row(line.what, must, line.shown(line.found), cpu, mark, line.detail)
        console.print(table)
