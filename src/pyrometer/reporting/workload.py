"""The figures of the work that a definition makes: the queue, how good it was date by date, and what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrometer.definition.values import spell_points
from pyrometer.reporting.charts.look import PERCENT
from pyrometer.reporting.charts.weeks import Moment, over_time
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.html import Html, together
from pyrometer.reporting.numbers import count, percent, several, with_interval
from pyrometer.reporting.page import paragraph

if TYPE_CHECKING:
    from pyrometer.backtesting import Capacity, Dated, Judgement

WIDEST = 0.6
"""A date whose interval is wider than this, as that of four leads is, tells nothing by itself."""

STEPS = 12
"""About how many bounds of hot a table shows."""


def queue_figure(found: Judgement) -> Figure | None:
    """New hot leads a week between dates, against the capacity; None where one date is all there is."""
    dates = [(date, date.new_hot / date.weeks) for date in found.dates if date.new_hot is not None and date.weeks]
    if len(dates) < 2:
        return None
    capacity = found.capacity.per_week if found.capacity is not None else None
    said = ""
    if capacity is not None:
        over = sum(rate > capacity for _, rate in dates)
        stretches = several(len(dates), "stretch", "stretches")
        said = f" Sales can follow up {capacity:g} a week; there were more in {over} of {stretches}."
    return Figure(
        "New hot leads a week",
        f"How many leads became hot between one date and the next, for each week of it.{said}",
        f"New hot leads a week at {several(len(dates), 'date')}.{said}",
        over_time(
            [
                Moment(
                    date.at,
                    f"until {date.at:%Y-%m-%d}",
                    (rate,),
                    (
                        ("a week", f"{rate:.1f}"),
                        ("in all", count(date.new_hot or 0)),
                        *([("waiting", f"{date.waiting:.0f}")] if date.waiting is not None else []),
                    ),
                )
                for date, rate in dates
            ],
            ("hot",),
            "leads a week",
            capacity,
            f"capacity {capacity:g}" if capacity is not None else "",
        ),
        _dates_table(found),
    )


def trend_figure(found: Judgement) -> Figure | None:
    """The share won of hot leads by date, with its interval; None where fewer than two dates have leads enough."""
    dates = [
        date
        for date in found.dates
        if date.judged
        and date.hot_rate is not None
        and date.hot_interval is not None
        and date.hot_interval[1] - date.hot_interval[0] <= WIDEST
    ]
    if len(dates) < 2:
        return None
    return Figure(
        "Won, of the leads that were hot at a date",
        "Each date by itself, with its 95 % interval (Wilson). A definition that wears off falls; dates too late to be "
        "judged or with a handful of decided leads are left out.",
        f"Shares won of hot leads at {several(len(dates), 'date')}, from {percent(dates[0].hot_rate or 0)} to "
        f"{percent(dates[-1].hot_rate or 0)}.",
        over_time([_trend(date) for date in dates], ("hot",), "won", label=PERCENT),
        _dates_table(found),
    )


def _trend(date: Dated) -> Moment:
    assert date.hot_rate is not None
    assert date.hot_interval is not None
    low, high = date.hot_interval
    facts = (("won", with_interval(date.hot_rate, low, high)), ("hot", count(date.hot)), ("all", count(date.leads)))
    return Moment(date.at, f"{date.at:%Y-%m-%d}", (date.hot_rate,), facts, low, high)


def _dates_table(found: Judgement) -> Table:
    return Table(
        "Date by date: undecided leads, how they ended, and the work for sales (in brackets: too early to judge)",
        (
            Column("date"),
            *(
                Column(name, number=True)
                for name in "leads,hot,warm,cool,won,lost,open,hot won,new hot,a week,waiting".split(",")
            ),
        ),
        tuple(
            (
                f"{date.at:%Y-%m-%d}" if date.judged else f"({date.at:%Y-%m-%d})",
                *map(count, (date.leads, date.hot, date.warm, date.cool, date.won, date.lost, date.open)),
                "–" if date.hot_rate is None else percent(date.hot_rate),
                "–" if date.new_hot is None else count(date.new_hot),
                "–" if date.new_hot is None or not date.weeks else f"{date.new_hot / date.weeks:.1f}",
                "–" if date.waiting is None else f"{date.waiting:.0f}",
            )
            for date in found.dates
        ),
    )


def capacity_table(found: Capacity) -> Html:
    """The bound of hot that a team can follow up, with what other bounds would give."""
    if found.proposed is not None and found.score is not None:
        said = (
            f"For {found.per_week:g} leads a week hot should ask for at least {spell_points(found.proposed.points)} "
            f"points of {found.score}: from there on nine of ten stretches between dates fit; "
            "lower bounds don’t, or give no more."
        )
    else:
        said = f"For {found.per_week:g} leads a week nothing is proposed: {found.refusal or 'no bound fits'}."
    if not found.tried:
        return paragraph(said)
    step = max(1, len(found.tried) // STEPS)
    kept = {found.present} | ({found.proposed.points} if found.proposed is not None else set())
    shown = [each for at, each in enumerate(found.tried) if at % step == 0 or each.points in kept]
    table = Table(
        "What other bounds of hot would have given",
        (
            Column("hot from"),
            *(Column(name, number=True) for name in ("new hot a week", "busiest", "fits", "precision", "recall")),
            Column(""),
        ),
        tuple(
            (
                f"{spell_points(each.points)} {found.score or ''}",
                f"{each.per_week:.1f}",
                f"{each.busiest:.1f}",
                percent(each.fits, 0),
                "–" if each.precision is None else percent(each.precision),
                "–" if each.recall is None else percent(each.recall),
                "proposed"
                if found.proposed is not None and each.points == found.proposed.points
                else "now"
                if each.points == found.present
                else "",
            )
            for each in shown
        ),
    )
    return together(paragraph(said), table.html())
