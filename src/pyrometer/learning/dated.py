"""What learning from history found beyond the card, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HalfLifeTried:
    """A half-life in days (None: no cooling) and how well it ranks later leads.

    `auc` is the area under the ROC curve with its 95 % interval (DeLong). `gain` is that less the area without cooling;
    its interval is DeLong's for paired differences, widened for having tried several (Bonferroni, as for four tests,
    because half-lives within a factor of four rank nearly alike): about one false alarm in 20 groups that don't cool.
    """

    half_life_days: int | None
    auc: float
    auc_interval: tuple[float, float]
    gain: float
    gain_interval: tuple[float, float]


@dataclass(frozen=True)
class CoolingCurve:
    """How fast events of a group cool.

    `best_days` ranks best; `half_life_days` was chosen: the best where it is clearly better than none, else None.
    `level_days` are those that are not clearly worse than the best (paired difference, 95 %). `leads` were ranked.
    """

    group: str
    signals: tuple[str, ...]
    tried: tuple[HalfLifeTried, ...]
    best_days: int | None
    half_life_days: int | None
    level_days: tuple[int | None, ...]
    leads: int
    why: str


@dataclass(frozen=True)
class Looks:
    """When leads were looked at, and why some were not.

    Days from first being known to the look, as quartiles, for won and for lost leads; `first` and `last` are dates.
    Left out: `undated` (no date of the decision), `unknown` (nothing known before the day of the decision).
    """

    first: str
    last: str
    won_days: tuple[float, float, float]
    lost_days: tuple[float, float, float]
    undated: int
    unknown: int


@dataclass(frozen=True)
class EventSeen:
    """A kind of event: how many of the leads used had it by their look, and the win rate of those.

    `after` is the share of leads with an outcome that did it first on the day of the decision or later. `use` is
    `used`, `quarantined` or `ignored`.
    """

    kind: str
    leads: int
    rate: float
    after: float
    use: str


def days_text(days: int) -> str:
    """A number of days for people.

    >>> days_text(1), days_text(14)
    ('1 day', '14 days')
    """
    return f"{days} day{'s' * (days != 1)}"
