"""What a profile of past leads found, as plain values; rates and shares run from 0 to 1."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["trait", "geography", "channel", "behaviour"]
Direction = Literal["more", "less"]

LASTING = 1 / 3
"""The share of a lift, as a logarithm, that must be left among the later leads for a finding to last."""


@dataclass(frozen=True)
class Counted:
    """Where the leads went; `read` is the sum of the others.

    - `duplicates` repeat another row exactly, or tell of a lead that has a later row,
    - `open` have neither a won nor a lost outcome,
    - `immature` came in more recently than nine of ten wins took,
    - `quick` were decided before the moment at which leads are looked at, `undated` at a time that isn't known,
    - of `unseen` ones nothing was known on a day before the decision,
    - and `used` are left.
    """

    read: int
    duplicates: int
    open: int
    immature: int
    quick: int
    undated: int
    used: int
    unseen: int = 0


@dataclass(frozen=True)
class Segment:
    """The leads that share a value, or a stretch of values, of an aspect.

    - `rate` is won over leads; `expected` is that rate drawn towards the base rate, the more the fewer leads there are,
      and `interval` its 95 % credible interval (beta-binomial; see `shrinking.shrunken`).
    - `lift` and `lift_interval` are the same over the base rate, which is taken as known.
    - `p` is how probable a difference from all other leads at least as large is by chance (Fisher's exact test, two
      sides); `q` the share of chance findings among segments at least as telling (Benjamini and Hochberg). Both are
      None where the aspect was set apart.
    - `direction` is `more` or `less` where it closes more or less often beyond chance: q is at most 0.05 and the
      interval excludes the base rate. Else it is None.
    - `weight` is how telling it is: the correlation of being in it and being won (phi), from 0 to 1, with the end of
      the interval nearer to the base rate in the place of the rate. It is 0 without a direction.
    - `halves` are the lifts among the earlier and the later half of the leads, each over its own base rate; None
      without a direction, without leads in one of the halves, or where nothing gives the order of leads in time.
    """

    name: str
    leads: int
    won: int
    rate: float
    expected: float
    interval: tuple[float, float]
    lift: float
    lift_interval: tuple[float, float]
    p: float | None = None
    q: float | None = None
    direction: Direction | None = None
    weight: float = 0.0
    halves: tuple[float, float] | None = None

    @property
    def lasting(self) -> bool:
        """Whether a third of the lift, as a logarithm, is left among the later half; true if nobody can know."""
        if self.halves is None or self.direction is None:
            return True
        # Both logarithms have one sign where the later half points the same way.
        return math.log(max(self.halves[1], 1e-9)) / math.log(self.lift) >= LASTING


@dataclass(frozen=True)
class Aspect:
    """A trait or a behaviour that leads are compared by; every lead is in one of its segments.

    `prior_leads` is how many leads the base rate weighs as much as when rates are drawn towards it. `apart` is why the
    aspect was set apart, None where it wasn't; `remedy` is the option that takes it back, if any.
    """

    name: str
    kind: Kind
    type: str
    segments: tuple[Segment, ...]
    prior_leads: float
    apart: str | None = None
    remedy: Literal["trust", "keep"] | None = None

    @property
    def telling(self) -> bool:
        """Whether a segment of it closes more or less often beyond chance."""
        return any(segment.direction is not None for segment in self.segments)


@dataclass(frozen=True)
class Pair:
    """Leads that are in two segments at once, of different aspects.

    It was chosen on one half of the leads, and all its figures are counted on the other. `aspects` and `segments` are
    the names; `parts` the rates of the two segments alone on those leads. The rest is as for `Segment`, but `p` is that
    both parts matter: the pair closes more often than the rest of either segment.
    """

    aspects: tuple[str, str]
    segments: tuple[str, str]
    leads: int
    won: int
    rate: float
    expected: float
    interval: tuple[float, float]
    lift: float
    lift_interval: tuple[float, float]
    parts: tuple[float, float]
    p: float
    q: float


@dataclass(frozen=True)
class Exposure:
    """How long leads are looked at: each is seen `days` days after its first evidence, won and lost ones alike.

    `given` says that somebody chose it; else it is the longest after which nine of ten were still undecided.
    """

    days: int
    given: bool


@dataclass(frozen=True)
class Profile:
    """Which leads close more often.

    - `portrait` are sentences for people; `refusal` says why there is nothing else, None if there is.
    - `aspects`, the most telling first; `apart`, those that seem to know the outcome or are no traits, with reasons.
    - `pairs` are the strongest segments of two aspects; `pairs_tried` how many were looked through for them.
    - `tests` is how many segments were tested, `false_discoveries` the share of findings that chance may give.
    - `exposure` is None for a flat export. `fingerprint` is of the data (SHA-256).
    """

    portrait: tuple[str, ...]
    refusal: str | None
    counted: Counted
    base_rate: float | None
    aspects: tuple[Aspect, ...]
    apart: tuple[Aspect, ...]
    pairs: tuple[Pair, ...]
    pairs_tried: int
    tests: int
    false_discoveries: float
    exposure: Exposure | None
    warnings: tuple[str, ...]
    fingerprint: str
    seed: int

    @property
    def findings(self) -> tuple[tuple[Aspect, Segment], ...]:
        """The segments that close more or less often beyond chance, the most telling first."""
        found = [(aspect, each) for aspect in self.aspects for each in aspect.segments if each.direction is not None]
        return tuple(sorted(found, key=lambda item: (-item[1].weight, item[0].name, item[1].name)))

    def as_dict(self) -> dict[str, Any]:
        """All of it as values of JSON."""
        return asdict(self)
