"""What both teams agreed for hand-offs, and what follows for them from the live definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyrometer.app.agreement import queries as agreement
from pyrometer.app.handoff.models import Terms
from pyrometer.definition import Definition
from pyrometer.definition.conditions import EventLeaf, walk
from pyrometer.lifecycle import Fit, Policy

SALES_ACTION = "sales_action"
"""The flag by which definitions say what only a buyer does."""
SALES_DAYS = 45
"""For how many days such an action counts where the definition doesn't say."""
PLAIN_EVENTS = {"demo_requested": SALES_DAYS, "trial_started": SALES_DAYS}
"""What only buyers do, where no definition says it."""


@dataclass(frozen=True)
class Framework:
    """When a framework is ready: so many of its criteria are met, the required ones among them."""

    criteria: tuple[str, ...]
    some: int
    required: tuple[str, ...]

    def ready(self, criteria: Mapping[str, Any]) -> bool:
        """Whether it is, by the criteria."""
        met = {name for name in self.criteria if criteria.get(name) == "met"}
        return len(met) >= self.some and met.issuperset(self.required)


@dataclass(frozen=True)
class Agreed:
    """The terms, completed from the live definition."""

    policy: Policy
    fit_score: str
    good: frozenset[str]
    poor: frozenset[str]
    markets: frozenset[str]
    sales_events: Mapping[str, int]
    """Days for which each event counts."""
    frameworks: tuple[Framework, ...] = ()

    def fit(self, grades: Mapping[str, Any]) -> Fit:
        """How much a lead is like the ideal customer, by its grades."""
        grade = grades.get(self.fit_score)
        if grade is None:
            return Fit.UNKNOWN
        if grade in self.good:
            return Fit.GOOD
        return Fit.POOR if grade in self.poor else Fit.MIDDLING

    def ready(self, criteria: Mapping[str, Any]) -> bool:
        """Whether one framework at least is ready, by the criteria."""
        return any(framework.ready(criteria) for framework in self.frameworks)


def agreed() -> Agreed:
    """The terms in force."""
    terms = Terms.objects.filter(pk=1).first() or Terms(pk=1)
    version = agreement.live()
    definition = None if version is None else agreement.definition_of(version)
    good, poor = _grades(definition, terms.fit_score)
    return Agreed(
        policy=Policy(
            recycle_after=terms.recycle_after, quiet_after=terms.quiet_after, let_go_after=terms.let_go_after
        ),
        fit_score=terms.fit_score,
        good=frozenset(terms.good_grades) or good,
        poor=frozenset(terms.poor_grades) or poor,
        markets=frozenset(terms.markets),
        sales_events=dict.fromkeys(terms.sales_events, SALES_DAYS) or sales_events(definition),
        frameworks=() if definition is None else _frameworks(definition),
    )


def sales_events(definition: Definition | None) -> Mapping[str, int]:
    """The events of the flag `sales_action` with the days for which each counts.

    Those that count only with certain properties are left out: whether they did is for the definition to say.
    """
    if definition is None or SALES_ACTION not in definition.flags:
        return PLAIN_EVENTS
    found: dict[str, int] = {}
    for _, leaf in walk(definition.flags[SALES_ACTION]):
        if isinstance(leaf, EventLeaf) and not leaf.where and leaf.at_most is None:
            for name in leaf.event:
                found[name] = max(found.get(name, 0), leaf.within or SALES_DAYS)
    return found


def _grades(definition: Definition | None, score: str) -> tuple[frozenset[str], frozenset[str]]:
    """Of a score's grades those that look like a customer, and the one that doesn't."""
    known = None if definition is None else definition.scores.get(score)
    ladder = [] if known is None else [grade for grade, _ in known.ladder]
    if len(ladder) < 2:
        return frozenset(ladder), frozenset()
    return frozenset(ladder[: 2 if len(ladder) > 2 else 1]), frozenset(ladder[-1:])


def _frameworks(definition: Definition) -> tuple[Framework, ...]:
    found = []
    for framework in definition.used_frameworks.values():
        letters = dict(framework.letters)
        required = tuple(letters[letter] for letter in framework.required)
        found.append(Framework(tuple(letters.values()), framework.some, required))
    return tuple(found)
