"""What learning found, as plain values; rates and shares run from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pyrometer.learning.dated import CoolingCurve, EventSeen, Looks
from pyrometer.learning.verdict import Band, Verdict


@dataclass(frozen=True)
class Rows:
    """Where the rows of the export went; `read` is the sum of the others.

    - `duplicates` repeat another row exactly, or tell of a lead that has a later row,
    - `open` have neither a won nor a lost outcome, `immature` are younger than nine of ten wins take,
    - and `used` are left.
    - `unseen`, of dated evidence, were decided before anything was known of them, or nobody knows when.
    """

    read: int
    duplicates: int
    open: int
    immature: int
    used: int
    unseen: int = 0


@dataclass(frozen=True)
class Quarantined:
    """A column that was set aside; `value` is the one that gave it away, None where it is the column as a whole.

    `remedy` is the option that takes it back, `trust` or `keep`; None where the file has to change.
    """

    column: str
    value: str | None
    reason: str
    remedy: Literal["trust", "keep"] | None = "trust"


@dataclass(frozen=True)
class Trait:
    """What was inferred of a column: its type, spellings of unknown, how dates are written, and the share unknown.

    `use` is `used` (rules may ask for it), `quarantined`, `ignored`, `outcome`, `lead_id`, `time` or `idle` (a single
    value, or too few leads with any). `dated` says that values come from a dated log, `trusted` that somebody vouched
    for them: known before the outcome. Otherwise it is the present value, and nobody knows what it was before.
    """

    column: str
    type: str
    unknown: tuple[str, ...]
    date_format: str | None
    unknown_share: float
    use: str
    dated: bool = False
    trusted: bool = False


@dataclass(frozen=True)
class Split:
    """How the held-out leads were chosen.

    `kind` is `time` (the latest) or `random`; `by` the column, or `rows`. `first_held_out` is where they begin in
    time. `random_auc` is the card's area under the curve with held-out leads drawn at random, `gap` that less the one
    reported; both None unless `kind` is `time`. `undated` leads are in neither part: nobody knows when they came in.
    """

    kind: str
    by: str | None
    trained: int
    held_out: int
    first_held_out: str | None = None
    random_auc: float | None = None
    random_auc_interval: tuple[float, float] | None = None
    gap: float | None = None
    undated: int = 0


@dataclass(frozen=True)
class Figures:
    """How well a model ranks held-out leads, and how well its chances hold.

    - `auc`: the chance that a won lead ranks above a lost one (0.5: no better than chance); `auc_interval` is the 95 %
      interval by DeLong's method.
    - `average_precision`: the mean share of won leads down to each won lead.
    - `brier`: the mean squared distance of chance and outcome; `ece`: how far chances lie off the rates found, on
      average over ten groups of equal size.
    - `lift_10`, `lift_20`: how many times the base rate the best 10 % and 20 % of leads reach.
    """

    auc: float
    auc_interval: tuple[float, float]
    average_precision: float
    brier: float
    ece: float
    lift_10: float
    lift_20: float


@dataclass(frozen=True)
class Gain:
    """The card's area under the curve less another model's on the same leads, and its 95 % interval.

    By DeLong's method for paired curves, which knows that both ranked the same leads. `sure` is 1 where the card surely
    ranks better, -1 where the other does, and 0 where these leads can't tell.
    """

    gain: float
    interval: tuple[float, float]

    @property
    def sure(self) -> int:
        """Which of the two surely ranks better."""
        return 1 if self.interval[0] > 0 else -1 if self.interval[1] < 0 else 0


@dataclass(frozen=True)
class Evidence:
    """The leads learned from that fall into one part of a rule: whole points, and the win rate with its 95 % Wilson
    interval."""

    part: str
    points: int
    leads: int
    won: int
    rate: float
    interval: tuple[float, float]

    def beside(self, other: Evidence) -> str | None:
        """Why points go up where fewer leads are won, or down where more are: the other rules have had their say."""
        if self.points * (self.rate - other.rate) >= 0:
            return None
        return f"{'more' if self.points > 0 else 'fewer'} than the other rules would give them"


@dataclass(frozen=True)
class RuleFound:
    """A rule of the card.

    `shape` is `bands`, `table`, `when`, or `counted` (points for events). `stability` is the share of resamples that
    chose a rule of the same traits again, `points_low` and `points_high` are the 5th and 95th percentile of the spread
    of its points in those.
    """

    name: str
    shape: str
    columns: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    stability: float
    points_low: float | None = None
    points_high: float | None = None


@dataclass(frozen=True)
class Calibrated:
    """Held-out leads with scores in a stretch: the chance the card gave them and the rate found, with its interval."""

    lowest: int
    highest: int
    leads: int
    won: int
    expected: float
    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Present:
    """The definition in use, on the same held-out leads; its figures are `present` among the metrics.

    `absent` are the columns it asks for that the export lacks, `events` whether it has rules on events, which a flat
    export can't have, and `suspect` the traits it asks for whose column is in quarantine. `gain` is the card's
    area under the curve less its own, with the 95 % interval (DeLong's method for paired curves).
    """

    name: str
    fingerprint: str
    absent: tuple[str, ...]
    events: bool
    suspect: tuple[str, ...]
    gain: float
    gain_interval: tuple[float, float]

    @property
    def ahead(self) -> Gain:
        """How far the card is ahead of the definition in use."""
        return Gain(self.gain, self.gain_interval)

    def limits(self) -> list[str]:
        """What keeps the comparison from being fair."""
        found = []
        if self.absent:
            names = ", ".join(f"`{name}`" for name in self.absent)
            found.append(f"the definition in use asks for {names}, which the export lacks: unknown for every lead")
        if self.events:
            found.append(
                "the definition in use has rules on events, and a flat export has none: it may be better than this"
            )
        if self.suspect:
            names = ", ".join(f"`{name}`" for name in self.suspect)
            found.append(f"the definition in use asks for {names}, set aside here: it may look better than it is")
        return found


@dataclass(frozen=True)
class Learned:
    """The outcome of learning.

    `definition` is the YAML text, None where `refusal` says why there is none. `base_rate` is the share of won among
    the leads used. `metrics` are by model: `card`, `boosting`, `logistic`, `naive_bayes`, and `present` where there is
    a definition to compare with, all on the same held-out leads. `fingerprint` is of the data (SHA-256). `template` is
    a definition to fill in, where there is too little to learn from. From dated evidence there are `looks`, the
    `events` seen and the `cooling` of each kind of them. `verdict` says what the definition is worth, `bands` which
    leads come out hot and warm; `ahead` is how far the card is ahead of each other model; `lead_id` is the column that
    names leads, None where none was recognised. `drift` are those of the warnings that say how later leads differ from
    those that were learned from.
    """

    definition: str | None
    refusal: str | None
    rows: Rows
    base_rate: float | None
    traits: tuple[Trait, ...]
    quarantined: tuple[Quarantined, ...]
    split: Split | None
    metrics: dict[str, Figures]
    rules: tuple[RuleFound, ...]
    calibration: tuple[Calibrated, ...]
    warnings: tuple[str, ...]
    fingerprint: str
    seed: int
    present: Present | None = None
    template: str | None = None
    looks: Looks | None = None
    events: tuple[EventSeen, ...] = ()
    cooling: tuple[CoolingCurve, ...] = ()
    verdict: Verdict | None = None
    bands: tuple[Band, ...] = ()
    lead_id: str | None = None
    ahead: dict[str, Gain] = field(default_factory=dict)
    drift: tuple[str, ...] = ()
