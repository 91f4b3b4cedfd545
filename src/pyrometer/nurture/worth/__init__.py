"""What a programme was worth: those who got it compared with those who were held back, as pure arithmetic.

`judge` compares two groups in one respect; `cost` says what that took; `balance` whether chance divided the groups as
was agreed; `curve` how a group's share grew by the day.
"""

from __future__ import annotations

from pyrometer.nurture.worth.balance import Balance, balance
from pyrometer.nurture.worth.cost import NOTICE_MINUTES, Cost, Effort, Prices, cost
from pyrometer.nurture.worth.curve import curve
from pyrometer.nurture.worth.effect import CONFIDENCE, DECIDES, FEWEST, OUTCOMES, Effect, Group, Kind, effects, judge
from pyrometer.nurture.worth.intervals import difference, mean_difference, ratio
from pyrometer.nurture.worth.seen import POWER, smallest

__all__ = [
    "CONFIDENCE",
    "DECIDES",
    "FEWEST",
    "NOTICE_MINUTES",
    "OUTCOMES",
    "POWER",
    "Balance",
    "Cost",
    "Effect",
    "Effort",
    "Group",
    "Kind",
    "Prices",
    "balance",
    "cost",
    "curve",
    "difference",
    "effects",
    "judge",
    "mean_difference",
    "ratio",
    "smallest",
]
