"""What a simulation found, as plain values. Points are units (1 point = 10,000 units), rates run from 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyrometer.definition.values import points_number
from pyrometer.evidence import DataNote
from pyrometer.result import spell_time


@dataclass(frozen=True)
class Change:
    """One place where the definitions differ: a rule, a cap, a condition. `before` or `after` is None where there is
    no such thing; both are words for people."""

    where: str
    what: str
    before: str | None
    after: str | None

    def as_dict(self) -> dict[str, Any]:
        """The change as a JSON object."""
        return {"where": self.where, "what": self.what, "before": self.before, "after": self.after}


@dataclass(frozen=True)
class Cause:
    """Why leads change temperature.

    `kind` is `threshold` (a bound of a score moved), `points` (the score did: see its lines), `condition` (one that
    only one definition has, or that asks something else), `stay` (what keeps a lead that was warm already),
    `temperature` (only one definition has it) or `evidence` (the same question, but the answer is read differently).
    `score` is the score of thresholds and points.
    """

    kind: str
    what: str
    score: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The cause as a JSON object."""
        return {"kind": self.kind, "what": self.what, "score": self.score}


@dataclass(frozen=True)
class CauseCount:
    """In how many of a group's leads a cause was at work; a lead can have several."""

    cause: Cause
    leads: int

    def as_dict(self) -> dict[str, Any]:
        """The count as a JSON object."""
        return {**self.cause.as_dict(), "leads": self.leads}


@dataclass(frozen=True)
class LineCount:
    """A line of a score (a rule, `group …` or `range`) that moved scores the way they went.

    Only leads are looked at whose points made the difference. `leads` is in how many of them the line did, `units` by
    how much, all together.
    """

    score: str
    rule: str
    leads: int
    units: int

    def as_dict(self) -> dict[str, Any]:
        """The line as a JSON object, in points."""
        return {"score": self.score, "rule": self.rule, "leads": self.leads, "points": points_number(self.units)}


@dataclass(frozen=True)
class Ended:
    """How leads really ended: `won` and `lost` are decided, `open` are not.

    `interval` is the 95 % interval of won among the decided by Wilson's method; (0, 1) where none is decided.
    """

    won: int
    lost: int
    open: int
    interval: tuple[float, float]

    @property
    def rate(self) -> float | None:
        """The share of won among the decided; None where none is."""
        decided = self.won + self.lost
        return self.won / decided if decided else None

    def as_dict(self) -> dict[str, Any]:
        """The outcomes as a JSON object."""
        return {
            "won": self.won,
            "lost": self.lost,
            "open": self.open,
            "rate": self.rate,
            "interval": list(self.interval),
        }


@dataclass(frozen=True)
class FlipGroup:
    """All leads that go from one temperature to another: how many, why, and how they ended if that is known.

    `decided` of them were decided by the time they are scored for, so that they are nothing new for sales.
    """

    before: str
    after: str
    leads: int
    causes: tuple[CauseCount, ...]
    lines: tuple[LineCount, ...]
    ended: Ended | None = None
    decided: int = 0

    @property
    def warmer(self) -> bool:
        """Whether they become warmer."""
        return WARMTH[self.after] > WARMTH[self.before]

    def as_dict(self) -> dict[str, Any]:
        """The group as a JSON object."""
        return {
            "before": self.before,
            "after": self.after,
            "leads": self.leads,
            "leads_decided": self.decided,
            "causes": [each.as_dict() for each in self.causes],
            "lines": [each.as_dict() for each in self.lines],
            "ended": None if self.ended is None else self.ended.as_dict(),
        }


@dataclass(frozen=True)
class LineChange:
    """A line of a score under both definitions, in units; None where one of them has no such line."""

    rule: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        """What the line adds more (or less) by the new definition."""
        return (self.after or 0) - (self.before or 0)

    def as_dict(self) -> dict[str, Any]:
        """The line as a JSON object, in points."""
        return {
            "rule": self.rule,
            "before": _points(self.before),
            "after": _points(self.after),
            "difference": points_number(self.difference),
        }


@dataclass(frozen=True)
class ScoreChange:
    """A lead's score under both definitions, with the lines that differ.

    Their differences add up to the difference of the scores exactly. A score that only one definition has can't be
    compared: then `before` or `after` is None, and there are no lines.
    """

    score: str
    before: int | None
    after: int | None
    lines: tuple[LineChange, ...]

    @property
    def difference(self) -> int | None:
        """The new score less the old one."""
        return None if self.before is None or self.after is None else self.after - self.before

    def as_dict(self) -> dict[str, Any]:
        """The score as a JSON object, in points."""
        return {
            "score": self.score,
            "before": _points(self.before),
            "after": _points(self.after),
            "difference": _points(self.difference),
            "lines": [line.as_dict() for line in self.lines],
        }


