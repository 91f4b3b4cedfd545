"""What learning from dated evidence found beside the card: looks, events and cooling, for people at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pyrometer.cli.terminal import show, visible
from pyrometer.learning.dated import days_text

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.learning import CoolingCurve, Learned

BARS = " ▁▂▃▄▅▆▇█"


def print_looks(learned: Learned, screen: Console) -> None:
    """When leads were looked at, and what they had done by then."""
    looks = learned.looks
    if looks is None:
        return
    screen.print(
        Text(
            f"Each lead as it was known on a day before its decision, {looks.first} to {looks.last}: won leads "
            f"{looks.won_days[1]:.0f} days after they were first known, lost ones {looks.lost_days[1]:.0f} (medians)"
        ),
        soft_wrap=True,
    )
    if learned.rows.unseen:
        said = [f"{looks.unknown:,} of whom nothing was known before the day of their decision"] * (looks.unknown > 0)
        said += [f"{looks.undated:,} without a date of the decision"] * (looks.undated > 0)
        screen.print(Text(f"left out: {' and '.join(said)}"), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(("event", "leads", "won", "first when decided, or later", "use")):
        table.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    for each in learned.events:
        rate = _percent(each.rate) if each.leads else "–"
        table.add_row(visible(each.kind), f"{each.leads:,}", rate, _percent(each.after), each.use)
    if learned.events:
        show(screen, table)
    screen.print()


def print_cooling(learned: Learned, screen: Console) -> None:
    """The half-life chosen for each group of events, with its curve."""
    if not learned.cooling:
        return
    days = [str(each.half_life_days) for each in learned.cooling[0].tried if each.half_life_days is not None]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(("cooling", "half-life", "none", f"{days[0]} … {days[-1]} days", "why")):
        table.add_column(column, justify="right" if number in (1, 2) else "left", overflow="fold")
    for curve in learned.cooling:
        chosen = "none" if curve.half_life_days is None else days_text(curve.half_life_days)
        plain = next(each.auc for each in curve.tried if each.half_life_days is None)
        table.add_row(visible(curve.group), chosen, f"{plain:.3f}", sparkline(curve), Text(curve.why, style="dim"))
    show(screen, table)
    screen.print(
        Text("curve: area under the curve of later leads by half-life, from the least to the most", style="dim")
    )
    screen.print()


def sparkline(curve: CoolingCurve) -> str:
    """The areas by half-life, shortest first, as bars between the least and the most."""
    areas = [each.auc for each in curve.tried if each.half_life_days is not None]
    low, high = min(areas), max(areas)
    return "".join(BARS[1 + round((area - low) / max(high - low, 1e-9) * (len(BARS) - 2))] for area in areas)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
