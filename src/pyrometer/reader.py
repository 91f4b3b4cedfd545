"""Turns result rows into readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from pyrometer.definition.document import Definition
from pyrometer.plan import Plan
from pyrometer.reasons import MissingFinder
from pyrometer.result import Contribution, FrameworkReading, Reading
from pyrometer.sql import Layout


@dataclass(frozen=True)
class RowReader:
    """Knows which column of a result row means what."""

    definition: Definition
    fingerprint: str
    plan: Plan
    layout: Layout
    as_of: datetime

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

    def reading(self, values: tuple[Any, ...], *, lines: bool = True) -> Reading:
        """One lead's reading from its row, in the layout's column order; without `lines`, no contributions."""
        row = dict(zip(self.layout.columns, values, strict=True))
        plan, columns = self.plan, self._columns
        temperature = row["temperature"]
        return Reading(
            lead_id=row["lead_id"],
            as_of=self.as_of,
            definition=self.fingerprint,
            temperature=temperature,
            scores={name: row[columns["score"][name]] for name in plan.scores},
            grades={name: row[columns["grade"][name]] for name, score in plan.scores.items() if score.ladder},
            criteria={name: row[columns["criterion"][name]] for name in plan.criteria},
            frameworks={name: self._framework(name, row) for name in plan.frameworks},
            flags={name: row[columns["flag"][name]] for name in plan.flags},
            missing=self.finder.missing(row, temperature),
            contributions=tuple(self._contributions(row)) if lines else (),
        )

    def _framework(self, name: str, row: dict[str, Any]) -> FrameworkReading:
        met, unmet, ready = (row[self.plan.columns[kind, name]] for kind in ("met", "unmet", "ready"))
        letters = len(self.plan.frameworks[name].criteria)
        return FrameworkReading(met, unmet, letters - met - unmet, ready)

    def _contributions(self, row: dict[str, Any]) -> list[Contribution]:
        """Every rule, then what group caps and the range cut off, score by score."""
        layout, today = self.layout, self.as_of.date()
        found = []
        for score in self.plan.scores.values():
            for rule in score.rules:
                cut = row[layout.cuts[rule.column]] - row[rule.column] if rule.column in layout.cuts else 0
                hits, last = None, None
                if rule.column in layout.hits:
                    hits, age = row[layout.hits[rule.column]], row[layout.last[rule.column]]
                    last = None if age is None else today - timedelta(days=age)
                found.append(Contribution(score.name, rule.name, row[rule.column], cut, hits, last))
            for group, _ in score.groups:
                cut_off = layout.groups.get((score.name, group))
                if cut_off is not None and (over := row[cut_off]):
                    found.append(Contribution(score.name, f"group {group}", over))
            if row[layout.ranges[score.name]]:
                found.append(Contribution(score.name, "range", row[layout.ranges[score.name]]))
        return found