@dataclass(frozen=True)
class Flip:
    """A lead that changes temperature.

    `causes` is what made the difference at the warmer of the two temperatures; `scores` are all scores of both
    definitions. `previous` is the temperature given with `previous`, `outcome` `won`, `lost` or `open`; None where
    that wasn't given. `decided` leads were so by the time they are scored for.
    """

    lead_id: str
    before: str
    after: str
    previous: str | None
    causes: tuple[Cause, ...]
    scores: tuple[ScoreChange, ...]
    outcome: str | None = None
    decided: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The flip as a JSON object, scores in points."""
        return {
            "lead_id": self.lead_id,
            "before": self.before,
            "after": self.after,
            "previous": self.previous,
            "causes": [cause.as_dict() for cause in self.causes],
            "scores": [score.as_dict() for score in self.scores],
            "outcome": self.outcome,
            "decided": self.decided,
        }


@dataclass(frozen=True)
class Week:
    """Seven days that end at a time (UTC), and how many leads became hot in them by each definition."""

    ends: datetime
    old: int
    new: int

    def as_dict(self) -> dict[str, Any]:
        """The week as a JSON object."""
        return {"ends": spell_time(self.ends), "old": self.old, "new": self.new}


@dataclass(frozen=True)
class Queue:
    """The sales queue: newly hot leads by week, oldest first, against how many sales can follow up in one.

    `limits` say what the past can't be replayed for, and who isn't counted.
    """

    weeks: tuple[Week, ...]
    capacity: float | None
    limits: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The queue as a JSON object."""
        return {
            "capacity_per_week": self.capacity,
            "weeks": [week.as_dict() for week in self.weeks],
            "limits": list(self.limits),
        }


@dataclass(frozen=True)
class SideReport:
    """One of the two definitions: its name, its fingerprint, and how many leads have each temperature by it.

    `ended` is how the leads of each temperature really ended, where that is known; `decided` how many of them were
    decided by the time they are scored for.
    """

    name: str
    fingerprint: str
    counts: Mapping[str, int]
    ended: Mapping[str, Ended] | None = None
    decided: Mapping[str, int] | None = None

    def undecided(self, temperature: str) -> int:
        """How many leads of a temperature weren't decided by the time they are scored for, as far as is known."""
        return self.counts.get(temperature, 0) - (self.decided or {}).get(temperature, 0)

    def as_dict(self) -> dict[str, Any]:
        """The side as a JSON object."""
        ended = None if self.ended is None else {name: each.as_dict() for name, each in self.ended.items()}
        decided = None if self.decided is None else dict(self.decided)
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "counts": dict(self.counts),
            "ended": ended,
            "decided": decided,
        }


@dataclass(frozen=True)
class Simulation:
    """The same evidence by two definitions. Small whatever the number of leads: all are counted, few are shown.

    - `leads`: how many both definitions see; `only_old`, `only_new`: how many only one does, because a lead without a
      row of its own is known by its events, and these have to be declared.
    - `matrix`: leads by temperature, `matrix[old][new]`.
    - `groups`: those that change, by where from and where to, with the causes; `shown`: some of them in full.
    - `uncompared`: scores that only one definition has.
    - `failed_examples`: names of the new definition's examples that don't come out as agreed, of `examples` in all.
    - `early`: how many outcomes were decided before `as_of`, so that the evidence may know them.
    - `first`, `latest`: from when to when the evidence has times (UTC), as far as that is known.
    """

    old: SideReport
    new: SideReport
    as_of: datetime
    basis: str
    leads: int
    only_old: int
    only_new: int
    matrix: Mapping[str, Mapping[str, int]]
    changes: tuple[Change, ...]
    uncompared: tuple[str, ...]
    groups: tuple[FlipGroup, ...]
    shown: tuple[Flip, ...]
    examples: int
    failed_examples: tuple[str, ...]
    queue: Queue | None
    ended: Ended | None
    early: int
    notes: tuple[DataNote, ...]
    first: datetime | None = None
    latest: datetime | None = None

    @property
    def flips(self) -> int:
        """How many leads change temperature."""
        return sum(group.leads for group in self.groups)

    @property
    def flips_decided(self) -> int:
        """How many of the leads that change temperature were decided by the time they are scored for."""
        return sum(group.decided for group in self.groups)

    @property
    def same_meaning(self) -> bool:
        """Whether the definitions mean the same, so that nothing can change."""
        return self.old.fingerprint == self.new.fingerprint

    def as_dict(self) -> dict[str, Any]:
        """The simulation as a JSON object, points as points."""
        return {
            "old": self.old.as_dict(),
            "new": self.new.as_dict(),
            "same_meaning": self.same_meaning,
            "as_of": spell_time(self.as_of),
            "as_of_basis": self.basis,
            "evidence_from": None if self.first is None else spell_time(self.first),
            "evidence_to": None if self.latest is None else spell_time(self.latest),
            "leads": self.leads,
            "leads_only_in_old": self.only_old,
            "leads_only_in_new": self.only_new,
            "matrix": {before: dict(row) for before, row in self.matrix.items()},
            "changes": [change.as_dict() for change in self.changes],
            "scores_not_compared": list(self.uncompared),
            "flips": self.flips,
            "groups": [group.as_dict() for group in self.groups],
            "shown": [flip.as_dict() for flip in self.shown],
            "examples": self.examples,
            "failed_examples": list(self.failed_examples),
            "queue": None if self.queue is None else self.queue.as_dict(),
            "ended": None if self.ended is None else self.ended.as_dict(),
            "outcomes_before_as_of": self.early,
            "notes": [{"level": note.level, "file": note.file, "what": note.what} for note in self.notes],
        }


WARMTH = {"cool": 0, "warm": 1, "hot": 2}


def _points(units: int | None) -> int | float | None:
    return None if units is None else points_number(units)
