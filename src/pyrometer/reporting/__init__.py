"""Results as pages for people: one HTML file each, with charts, that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrometer.backtesting.result import Backtest
from pyrometer.learning.result import Learned
from pyrometer.profiling.result import Profile
from pyrometer.reporting.needs import need_charts

if TYPE_CHECKING:
    from pyrometer.reporting.page import Page
    from pyrometer.simulation import Simulation

    Result = Backtest | Learned | Profile | Simulation

__all__ = ["report"]


def report(result: Result, *, source: str = "the leads given") -> str:
    """The HTML of a result: text, tables and charts in one file; `source` is what people call its data.

    Results are those of `backtest`, `learn`, `profile` and `simulate`. The same result gives the same text. Needs
    `pip install "pyrometer[learn]"`; raises UsageError without it.
    """
    need_charts()
    return _page(result, source).text()


def _page(result: Result, source: str) -> Page:
    if isinstance(result, Backtest):
        from pyrometer.reporting.backtested import backtested_page

        return backtested_page(result, source)
    if isinstance(result, Learned):
        from pyrometer.reporting.learned import learned_page

        return learned_page(result, source)
    if isinstance(result, Profile):
        from pyrometer.reporting.profiled import profiled_page

        return profiled_page(result, source)
    from pyrometer.reporting.simulated import simulated_page

    return simulated_page(result, source)
