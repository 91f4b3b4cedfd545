"""What comes out of scoring: readings, whose contributions add up to their scores exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from pyrometer.definition.values import points_number


class Contribution(NamedTuple):
    """One line of a score's sum.

    `units` are what the line adds (1 point = 10,000 units), after the rule's own cap; `cut` is what that cap took, so
    that units + cut is the uncapped amount; None where it wasn't asked for. `hits` is how many events counted and
    `last_at` the UTC day of the freshest of them; both are None for rules that count no events, for caps and ranges,
    and where they weren't asked for.
    """

    score: str
    rule: str
    units: int
    cut: int | None = 0
    hits: int | None = None
    last_at: date | None = None

    def as_dict(self) -> dict[str, Any]:
        """The line as a JSON object, in points."""
        return {
            "score": self.score,
            "rule": self.rule,
            "points": points_number(self.units),
            "hits": self.hits,
            "last_at": None if self.last_at is None else self.last_at.isoformat(),
            "cut": None if self.cut is None else points_number(self.cut),
        }


@dataclass(frozen=True, slots=True)
class FrameworkReading:
    """How many of a framework's letters are met, unmet and unknown, and whether that makes it ready."""

    met: int
    unmet: int
    unknown: int
    ready: bool

    def as_dict(self) -> dict[str, Any]:
        """The counts as a JSON object."""
        return {"met": self.met, "unmet": self.unmet, "unknown": self.unknown, "ready": self.ready}


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a lead from the next warmer temperature: `status` is unmet or unknown.

    `gap` says how far it is where that can be measured, `closes` the cheapest evidence that would close it.
    """

    what: str
    status: str
    gap: str | None = None
    closes: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The item as a JSON object."""
        return {"what": self.what, "status": self.status, "gap": self.gap, "closes": self.closes}


@dataclass(frozen=True, slots=True)
class Reading:
    """One lead's scores (units), grades, criteria, frameworks, flags, temperature and what is missing, at a time."""

    lead_id: str
    as_of: datetime
    definition: str
    temperature: str
    scores: Mapping[str, int]
    grades: Mapping[str, str]
    criteria: Mapping[str, str]
    frameworks: Mapping[str, FrameworkReading]
    flags: Mapping[str, bool | None]
    missing: tuple[Missing, ...]
    contributions: tuple[Contribution, ...]

    def as_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """The reading as a JSON object, scores in points; with `explain`, its contributions too."""
        found: dict[str, Any] = {
            "lead_id": self.lead_id,
            "as_of": spell_time(self.as_of),
            "definition": self.definition,
            "temperature": self.temperature,
            "scores": {name: points_number(units) for name, units in self.scores.items()},
            "grades": dict(self.grades),
            "criteria": dict(self.criteria),
            "frameworks": {name: reading.as_dict() for name, reading in self.frameworks.items()},
            "flags": dict(self.flags),
            "missing": [item.as_dict() for item in self.missing],
        }
        if explain:
            found["contributions"] = [line.as_dict() for line in self.contributions]
        return found


def spell_time(moment: datetime) -> str:
    """A UTC time as ISO 8601 with a Z."""
    return moment.isoformat().replace("+00:00", "Z")
