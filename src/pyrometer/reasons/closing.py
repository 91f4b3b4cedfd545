"""Which evidence would lift a score over a bound: fewest actions first, then the least overshoot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyrometer.definition.document import Definition
from pyrometer.definition.values import spell_points
from pyrometer.plan import Plan
from pyrometer.reasons.recipes import MOST_TIMES, NO_LIMIT, Recipe, recipes_of
from pyrometer.sql import Layout

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Closer:
    """Finds the cheapest evidence for a score of a definition."""

    definition: Definition
    plan: Plan
    layout: Layout

    @cached_property
    def _recipes(self) -> dict[str, list[tuple[Recipe, str, int]]]:
        """For each score its recipes, each with the column of its rule's points and the most that these can come to."""
        return {
            name: [(recipe, recipe.column, recipe.most()) for recipe in recipes_of(self.definition, self.plan, name)]
            for name in self.plan.scores
        }

    def closes(self, score: str, bound: int, row: Row, ceiling: int | None = None) -> str | None:
        """In words, what would lift the score to `bound` (units) and not over `ceiling`: "a demo request: +12".

        None if nothing that can be advised would.
        """
        planned = self.plan.scores[score]
        if bound > planned.highest:
            return None
        before_range: int = row[self.plan.columns["score", score]] - row[self.layout.ranges[score]]
        gap = bound - before_range
        most = NO_LIMIT if ceiling is None or ceiling >= planned.highest else ceiling - before_range
        rooms = {group: self._room(score, group, cap, row) for group, cap in planned.groups}
        best: tuple[int, int, Recipe, int] | None = None
        for recipe, column, highest in self._recipes[score]:
            if highest - row[column] < gap:
                continue
            units, times, quanta = _offer(recipe, row, gap)
            room = NO_LIMIT if recipe.group is None else rooms.get(recipe.group, NO_LIMIT)
            if units <= 0 or times <= 0 or room <= 0:
                continue
            wanted = -(-gap // units)
            if wanted > times or (best is not None and wanted > best[0]):
                continue
            added = wanted * units
            if added > room:
                added = room
            if gap <= added <= most and (best is None or (wanted, added) < best[:2]):
                best = wanted, added, recipe, quanta
        if best is not None:
            return _say(best[2], best[0], best[1], best[3])
        return _together(gap, most, self._offers(score, gap, row, rooms), rooms)

    def _offers(self, score: str, gap: int, row: Row, rooms: dict[str, int]) -> list[tuple[int, Recipe, int]]:
        """What each rule can add by one action: units, and the quanta of `per` in it."""
        offers = []
        for recipe, _, _ in self._recipes[score]:
            units, times, quanta = _offer(recipe, row, gap)
            if units > 0 and times > 0 and (recipe.group is None or rooms.get(recipe.group, NO_LIMIT) > 0):
                offers.append((units, recipe, quanta))
        return offers

    def _room(self, score: str, group: str, cap: int, row: Row) -> int:
        """Units that a group's cap still leaves."""
        taken: int = sum(row[rule.column] for rule in self.plan.scores[score].rules if rule.group == group)
        return cap - taken


def _offer(recipe: Recipe, row: Row, gap: int) -> tuple[int, int, int]:
    """(units each time, how many times, quanta of `per` in each) that a rule can still add for a lead."""
    now = row[recipe.column]
    if recipe.how == "case":
        known = any(row[column] is not None for column in recipe.unless)
        return (0, 0, 1) if known else (recipe.units - now, 1, 1)
    quanta = 1
    units = recipe.units
    if recipe.quanta > 1:
        wanted = gap + (now if recipe.how == "latest" else 0)
        quanta = min(recipe.quanta, max(1, -(-wanted // units)))
        units *= quanta
    if recipe.how == "latest":
        return units - now, 1, quanta
    if recipe.how == "daily":
        return min(units, recipe.cap), 0 if now else 1, quanta
    if recipe.cap == NO_LIMIT:
        return units, MOST_TIMES, quanta
    room = recipe.cap - now
    if room <= units:
        return room, 1, quanta
    times = room // units
    return units, times if times < MOST_TIMES else MOST_TIMES, quanta


def _together(gap: int, most: int, offers: list[tuple[int, Recipe, int]], rooms: dict[str, int]) -> str | None:
    """Up to three different actions, the strongest first."""
    said: list[str] = []
    sum_ = 0
    for units, recipe, quanta in sorted(offers, key=lambda offer: -offer[0])[:6]:
        if recipe.group is not None and recipe.group in rooms:
            units = min(units, rooms[recipe.group])
            rooms[recipe.group] -= units
        if units <= 0:
            continue
        sum_ += units
        said.append(_say(recipe, 1, units, quanta))
        if sum_ >= gap:
            return " and ".join(said) if sum_ <= most else None
        if len(said) == 3:
            break
    return None


def _say(recipe: Recipe, times: int, units: int, quanta: int) -> str:
    many = f"{times} × " if times > 1 else ""
    measure = ""
    if recipe.measured:
        measure = f" ({recipe.measured} {_plain(f'{recipe.every * quanta:f}')} or more)"
    return f"{many}{recipe.phrase}{measure}: {'up to ' if recipe.upto else ''}+{spell_points(units)}"


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
