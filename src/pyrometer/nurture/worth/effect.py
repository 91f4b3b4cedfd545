"""Two groups compared in one respect, and what can be said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyrometer.intervals import Interval
from pyrometer.nurture.worth.intervals import difference, ratio
from pyrometer.nurture.worth.seen import smallest

OUTCOMES = ("hot", "accepted", "won")
"""What is compared, in the order in which leads get there."""
DECIDES = "won"
CONFIDENCE = {"won": 0.95, "accepted": 0.975, "hot": 0.975}
"""Three looks at the same leads would find something where there is nothing in up to one of seven programmes. So one
outcome decides, named beforehand: `won`, since it alone brings money, at 95 %. The other two are signs on the way. They
share the same 5 % (Bonferroni: 97.5 % each), so that both of their intervals hold together in 95 of 100 programmes."""
FEWEST = 30
"""In a smaller group a single lead is more than three points: percentages of it mislead whatever their interval."""


@dataclass(frozen=True, slots=True)
class Group:
    """Leads that were followed for as long: how many they are, and of how many of them it came true."""

    of: int
    came: int

    @property
    def rate(self) -> float:
        """The share of whom it came true; of nobody: 0."""
        return self.came / self.of if self.of else 0.0


class Kind(StrEnum):
    """What can be said."""

    MORE = "more"
    FEWER = "fewer"
    UNTOLD = "untold"
    TOO_FEW = "too few"
    NOBODY_HELD = "nobody held back"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a programme changed in one respect. Rates and differences are shares; of too few leads there is none.

    `ratio` is None where nobody of those held back came so far: nothing can be divided by. `seen` is the smallest
    difference that groups of this size would have shown in four of five experiments.
    """

    kind: Kind
    got: Group
    held: Group
    confidence: float = 0.95
    difference: float = 0.0
    interval: Interval = (-1.0, 1.0)
    ratio: float | None = None
    ratio_interval: Interval | None = None
    seen: float | None = None

    @property
    def told(self) -> bool:
        """Whether there are figures."""
        return self.kind in (Kind.MORE, Kind.FEWER, Kind.UNTOLD)

    @property
    def extra(self) -> float:
        """How many leads more it were, of those who got the programme, than it would have been without."""
        return self.difference * self.got.of

    @property
    def extra_interval(self) -> Interval:
        """The interval of that."""
        return self.interval[0] * self.got.of, self.interval[1] * self.got.of


def judge(got: Group, held: Group, confidence: float = 0.95) -> Effect:
    """Compare those who got a programme with those who were held back.

    More or fewer are said only where the interval of the difference leaves out 0.

    >>> judge(Group(9000, 360), Group(1000, 25)).kind
    <Kind.MORE: 'more'>
    >>> judge(Group(900, 36), Group(100, 3)).kind
    <Kind.UNTOLD: 'untold'>
    """
    if not got.of + held.of:
        return Effect(Kind.NOBODY, got, held, confidence)
    if not held.of:
        return Effect(Kind.NOBODY_HELD, got, held, confidence)
    if min(got.of, held.of) < FEWEST:
        return Effect(Kind.TOO_FEW, got, held, confidence)
    counts = (got.came, got.of, held.came, held.of)
    low, high = difference(*counts, confidence)
    kind = Kind.MORE if low > 0 else Kind.FEWER if high < 0 else Kind.UNTOLD
    # Where nobody came so far the true rate is still not nothing: as good as half a lead did.
    base = (got.came + held.came + 0.5) / (got.of + held.of + 1)
    return Effect(
        kind,
        got,
        held,
        confidence,
        got.rate - held.rate,
        (low, high),
        got.rate / held.rate if held.came else None,
        ratio(*counts, confidence) if held.came else None,
        smallest(got.of, held.of, base, confidence),
    )


def effects(of: int, held_of: int, came: Mapping[str, int], held_came: Mapping[str, int]) -> dict[str, Effect]:
    """All outcomes of two groups, each with its confidence, in the order of `OUTCOMES`."""
    return {
        name: judge(Group(of, came.get(name, 0)), Group(held_of, held_came.get(name, 0)), CONFIDENCE[name])
        for name in OUTCOMES
    }
