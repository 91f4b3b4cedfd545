"""The plan of a definition: what to measure of events, and what to compute from it, in order. Knows no SQL."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from pyrometer.definition.operators import Test
from pyrometer.definition.pattern import Pattern
from pyrometer.definition.problems import Path
from pyrometer.definition.values import Type


@dataclass(frozen=True)
class PropertyTest:
    """A typed test of an event's property."""

    property: str
    type: Type
    test: Test


@dataclass(frozen=True)
class Quantity:
    """min(floor(max(value, 0) / every), up_to) of a numeric property; a missing value: 0."""

    property: str
    type: Type
    every: Decimal
    up_to: int


@dataclass(frozen=True)
class Signal:
    """Which events count, and how often each: an integer expression over one event row.

    Without `quantity` it is 1 where `events` and `where` hold and 0 elsewhere.
    """

    events: tuple[str, ...]
    where: tuple[PropertyTest, ...] = ()
    quantity: Quantity | None = None

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the meaning, the same for equal signals of any definition."""
        canonical = json.dumps(_plain(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    @property
    def predicate(self) -> Signal:
        """The signal without its quantity."""
        return self if self.quantity is None else Signal(self.events, self.where)

    @property
    def looks_at_as_of(self) -> bool:
        """Whether a test counts days from the as-of time, so that the signal can't be tallied ahead of it."""
        return any(item.test.operator in ("within_last", "older_than", "within_next", "beyond") for item in self.where)


def _plain(value: object) -> object:
    if isinstance(value, Signal):
        return [list(value.events), [_plain(item) for item in value.where], _plain(value.quantity)]
    if isinstance(value, PropertyTest):
        return [value.property, value.type, value.test.operator, _plain(value.test.operand)]
    if isinstance(value, Quantity):
        return [value.property, value.type, str(value.every.normalize()), value.up_to]
    if isinstance(value, Pattern):
        return value.normalised
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


@dataclass(frozen=True)
class Weights:
    """Integers by age in days; the last holds for every later age. One value: the same at any age."""

    by_age: tuple[int, ...]

    @property
    def constant(self) -> int | None:
        """The weight, where age doesn't matter."""
        return self.by_age[0] if len(self.by_age) == 1 else None

    @property
    def window(self) -> tuple[int, int] | None:
        """(weight, days) where it is one weight for so many days and then zero."""
        head = self.by_age[0]
        if len(self.by_age) > 1 and self.by_age[-1] == 0 and all(weight == head for weight in self.by_age[:-1]):
            return head, len(self.by_age) - 1
        return None

    @property
    def horizon(self) -> int:
        """The first age after which no weight changes."""
        return len(self.by_age) - 1


ALWAYS = Weights((1,))


@dataclass(frozen=True)
class Measure:
    """An integer per lead: an aggregate of signal × weight over the lead's events.

    how: `every` Σ weight·quantity; `daily` Σ over days of weight · the day's largest quantity; `latest` the weight ·
    quantity largest in size; `distinct` Σ over values of `distinct` of the weight at the freshest; `hits` how many
    events (days, values) have weight · quantity other than zero, as `of` counts them; `last` the smallest age of such.
    """

    signal: Signal
    weights: Weights
    how: str
    of: str = "every"
    distinct: str | None = None


@dataclass(frozen=True)
class TraitTest:
    """A typed test of a trait; with `stale_after`, an answer that old or older is unknown."""

    trait: str
    type: Type
    test: Test
    stale_after: int | None = None


@dataclass(frozen=True)
class CountTest:
    """A test of how many events there are; `measure` is an index into the plan's measures."""

    measure: int
    at_least: int | None
    at_most: int | None


@dataclass(frozen=True)
class LastTest:
    """A test of the freshest event's age in days; false without one."""

    measure: int
    within_last: int | None
    older_than: int | None


@dataclass(frozen=True)
class ScoreTest:
    """A test of a bounded score, in units: (operator, bound) pairs."""

    score: str
    bounds: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class GradeTest:
    """Whether a score's grade is one of those at `ranks` (0 is the best)."""

    score: str
    ranks: frozenset[int]


