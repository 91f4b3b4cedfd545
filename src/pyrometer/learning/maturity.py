"""Leads that are too young to call lost: most of those that will be won have not been won yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import CensoredData, ecdf

from pyrometer.learning.arrays import Flags, Floats
from pyrometer.learning.naming import speaks_of_outcome
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Column, Export

SHARE = 0.9
"""The share of wins that must have had the time to happen."""


WATCHED = 0.9
"""The share of leads that may be younger than the longest time over which wins are counted."""


@dataclass(frozen=True)
class Maturity:
    """How long nine of ten wins take (`days`, to the date in `column`), and which leads are younger than that.

    `watched` is how many days leads could be watched, where that is too few to know: wins may then take longer.
    """

    young: Flags
    days: float | None = None
    column: str | None = None
    watched: float | None = None

    def said(self, aside: int) -> list[str]:
        """What there is to say, where `aside` leads were set aside."""
        if self.days is None:
            return []
        found = [
            f"leads younger than {self.days:.0f} days (nine of ten wins took no longer, by `{self.column}`) are not "
            f"called lost: {aside:,} set aside, won ones too, so that the young don't look good"
        ]
        if self.watched is not None:
            found.append(
                f"wins may well take longer than these {self.days:.0f} days: leads could be watched for no more than "
                f"{self.watched:.0f}, and were still being won at the end, so some that are called lost may yet be won"
            )
        return found


def maturity(export: Export, order: Order, won: Flags, opened: Flags) -> Maturity:
    """The leads younger than the time that nine of ten wins take, from coming in, at the export's last date.

    A cohort is set aside as a whole: to drop its losses and keep its wins would make young leads look good. Without a
    date of winning nobody is young.
    """
    nobody = np.zeros(export.rows, dtype=np.bool_)
    if order.by != "date" or order.key is None:
        return Maturity(nobody)
    ended = _date_of_winning(export, order, won, opened)
    if ended is None:
        return Maturity(nobody)
    last = max(float(np.nanmax(order.key)), float(np.nanmax(ended.values)))
    age = last - order.key
    days, watched = nine_of_ten(ended.values - order.key, age, won)
    with np.errstate(invalid="ignore"):
        young = age < days
    return Maturity(young, days, ended.name, watched)


def nine_of_ten(lag: Floats, age: Floats, won: Flags) -> tuple[float, float | None]:
    """The days that nine of ten wins take, and how many days leads could be watched if these are too few to know.

    `lag` are days from coming in to being won, `age` those from coming in to the end of the data (NaN: not known). Wins
    that are still to come are reckoned with: the share of leads won by each age is estimated by Kaplan and Meier's
    method (1958), leads that weren't won censored at their age, up to the age that a tenth of the leads have reached.
    Where the last half of that time still brings more than a tenth of the wins they go on beyond it, and the days are
    the least that it can be.

    >>> nine_of_ten(np.arange(10.0), np.full(10, 100.0), np.ones(10, dtype=bool))
    (8.0, None)
    """
    took = np.maximum(lag[won & np.isfinite(lag)], 0.0)
    still = age[~won & np.isfinite(age)]
    watched = float(np.nanquantile(age, WATCHED))
    cdf = ecdf(CensoredData(uncensored=took, right=still)).cdf
    enough = SHARE * float(cdf.evaluate(watched)) - 1e-9
    days = float(cdf.quantiles[np.flatnonzero(cdf.probabilities >= enough)[0]])
    return days, watched if days > watched / 2 else None


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
