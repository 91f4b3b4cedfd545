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
TARGET_MARKET = "target_market"
"""The flag by which definitions say who is in the target market."""
SALES_DAYS = 45
"""For how many days such an action counts where the definition doesn't say."""
PLAIN_EVENTS = {"demo_requested": SALES_DAYS, "trial_started": SALES_DAYS}
"""What only buyers do, where no definition says it."""


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
    sales_flag: str | None
    """The flag that says whether they did what it asks; None where the events alone say it."""

    def fit(self, grades: Mapping[str, Any]) -> Fit:
        """How much a lead is like the ideal customer, by its grades."""
        grade = grades.get(self.fit_score)
        if grade is None:
            return Fit.UNKNOWN
        if grade in self.good:
            return Fit.GOOD
        return Fit.POOR if grade in self.poor else Fit.MIDDLING


def agreed(definition: Definition | None = None) -> Agreed:
    """The terms in force, by the live definition; or by another, to see what would follow from it."""
    terms = Terms.objects.filter(pk=1).first() or Terms(pk=1)
    version = agreement.live() if definition is None else None
    if version is not None:
        definition = agreement.definition_of(version)
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
        sales_flag=SALES_ACTION if _has_flag(definition) and not terms.sales_events else None,
    )


def sales_events(definition: Definition | None) -> Mapping[str, int]:
    """The events that the flag `sales_action` looks at, with the days for which each counts."""
    if definition is None or not _has_flag(definition):
        return PLAIN_EVENTS
    found: dict[str, int] = {}
    for _, leaf in walk(definition.flags[SALES_ACTION]):
        if isinstance(leaf, EventLeaf) and leaf.at_most is None:
            for name in leaf.event:
                found[name] = max(found.get(name, 0), leaf.within or SALES_DAYS)
    return found


def _has_flag(definition: Definition | None) -> bool:
    return definition is not None and SALES_ACTION in definition.flags


def _grades(definition: Definition | None, score: str) -> tuple[frozenset[str], frozenset[str]]:
    """Of a score's grades those that look like a customer, and the one that doesn't."""
    known = None if definition is None else definition.scores.get(score)
    ladder = [] if known is None else [grade for grade, _ in known.ladder]
    if len(ladder) < 2:
        return frozenset(ladder), frozenset()
    return frozenset(ladder[: 2 if len(ladder) > 2 else 1]), frozenset(ladder[-1:])