@dataclass(frozen=True)
class CriterionTest:
    """Whether a criterion is `met`, `unmet` or `unknown`."""

    criterion: str
    state: str


@dataclass(frozen=True)
class FrameworkTest:
    """Whether a framework is ready (`met_at_least` None) or has so many letters met."""

    framework: str
    met_at_least: int | None


@dataclass(frozen=True)
class FlagTest:
    """A flag's truth."""

    flag: str


@dataclass(frozen=True)
class AllOf:
    """Kleene's and."""

    items: tuple[Gate, ...]


@dataclass(frozen=True)
class OneOf:
    """Kleene's or."""

    items: tuple[Gate, ...]


@dataclass(frozen=True)
class Negation:
    """Kleene's not."""

    item: Gate


@dataclass(frozen=True)
class AtLeast:
    """True when so many items are; false when they can't be any more; else unknown."""

    count: int
    items: tuple[Gate, ...]


Gate = (
    TraitTest
    | CountTest
    | LastTest
    | ScoreTest
    | GradeTest
    | CriterionTest
    | FrameworkTest
    | FlagTest
    | AllOf
    | OneOf
    | Negation
    | AtLeast
)


@dataclass(frozen=True)
class CasePoints:
    """The units of the first gate that is true; none: 0."""

    cases: tuple[tuple[Gate, int], ...]


@dataclass(frozen=True)
class CountedPoints:
    """A measure's units, bounded to `cap` in the direction of `sign`; `hits` and `last` are its measures to explain."""

    measure: int
    cap: int | None
    sign: int
    hits: int
    last: int


@dataclass(frozen=True)
class RulePlan:
    """A rule's points; `column` names it in results."""

    score: str
    name: str
    group: str | None
    points: CasePoints | CountedPoints
    column: str


@dataclass(frozen=True)
class ScorePlan:
    """A score: its rules, group caps and range in units, and grades best first with their lower bounds."""

    name: str
    rules: tuple[RulePlan, ...]
    groups: tuple[tuple[str, int], ...]
    lowest: int
    highest: int
    ladder: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CriterionPlan:
    """A criterion's gates; both None where nothing can answer it."""

    name: str
    met: Gate | None
    unmet: Gate | None


@dataclass(frozen=True)
class FrameworkPlan:
    """A framework's criteria by letter, and what makes it ready; `required` are criteria."""

    name: str
    criteria: tuple[str, ...]
    some: int
    required: tuple[str, ...]


@dataclass(frozen=True)
class BandPlan:
    """A temperature's gates: the top-level items of `when` (all must be true) and `stay`."""

    items: tuple[Gate, ...]
    stay: Gate | None


@dataclass(frozen=True)
class Node:
    """Something computed per lead, with the nodes it needs; kind is flag, rule, score, criterion or framework."""

    kind: str
    name: str
    needs: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Plan:
    """All that an engine has to do for a definition.

    `layers` order the nodes so that each needs only earlier layers; temperature comes after all of them. `gates` are
    the conditions that a full explanation shows; `labels` say what a
    measure is for; `asked` names those of them, and the traits and measures, that are
    looked at to say what is missing.
    """

    traits: tuple[tuple[str, Type], ...]
    dated_traits: frozenset[str]
    properties: tuple[tuple[str, Type], ...]
    events: tuple[str, ...]
    measures: tuple[Measure, ...]
    flags: dict[str, Gate]
    scores: dict[str, ScorePlan]
    criteria: dict[str, CriterionPlan]
    frameworks: dict[str, FrameworkPlan]
    hot: BandPlan | None
    warm: BandPlan | None
    layers: tuple[tuple[Node, ...], ...]
    gates: dict[Path, Gate] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    asked: frozenset[Path] = frozenset()
    asked_traits: frozenset[str] = frozenset()
    asked_measures: frozenset[int] = frozenset()

    @cached_property
    def awaits(self) -> dict[str, str]:
        """The next warmer temperature that the definition knows, by temperature; none for the warmest."""
        known = [name for name, band in (("warm", self.warm), ("hot", self.hot)) if band is not None]
        found = {"cool": known[0]} if known else {}
        return found | ({"warm": "hot"} if self.hot is not None else {})
