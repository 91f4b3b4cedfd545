"""What a changed definition would mean for sales: the queue by week, and how those leads really ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrometer.reporting.charts.intervals import Row, Scale, intervals, roof
from pyrometer.reporting.charts.weeks import Moment, over_time
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.numbers import between, count, percent, several, with_interval
from pyrometer.reporting.page import Section

if TYPE_CHECKING:
    from pyrometer.simulation import Ended, Queue, Simulation


def queue_section(queue: Queue) -> Section:
    """New hot leads by week, against how many sales can follow up."""
    weeks, capacity = queue.weeks, queue.capacity
    over = [sum((week.old, week.new)[side] > (capacity or 0) for week in weeks) for side in (0, 1)]
    said = (
        f"Sales can follow up {capacity:,g} a week. The old definition brought more in {several(over[0], 'week')} "
        f"of {len(weeks)}, the new one would have in {several(over[1], 'week')}."
        if capacity is not None
        else "How many sales can follow up wasn’t given (--capacity 40/week)."
    )
    spec = over_time(
        [
            Moment(
                week.ends,
                f"week to {week.ends:%Y-%m-%d}",
                (week.old, week.new),
                (("old definition", count(week.old)), ("new definition", count(week.new))),
            )
            for week in weeks
        ],
        ("faint", "hot"),
        "leads",
        capacity,
        f"capacity {capacity:,g}" if capacity is not None else "",
    )
    figure = Figure(
        "New hot leads a week",
        f"How many leads would have become hot in each week, by either definition. {said}",
        f"New hot leads in {several(len(weeks), 'week')}: {count(sum(week.old for week in weeks))} by the old "
        f"definition, {count(sum(week.new for week in weeks))} by the new one. {said}",
        spec,
        Table(
            "New hot leads by week (UTC)",
            (Column("week to"), Column("old", number=True), Column("new", number=True)),
            tuple((f"{week.ends:%Y-%m-%d}", count(week.old), count(week.new)) for week in weeks),
        ),
        legend=(("faint", "old definition"), ("hot", "new definition")),
    )
    return Section("Queue", "What sales would have to follow up", (figure,))


def ended_section(found: Simulation) -> Section:
    """How the leads really ended: those that change, and the hot ones by either definition."""
    assert found.ended is not None
    named = [
        (f"{group.before} → {group.after}", group.ended, group.after)
        for group in found.groups
        if group.ended is not None
    ]
    for which, side in (("old", found.old.ended), ("new", found.new.ended)):
        if side is not None and "hot" in side:
            named.append((f"all hot by the {which} definition", side["hot"], "accent"))
    base = found.ended.rate
    rows = [
        Row(
            name,
            ended.rate,
            *ended.interval,
            f"{percent(ended.rate, 0)} of {count(ended.won + ended.lost)}",
            (
                ("won", f"{count(ended.won)} of {count(ended.won + ended.lost)} decided"),
                ("share won", with_interval(ended.rate, *ended.interval)),
                ("open", count(ended.open)),
            ),
            tone,
        )
        for name, ended, tone in named
        if ended.rate is not None
    ]
    table = Table(
        "How leads ended",
        (
            Column("leads"),
            Column("won", number=True),
            Column("lost", number=True),
            Column("open", number=True),
            Column("won of decided", number=True),
            Column("95 % interval", number=True),
        ),
        tuple(_row(name, ended) for name, ended, _ in [*named, ("all leads", found.ended, "")]),
    )
    title = "How they really ended"
    if not rows:
        return Section("Outcomes", title, (table,))
    wide, narrow = intervals(
        rows,
        Scale(
            0,
            roof(max(row.high or 0.0 for row in rows)),
            "won of the decided",
            line=base,
            line_name=f"all leads {percent(base)}" if base is not None else "",
        ),
    )
    figure = Figure(
        "Share won of the decided",
        "Leads that become hotter should close more often than those that cool down. Strokes are 95 % intervals "
        "(Wilson); where one crosses the dashed line, chance explains the difference from all leads.",
        "; ".join(f"{row.name}: {row.note}" for row in rows) + ".",
        wide,
        table,
        narrow,
    )
    return Section("Outcomes", title, (figure,))


def _row(name: str, ended: Ended) -> tuple[str, ...]:
    return (
        name,
        count(ended.won),
        count(ended.lost),
        count(ended.open),
        percent(ended.rate) if ended.rate is not None else "–",
        between(*ended.interval) if ended.rate is not None else "–",
    )
