"""Leads that are too young to call lost: most of those that will be won have not been won yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyrometer.learning.arrays import Flags
from pyrometer.learning.naming import speaks_of_outcome
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Column, Export

SHARE = 0.9
"""The share of wins that must have had the time to happen."""


@dataclass(frozen=True)
class Maturity:
    """How long nine of ten wins took (`days`, to the date in `column`), and which leads are younger than that."""

    young: Flags
    days: float | None = None
    column: str | None = None


def maturity(export: Export, order: Order, won: Flags, opened: Flags) -> Maturity:
    """The leads younger than the 90th percentile of the lag from coming in to being won, at the export's last date.

    A cohort is set aside as a whole: to drop its losses and keep its wins would make young leads look good. Without a
    date of winning nobody is young.
    """
    nobody = np.zeros(export.rows, dtype=np.bool_)
    if order.by != "date" or order.key is None:
        return Maturity(nobody)
    ended = _date_of_winning(export, order, won, opened)
    if ended is None:
        return Maturity(nobody)
    lags = (ended.values - order.key)[won]
    days = float(np.quantile(lags[np.isfinite(lags)], SHARE))
    last = max(float(np.nanmax(order.key)), float(np.nanmax(ended.values)))
    with np.errstate(invalid="ignore"):
        young = last - order.key < days
    return Maturity(young, days, ended.name)


def _date_of_winning(export: Export, order: Order, won: Flags, opened: Flags) -> Column | None:
    """The column with the date of the outcome: filled for the won, not before they came in, blank while open."""
    found: list[tuple[int, float, str, Column]] = []
    for column in export.columns:
        if column.type != "date" or column.name == order.column or order.key is None:
            continue
        lags = (column.values - order.key)[won]
        filled = np.isfinite(lags)
        if not filled.any() or filled.mean() < 0.9 or (lags[filled] < 0).mean() > 0.01 or not (lags[filled] > 0).any():
            continue
        open_blank = bool(opened.any()) and bool((column.codes[opened] < 0).mean() > 0.9)
        lost_blank = bool((column.codes[~won & ~opened] < 0).mean() > 0.9) if (~won & ~opened).any() else False
        named = speaks_of_outcome(column.name)
        if named or open_blank or lost_blank:
            found.append((-named - open_blank - lost_blank, -float(np.median(lags[filled])), column.name, column))
    return min(found, key=lambda each: each[:3])[3] if found else None
