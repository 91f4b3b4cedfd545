"""The page of a backtest: what a definition would have said at past dates, against what became of the leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyrometer.backtesting import answer
from pyrometer.reporting.comparing import comparison_section
from pyrometer.reporting.html import Content, element, foreign
from pyrometer.reporting.judged import calibration_figure, lift_figures, timing_section
from pyrometer.reporting.numbers import BLANK, count, percent, several
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
    span = f"{found.times[0]:%Y-%m-%d}"
    if len(found.times) > 1:
        span = f"{len(found.times)} dates from {span} to {found.times[-1]:%Y-%m-%d}"
    yield element(
        "span",
        foreign(judged.name),
        f" was replayed over {span}, with what was known then and no more, and compared with "
        f"{several(found.outcomes_won + found.outcomes_lost, 'outcome')} up to {found.until:%Y-%m-%d}.",
    )
    verdict, *others = (each.replace(" %", f"{BLANK}%") for each in answer(found))
    yield element("strong", verdict)
    yield from others


def _tiles(found: Backtest) -> Iterator[Tile]:
    hand = found.first.hand_off
    if found.first.base.rate is not None:
        yield Tile(percent(found.first.base.rate), "won of all readings of leads that were decided: the base rate")
    if hand.precision is not None:
        yield Tile(
            percent(hand.precision, 0),
            f"precision: {count(hand.won)} of {several(hand.decided, 'lead')} handed over hot and decided were won",
        )
    if hand.recall is not None:
        yield Tile(
            percent(hand.recall, 0),
            f"recall: {count(hand.won_hot)} of {several(hand.won_leads, 'won lead')} had been hot",
        )
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
