"""Turns result rows into readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from pyrometer.definition.document import Definition
from pyrometer.plan import Plan
from pyrometer.reasons import MissingFinder
from pyrometer.result import Contribution, FrameworkReading, Reading
from pyrometer.sql import Layout

RuleLine = tuple[str, str, str, str | None, str | None]
"""A rule's name, and its columns: points, what they were before the cap, hits, days since the freshest."""


_plain_line = partial(tuple.__new__, Contribution)
"""A contribution of its parts; of a hundred a lead each, three times as quick as by keyword."""


@dataclass(frozen=True)
class RowReader:
    """Knows which column of a result row means what."""

    definition: Definition
    fingerprint: str
    plan: Plan
    layout: Layout

    @cached_property
    def finder(self) -> MissingFinder:
        """What is missing, by row."""
        return MissingFinder(self.definition, self.plan, self.layout)

    @cached_property
    def _columns(self) -> dict[str, dict[str, str]]:
        kinds: dict[str, dict[str, str]] = {}
        for (kind, name), column in self.plan.columns.items():
            kinds.setdefault(kind, {})[name] = column
        return kinds

    def reading(self, values: tuple[Any, ...], as_of: datetime, *, lines: bool = True) -> Reading:
        """A lead's reading at a time from its row, in the layout's column order; without `lines`, no contributions."""
        row = dict(zip(self.layout.columns, values, strict=True))
        plan, columns = self.plan, self._columns
        temperature = row["temperature"]
        return Reading(
            lead_id=row["lead_id"],
            as_of=as_of,
            definition=self.fingerprint,
            temperature=temperature,
            scores={name: row[columns["score"][name]] for name in plan.scores},
            grades={name: row[columns["grade"][name]] for name, score in plan.scores.items() if score.ladder},
            criteria={name: row[columns["criterion"][name]] for name in plan.criteria},
            frameworks={name: self._framework(name, row) for name in plan.frameworks},
            flags={name: row[columns["flag"][name]] for name in plan.flags},
            missing=self.finder.missing(row, temperature),
            contributions=tuple(self._contributions(row, as_of)) if lines else (),
        )

    def _framework(self, name: str, row: dict[str, Any]) -> FrameworkReading:
        met, unmet, ready = (row[self.plan.columns[kind, name]] for kind in ("met", "unmet", "ready"))
        letters = len(self.plan.frameworks[name].criteria)
        return FrameworkReading(met, unmet, letters - met - unmet, ready)

    @cached_property
    def _lines(self) -> list[tuple[str, list[RuleLine], list[tuple[str, str]], str]]:
        """For each score: its name, its rules, its groups with the columns of what they cut, and that of its range."""
        layout, found = self.layout, []
        for score in self.plan.scores.values():
            rules = [
                (
                    rule.name,
                    rule.column,
                    layout.cuts.get(rule.column, rule.column),
                    layout.hits.get(rule.column),
                    layout.last.get(rule.column),
                )
                for rule in score.rules
            ]
            groups = [
                (f"group {group}", layout.groups[score.name, group])
                for group, _ in score.groups
                if (score.name, group) in layout.groups
            ]
            found.append((score.name, rules, groups, layout.ranges[score.name]))
        return found

    @cached_property
    def _plain(self) -> dict[str, list[tuple[str, str, Contribution]]]:
        """For each score its rules, the columns of their points, and the lines of those that give none."""
        return {
            score: [(rule, column, Contribution(score, rule, 0, None)) for rule, column, *_ in rules]
            for score, rules, _, _ in self._lines
        }

    def _contributions(self, row: dict[str, Any], as_of: datetime) -> list[Contribution]:
        """Every rule, then what group caps and the range cut off, score by score."""
        found: list[Contribution] = []
        cut = 0 if self.layout.explained else None
        for score, rules, groups, range_ in self._lines:
            if self.layout.explained:
                found += [_line(score, rule, row, as_of.date()) for rule in rules]
            else:
                # Most rules give a lead nothing, and lines that say so can be the same for all.
                found += [
                    _plain_line((score, rule, units, None, None, None)) if (units := row[column]) else nothing
                    for rule, column, nothing in self._plain[score]
                ]
            found += [Contribution(score, group, row[column], cut) for group, column in groups if row[column]]
            if row[range_]:
                found.append(Contribution(score, "range", row[range_], cut))
        return found


def _line(score: str, rule: RuleLine, row: dict[str, Any], today: date) -> Contribution:
    name, column, before, hits, last = rule
    age = None if last is None else row[last]
    return Contribution(
        score,
        name,
        row[column],
        row[before] - row[column],
        None if hits is None else row[hits],
        None if age is None else today - timedelta(days=age),
    )
