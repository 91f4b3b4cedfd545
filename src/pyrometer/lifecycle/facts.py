"""What a decision is made from: the lead as it reads now, what sales had to do with it, and what the teams agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pyrometer.lifecycle.stages import Stage


class Fit(StrEnum):
    """How much a lead is like the ideal customer, in the policy's three steps. Unknown is not poor."""

    GOOD = "good"
    MIDDLING = "middling"
    POOR = "poor"
    UNKNOWN = "unknown"


class Said(StrEnum):
    """What sales can say of a lead that it got."""

    ACCEPTED = "accepted"
    NOT_NOW = "not_now"
    NOT_A_FIT = "not_a_fit"
    UNREACHABLE = "unreachable"
    DUPLICATE = "duplicate"
    JUNK = "junk"


@dataclass(frozen=True)
class Facts:
    """A lead as it reads now. Times are aware, in UTC."""

    temperature: str = "cool"
    hot_since: datetime | None = None
    fit: Fit = Fit.UNKNOWN
    sales_action_at: datetime | None = None
    """When it last did something that only a buyer does, or when that became known; None where it is too long ago, or
    never was."""
    ready: bool = False
    """Whether a framework is ready."""
    met: int = 0
    """How many criteria are met."""
    in_market: bool = False
    like_customers: bool = False
    reachable: bool = True
    """Whether it left a handle by which somebody can reach it."""
    last_seen: datetime | None = None


@dataclass(frozen=True)
class State:
    """Where a lead stands before something happens."""

    stage: Stage
    since: datetime
    facts: Facts = Facts()
    owned: bool = False
    """Whether it is in a rep's hands."""
    verdict: Said | None = None
    """What sales said of it last."""
    recycle_on: date | None = None
    promised: bool = False
    """Whether the lead itself named that date."""


@dataclass(frozen=True)
class Policy:
    """What both teams agreed for all leads. Days are of the calendar."""

    attempts: int = 6
    """How many attempts a lead deserves before it is called unreachable."""
    recycle_after: int = 90
    """Days until a lead that came back from sales without a date is looked at again."""
    quiet_after: int = 60
    """Days of silence after which a lead is won back."""
    let_go_after: int = 120
    """Days of silence after which it is left in peace."""
    few_met: int = 0
    """At most so many criteria met are few."""
