"""Which evidence would lift a score over a bound: fewest actions first, then the least overshoot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyrometer.definition.document import Definition
from pyrometer.definition.rules import BandRule, EventRule, Rule, TableRule
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import event_phrase, sentence
from pyrometer.plan import Plan
from pyrometer.plan.model import CasePoints, RulePlan
from pyrometer.sql import Layout

MOST_TIMES = 20
"""More repetitions than this are no advice."""

NO_LIMIT = 1 << 62

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is known of a rule before looking at a lead.

    `units` is the most that one action can add; how `units` and times follow for a lead depends on `how`: "case" (once,
    up to `units` in all, only while the trait in column `unless` is unknown), "every", "daily", "latest", "distinct".
    """

    phrase: str
    how: str
    units: int
    cap: int
    column: str
    group: str | None
    unless: str | None


@dataclass(frozen=True)
class Closer:
    """Finds the cheapest evidence for a score of a definition."""

    definition: Definition
    plan: Plan
    layout: Layout

    @cached_property
    def _recipes(self) -> dict[str, list[Recipe]]:
        """By score, the rules that can add points at all, in file order."""
        found: dict[str, list[Recipe]] = {}
        for name, score in self.definition.scores.items():
            pairs = zip(score.rules, self.plan.scores[name].rules, strict=True)
            recipes = [self._recipe(rule, planned) for rule, planned in pairs]
            found[name] = [recipe for recipe in recipes if recipe.units > 0]
        return found

    def _recipe(self, rule: Rule, planned: RulePlan) -> Recipe:
        points = planned.points
        phrase = self._phrase(rule)
        if isinstance(points, CasePoints):
            best = max((units for _, units in points.cases), default=0)
            unless = self.plan.columns["trait", rule.trait] if isinstance(rule, BandRule | TableRule) else None
            return Recipe(phrase, "case", best, NO_LIMIT, planned.column, planned.group, unless)
        measure = self.plan.measures[points.measure]
        units = measure.weights.by_age[0]
        if measure.signal.quantity is not None:
            units *= measure.signal.quantity.up_to
        cap = NO_LIMIT if points.cap is None else points.cap
        return Recipe(phrase, measure.how, min(units, cap), cap, planned.column, planned.group, None)

    def _phrase(self, rule: Rule) -> str:
        """What to do or to learn for a rule's points."""
        if isinstance(rule, EventRule):
            phrase = event_phrase(rule.event, rule.where, self.definition)
            if rule.distinct is not None:
                return f"another {phrase}"
            if rule.per is not None and rule.per.up_to is not None:
                return f"{phrase} ({rule.per.property} {_plain(rule.per.every * rule.per.ceiling)} or more)"
            return phrase
        if isinstance(rule, BandRule | TableRule):
            return f"to learn {self.definition.profile[rule.trait].label or rule.trait}"
        return sentence(rule.when, self.definition)

    def closes(self, score: str, bound: int, row: Row) -> str | None:
        """In words, what would lift the score to `bound` (units), as "a demo request: +12"; None if nothing can."""
        planned = self.plan.scores[score]
        if bound > planned.highest:
            return None
        gap: int = bound - row[self.plan.columns["score", score]] + row[self.layout.ranges[score]]
        rooms = {group: self._room(score, group, cap, row) for group, cap in planned.groups}
        best: tuple[int, int, Recipe] | None = None
        offers: list[tuple[int, Recipe]] = []
        for recipe in self._recipes[score]:
            units, most = _offer(recipe, row)
            room = NO_LIMIT if recipe.group is None else rooms.get(recipe.group, NO_LIMIT)
            if units <= 0 or most <= 0 or units > room:
                continue
            offers.append((units, recipe))
            times = -(-gap // units)
            if times <= most and times * units <= room and (best is None or (times, times * units) < best[:2]):
                best = times, times * units, recipe
        if best is not None:
            return _say(best[2], best[0], best[1])
        return _together(gap, offers, rooms)

    def _room(self, score: str, group: str, cap: int, row: Row) -> int:
        """Units that a group's cap still leaves."""
        taken: int = sum(row[rule.column] for rule in self.plan.scores[score].rules if rule.group == group)
        return cap - taken


def _offer(recipe: Recipe, row: Row) -> tuple[int, int]:
    """(units each time, how many times) that a rule can still add for a lead."""
    now = row[recipe.column]
    if recipe.how == "case":
        known = recipe.unless is not None and row[recipe.unless] is not None
        return (0, 0) if known else (recipe.units - now, 1)
    if recipe.how == "latest":
        return recipe.units - now, 1
    if recipe.how == "daily":
        return recipe.units, 0 if now else 1
    if recipe.cap == NO_LIMIT:
        return recipe.units, MOST_TIMES
    units = min(recipe.units, recipe.cap - now)
    return units, min(MOST_TIMES, (recipe.cap - now) // units) if units > 0 else 0


def _together(gap: int, offers: list[tuple[int, Recipe]], rooms: dict[str, int]) -> str | None:
    """Up to three different actions, the strongest first."""
    said: list[str] = []
    for units, recipe in sorted(offers, key=lambda offer: -offer[0])[:6]:
        room = NO_LIMIT if recipe.group is None else rooms.get(recipe.group, NO_LIMIT)
        if units > room:
            continue
        if recipe.group is not None and recipe.group in rooms:
            rooms[recipe.group] = room - units
        gap -= units
        said.append(_say(recipe, 1, units))
        if gap <= 0:
            return " and ".join(said)
        if len(said) == 3:
            break
    return None


def _say(recipe: Recipe, times: int, units: int) -> str:
    many = f"{times} × " if times > 1 else ""
    return f"{many}{recipe.phrase}: +{spell_points(units)}"


def _plain(value: object) -> str:
    text = f"{value:f}" if hasattr(value, "normalize") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
