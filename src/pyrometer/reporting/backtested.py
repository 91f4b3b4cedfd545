"""The page of a backtest: what a definition would have said at past dates, against what became of the leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyrometer.reporting.comparing import comparison_section
from pyrometer.reporting.html import Content, element, foreign
from pyrometer.reporting.judged import calibration_figure, lift_figures, timing_section
from pyrometer.reporting.numbers import between, count, percent, several, times
from pyrometer.reporting.page import Page, Part, Section, Tile
from pyrometer.reporting.workload import capacity_table, queue_figure, trend_figure

if TYPE_CHECKING:
    from pyrometer.backtesting import Backtest


def backtested_page(found: Backtest, source: str) -> Page:
    """The page; `source` is what people call the definition."""
    return Page(
        kind="Backtested: a definition against what became of the leads",
        title=f"How {source} would have done",
        lead=tuple(_lead(found)),
        tiles=tuple(_tiles(found)),
        limits=(*found.limits, *(str(note) for note in found.notes if note.level != "note")),
        sections=tuple(_sections(found)),
    )


def _lead(found: Backtest) -> Iterator[Content]:
    judged = found.first
    hot = next((band.later for band in judged.bands if band.temperature == "hot"), None)
    span = f"{found.times[0]:%Y-%m-%d}"
    if len(found.times) > 1:
        span = f"{len(found.times)} dates from {span} to {found.times[-1]:%Y-%m-%d}"
    yield element(
        "span",
        foreign(judged.name),
        f" was replayed over {span}, with what was known then and no more, and compared with "
        f"{several(found.outcomes_won + found.outcomes_lost, 'outcome')} up to {found.until:%Y-%m-%d}.",
    )
    if hot is not None and hot.rate is not None and hot.lift is not None and judged.base.rate is not None:
        sure = f", {between(*hot.interval, 0)} with 95 % certainty" if hot.interval is not None else ""
        yield element(
            "span",
            "Of the leads that were hot and later decided, ",
            element("strong", percent(hot.rate, 0)),
            f" were won{sure}: {times(hot.lift)} the base rate of {percent(judged.base.rate)}.",
        )
    hand = judged.hand_off
    if hand.won_leads:
        yield (
            f"Of {several(hand.won_leads, 'won lead')}, {count(hand.won_hot)} had been hot before; "
            f"{count(hand.never_hot)} never were, and sales would not have heard of them."
        )


def _tiles(found: Backtest) -> Iterator[Tile]:
    hand = found.first.hand_off
    if found.first.base.rate is not None:
        yield Tile(percent(found.first.base.rate), "of decided leads were won: the base rate")
    if hand.precision is not None:
        yield Tile(percent(hand.precision, 0), "of leads handed over hot and decided were won (precision)")
    if hand.recall is not None:
        yield Tile(percent(hand.recall, 0), "of won leads had been hot (recall)")
    if hand.days_to_won is not None:
        yield Tile(f"{hand.days_to_won[1]:.0f} days", "from first hot to won, in the middle")


def _sections(found: Backtest) -> Iterator[Section]:
    if found.second is not None and found.comparison is not None:
        yield comparison_section(found.first, found.second, found.comparison)
    yield Section("Lift", "Whether warmer means better", tuple(lift_figures(found.first)))
    yield timing_section(found.first)
    queue: list[Part] = [each for each in (queue_figure(found.first), trend_figure(found.first)) if each is not None]
    if found.first.capacity is not None:
        queue.append(capacity_table(found.first.capacity))
    if queue:
        yield Section("Queue", "What sales would have had to follow up", tuple(queue))
    calibration = calibration_figure(found.first)
    if calibration is not None:
        yield Section("Chances", "Whether a place in the order means the same later", (calibration,))
