"""What each rule could add to a score, and by which evidence, before looking at a lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pyrometer.definition.conditions import Condition, EventLeaf, FlagLeaf, TraitLeaf, Where, walk
from pyrometer.definition.document import Definition
from pyrometer.definition.rules import BandRule, ConditionRule, EventRule, Rule, TableRule
from pyrometer.definition.words import event_phrase, sentence
from pyrometer.plan import Plan
from pyrometer.plan.model import CasePoints, RulePlan

MOST_TIMES = 20
"""More repetitions than this are no advice."""

NO_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is known of a rule before looking at a lead.

    `units` is what one action adds, for `per` one quantum of which up to `quanta` fit into an action; what follows for
    a lead depends on `how`: "case" (once, up to `units` in all, only while the traits in the columns `unless` are
    unknown), "every", "daily", "latest", "distinct". `upto` says that `units` is the most of several outcomes.
    """

    phrase: str
    how: str
    units: int
    cap: int
    column: str
    group: str | None
    unless: tuple[str, ...] = ()
    upto: bool = False
    quanta: int = 1
    every: Decimal = Decimal(0)
    measured: str = ""

    def most(self) -> int:
        """What the rule's points can come to, by actions of this kind, at most (units)."""
        if self.how in ("every", "distinct"):
            return self.cap
        return self.units * self.quanta


def recipes_of(definition: Definition, plan: Plan, score: str) -> list[Recipe]:
    """The rules of a score that some evidence can be advised for, in file order.

    Evidence that would set off a rule with negative points as well, or end a condition that gives points, is not
    advised, because its sum could be less than it says.
    """
    rules = definition.scores[score].rules
    planned = plan.scores[score].rules
    found = []
    for rule, of in zip(rules, planned, strict=True):
        recipe = _recipe(definition, plan, rule, of)
        if recipe is None or recipe.units <= 0:
            continue
        if isinstance(rule, EventRule) and any(_spoils(definition, other, rule) for other in rules):
            continue
        found.append(recipe)
    return found


def _recipe(definition: Definition, plan: Plan, rule: Rule, planned: RulePlan) -> Recipe | None:
    points = planned.points
    if isinstance(points, CasePoints):
        return _case(definition, plan, rule, points, planned)
    assert isinstance(rule, EventRule)
    measure = plan.measures[points.measure]
    phrase = event_phrase(rule.event, rule.where, definition)
    cap = NO_LIMIT if points.cap is None else points.cap
    units = measure.weights.by_age[0]
    if rule.per is not None:
        return Recipe(
            phrase,
            measure.how,
            units,
            cap,
            planned.column,
            planned.group,
            quanta=rule.per.ceiling,
            every=rule.per.every,
            measured=rule.per.property,
        )
    said = phrase if rule.distinct is None else f"{phrase} with a new {rule.distinct}"
    return Recipe(said, measure.how, min(units, cap), cap, planned.column, planned.group)


def _case(definition: Definition, plan: Plan, rule: Rule, points: CasePoints, planned: RulePlan) -> Recipe | None:
    best = max((units for _, units in points.cases), default=0)
    unless: tuple[str, ...] = ()
    if isinstance(rule, BandRule | TableRule):
        phrase = f"to learn {definition.profile[rule.trait].label or rule.trait}"
        unless = (plan.columns["trait", rule.trait],)
        return Recipe(phrase, "case", best, NO_LIMIT, planned.column, planned.group, unless, upto=True)
    assert isinstance(rule, ConditionRule)
    when = rule.when
    if isinstance(when, TraitLeaf):
        unless = (plan.columns["trait", when.trait],)
    elif not (isinstance(when, EventLeaf) and when.last is None and when.minimum):
        return None
    return Recipe(sentence(when, definition), "case", best, NO_LIMIT, planned.column, planned.group, unless)


def _spoils(definition: Definition, other: Rule, advised: EventRule) -> bool:
    """Whether evidence for one rule surely takes points by another."""
    if isinstance(other, EventRule):
        return other is not advised and other.points < 0 and _meets(definition, advised, other.event, other.where)
    if isinstance(other, ConditionRule):
        return other.points > 0 and any(
            leaf.at_most is not None and _meets(definition, advised, leaf.event, leaf.where)
            for leaf in _event_leaves(definition, other.when)
        )
    return False


def _event_leaves(definition: Definition, condition: Condition) -> Iterator[EventLeaf]:
    for _, item in walk(condition):
        if isinstance(item, EventLeaf):
            yield item
        elif isinstance(item, FlagLeaf):
            yield from _event_leaves(definition, definition.flags[item.flag])


def _meets(definition: Definition, advised: EventRule, events: tuple[str, ...], where: Where) -> bool:
    """Whether the advised event counts there too: it is of the kind, and all that is asked of it is advised."""
    kinds = set(definition.event_names(advised.event)) & set(definition.event_names(events))
    return bool(kinds) and all(advised.where.get(name) == operators for name, operators in where.items())
