"""What a programme cost, and what one lead more cost by it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pyrometer.intervals import Interval
from pyrometer.nurture.worth.effect import Effect, Kind
from pyrometer.nurture.worth.intervals import mean_difference

NOTICE_MINUTES = 2
"""What it takes a rep to read a notice of a programme. What follows from it is an attempt, and counted as that."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a mail and an hour of a rep cost, and how many minutes an attempt takes with all around it."""

    mail: Decimal
    hour: Decimal
    attempt_minutes: int


@dataclass(frozen=True, slots=True)
class Effort:
    """What a group of leads took: mails that went out, notices to reps, and attempts.

    `squares` sums each lead's attempts squared.
    """

    leads: int
    mails: int = 0
    notices: int = 0
    attempts: int = 0
    squares: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What those who got a programme took more than those held back.

    `attempts` are those beyond what as many leads would have taken without it, or short of that; None where nobody was
    held back to tell. `hours` are of reps: for notices, and for those attempts where their interval leaves out 0. A
    number that chance alone may have made is no cost, nor a saving.
    """

    mails: int
    mail_cost: Decimal
    notices: int
    attempts: float | None
    attempts_interval: Interval | None
    hours: float
    hours_cost: Decimal
    total: Decimal

    @property
    def told(self) -> bool:
        """Whether reps surely made more attempts, or fewer."""
        return self.attempts_interval is not None and not self.attempts_interval[0] <= 0 <= self.attempts_interval[1]

    def per_extra(self, effect: Effect) -> tuple[Decimal, Interval] | None:
        """What one lead more cost, taking the cost as it is, and from what to what by the interval of the effect.

        None where the effect may be nothing or less: then no sum of money surely buys a lead. None, too, where it cost
        nothing.
        """
        if effect.kind is not Kind.MORE or self.total <= 0:
            return None
        low, high = effect.extra_interval
        spent = float(self.total)
        return self.total / Decimal(effect.extra), (spent / high, spent / low)


def cost(got: Effort, held: Effort, prices: Prices) -> Cost:
    """What a programme took.

    Leads that are held back get no mails, yet reps try to reach those of them that turn hot by themselves. So of the
    attempts only those count that are beyond the held back's number a lead.
    """
    extra: float | None = None
    interval: Interval | None = None
    if got.leads > 1 and held.leads > 1:
        each, (low, high) = mean_difference(
            got.leads, got.attempts, got.squares, held.leads, held.attempts, held.squares
        )
        extra, interval = each * got.leads, (low * got.leads, high * got.leads)
    surely = extra if extra is not None and interval is not None and not interval[0] <= 0 <= interval[1] else 0.0
    minutes = surely * prices.attempt_minutes + got.notices * NOTICE_MINUTES
    mail_cost = got.mails * prices.mail
    hours_cost = Decimal(minutes / 60) * prices.hour
    return Cost(got.mails, mail_cost, got.notices, extra, interval, minutes / 60, hours_cost, mail_cost + hours_cost)
