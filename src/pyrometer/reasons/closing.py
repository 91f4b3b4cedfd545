"""Which evidence would lift a score over a bound: fewest actions first, then the least overshoot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyrometer.definition.document import Definition
from pyrometer.definition.rules import BandRule, ConditionRule, EventRule, TableRule
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import event_phrase, sentence
from pyrometer.plan import Plan
from pyrometer.plan.model import CasePoints, CountedPoints, RulePlan
from pyrometer.sql import Layout

MOST_TIMES = 20
"""More repetitions than this are no advice."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """Evidence that would add `units` each time, up to `times` times."""

    phrase: str
    units: int
    times: int
    column: str
    group: str | None


@dataclass(frozen=True)
class Closer:
    """Finds the cheapest evidence for a score of a definition."""

    definition: Definition
    plan: Plan
    layout: Layout

    @cached_property
    def _phrases(self) -> dict[str, str]:
        """What to do or learn for each rule, by its points column."""
        found = {}
        for name, score in self.definition.scores.items():
            for rule, planned in zip(score.rules, self.plan.scores[name].rules, strict=True):
                if isinstance(rule, EventRule):
                    phrase = event_phrase(rule.event, rule.where, self.definition)
                    if rule.distinct is not None:
                        phrase = f"another {phrase}"
                    elif rule.per is not None:
                        phrase = f"{phrase} ({rule.per.property} {_plain(rule.per.every * rule.per.ceiling)} or more)"
                elif isinstance(rule, BandRule | TableRule):
                    phrase = f"to learn {rule.trait}"
                else:
                    assert isinstance(rule, ConditionRule)
                    phrase = sentence(rule.when, self.definition)
                found[planned.column] = phrase
        return found

    def closes(self, score: str, bound: int, row: Row) -> str | None:
        """In words, what would lift the score to `bound` (units), as "a demo request: +12"; None if nothing can."""
        planned = self.plan.scores[score]
        column = self.plan.columns["score", score]
        if bound > planned.highest:
            return None
        gap = bound - row[column] + row[self.layout.ranges[score]]
        offers = [offer for rule in planned.rules if (offer := self._offer(rule, row)) is not None]
        single: list[tuple[int, int, Offer]] = []
        for offer in offers:
            times = -(-gap // offer.units)
            if times <= min(offer.times, MOST_TIMES) and times * offer.units <= self._room(score, offer.group, row):
                single.append((times, times * offer.units, offer))
        if single:
            times, units, offer = min(single, key=lambda item: item[:2])
            return _say(offer, times, units)
        return self._together(score, gap, offers, row)

    def _together(self, score: str, gap: int, offers: list[Offer], row: Row) -> str | None:
        """Up to three different actions, the strongest first."""
        found: list[str] = []
        rooms: dict[str | None, int] = {}
        for offer in sorted(offers, key=lambda item: -item.units):
            room = rooms.setdefault(offer.group, self._room(score, offer.group, row))
            if offer.units > room:
                continue
            rooms[offer.group] = room - offer.units
            gap -= offer.units
            found.append(_say(offer, 1, offer.units))
            if gap <= 0:
                return " and ".join(found)
            if len(found) == 3:
                break
        return None

    def _room(self, score: str, group: str | None, row: Row) -> int:
        """Units that a group's cap still leaves."""
        caps = dict(self.plan.scores[score].groups)
        if group is None or group not in caps:
            return 1 << 62
        return caps[group] - sum(row[rule.column] for rule in self.plan.scores[score].rules if rule.group == group)

    def _offer(self, rule: RulePlan, row: Row) -> Offer | None:
        now = row[rule.column]
        phrase = self._phrases[rule.column]
        if isinstance(rule.points, CasePoints):
            best = max((units for _, units in rule.points.cases), default=0)
            gain = best - now
            return Offer(phrase, gain, 1, rule.column, rule.group) if gain > 0 else None
        return self._counted_offer(rule, rule.points, now, phrase)

    def _counted_offer(self, rule: RulePlan, points: CountedPoints, now: int, phrase: str) -> Offer | None:
        measure = self.plan.measures[points.measure]
        units = measure.weights.by_age[0]
        if measure.signal.quantity is not None:
            units *= measure.signal.quantity.up_to
        times = MOST_TIMES
        if measure.how == "latest":
            units, times = units - now, 1
        elif measure.how == "daily":
            times = 0 if now else 1
        if points.cap is not None:
            units = min(units, points.cap - now)
            times = min(times, (points.cap - now) // units if units > 0 else 0)
        return Offer(phrase, units, times, rule.column, rule.group) if units > 0 and times > 0 else None


def _say(offer: Offer, times: int, units: int) -> str:
    many = f"{times} × " if times > 1 else ""
    return f"{many}{offer.phrase}: +{spell_points(units)}"


def _plain(value: object) -> str:
    text = f"{value:f}" if hasattr(value, "normalize") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
