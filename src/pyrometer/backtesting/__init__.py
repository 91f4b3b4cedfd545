"""Backtests: what a definition would have said at past dates, against what became of the leads."""

from pyrometer.backtesting.answering import answer, hot_later
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
from pyrometer.backtesting.suggesting import suggest_dates

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
    "answer",
    "backtest",
    "dates_between",
    "hot_later",
    "parse_capacity",
    "suggest_dates",
]
