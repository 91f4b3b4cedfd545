"""What a changed definition would mean for sales: the queue by week, and how those leads really ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pyrometer.cli.terminal import visible

if TYPE_CHECKING:
    from pyrometer.simulation import Ended, FlipGroup, Queue, Simulation


def able_to(queue: Queue) -> str:
    """How many leads sales can follow up, if that is known."""
    return "" if queue.capacity is None else f", of which sales can follow up {queue.capacity:,.10g}"


def already_decided(groups: Sequence[FlipGroup]) -> str:
    """How many of these leads are nothing new for sales, in brackets; empty for none."""
    leads, decided = sum(group.leads for group in groups), sum(group.decided for group in groups)
    if not decided:
        return ""
    return " (already decided)" if leads == 1 else f" ({decided:,} already decided)"


def queue_parts(queue: Queue) -> Iterator[Table | Text]:
    """How many leads become hot by either definition, and what the past can't be replayed for."""
    if queue.weeks:
        weeks = len(queue.weeks)
        table = _table("old", "new")
        sides = [[week.old for week in queue.weeks], [week.new for week in queue.weeks]]
        table.add_row(f"all in {weeks} weeks" if weeks > 1 else "in one week", *(f"{sum(each):,}" for each in sides))
        if weeks > 1:
            table.add_row("a week on average", *(f"{sum(each) / weeks:.1f}" for each in sides))
            table.add_row("most in a week", *(f"{max(each):,}" for each in sides))
            table.add_row("in the last week", *(f"{each[-1]:,}" for each in sides))
        if queue.capacity is not None:
            over = [sum(number > queue.capacity for number in each) for each in sides]
            table.add_row("weeks with more", *(Text(f"{many:,}", style="red" if many else "") for many in over))
        yield table
    for limit in queue.limits:
        yield _note(limit)


def ended_parts(found: Simulation, arrow: str) -> Iterator[Table | Text]:
    """How those that change ended, and the hot ones by each definition, to compare."""
    if found.ended is None or found.old.ended is None or found.new.ended is None:
        return
    if found.early:
        decided = found.ended.won + found.ended.lost
        verb = "was" if found.early == 1 else "were"
        yield _note(
            f"{found.early:,} of {decided:,} {verb} decided before the moment they are scored for, so what is known of"
            " them may already tell the outcome; an earlier --as-of is fairer"
        )
    table = _table("leads", "won", "lost", "open", "won of decided")
    for group in found.groups:
        if group.ended is not None:
            table.add_row(f"{group.before} {arrow} {group.after}", *_row(group.ended))
    for name, side in (("old", found.old.ended), ("new", found.new.ended)):
        table.add_row(f"all hot by the {name} definition", *_row(side["hot"]))
    table.add_row("all leads", *_row(found.ended))
    yield table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    return table


def _row(ended: Ended) -> list[str]:
    numbers = [f"{number:,}" for number in (ended.won + ended.lost + ended.open, ended.won, ended.lost, ended.open)]
    if ended.rate is None:
        return [*numbers, "–"]
    low, high = ended.interval
    return [*numbers, f"{100 * ended.rate:.0f} % ({100 * low:.0f} to {100 * high:.0f})"]


def _note(text: str) -> Text:
    return Text.assemble(("note", "cyan"), f": {visible(text)}")
