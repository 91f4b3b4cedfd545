"""Backtests: what a definition would have said at past dates, against what became of the leads."""

from pyrometer.backtesting.dates import Every, dates_between, parse_capacity
from pyrometer.backtesting.result import (
    Backtest,
    Band,
    Calibrated,
    Capacity,
    Comparison,
    Dated,
    Difference,
    HandOff,
    Judgement,
    Moved,
    Rate,
    Tenth,
    Threshold,
)
from pyrometer.backtesting.running import backtest

__all__ = [
    "Backtest",
    "Band",
    "Calibrated",
    "Capacity",
    "Comparison",
    "Dated",
    "Difference",
    "Every",
    "HandOff",
    "Judgement",
    "Moved",
    "Rate",
    "Tenth",
    "Threshold",
    "backtest",
    "dates_between",
    "parse_capacity",
]
