"""Why a lead has its temperature: every score as a sum whose lines add up, what is missing, what to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.temperature.models import Reading
from pyrometer.definition import Definition


@dataclass(frozen=True)
class Line:
    """A rule's part of a score, in points."""

    rule: str
    sentence: str
    points: Any
    hits: int | None = None
    last_at: date | None = None
    cut: Any = 0


@dataclass(frozen=True)
class Sum:
    """A score: its lines, and the total that they add up to."""

    score: str
    total: Any
    grade: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Why:
    """The sums, what is missing for the next temperature, and the next question."""

    sums: tuple[Sum, ...]
    missing: tuple[Mapping[str, Any], ...]
    criteria: Mapping[str, str]
    question: str
    exact: bool = True


def why(lead: Lead, reading: Reading | None, definition: Definition | None, now: datetime) -> Why | None:
    """The explanation of a lead's present reading; None where there is none yet."""
    if reading is None:
        return None
    sums = tuple(
        Sum(
            score,
            total,
            reading.grades.get(score, ""),
            tuple(
                Line(line["rule"], "", line["points"]) for line in reading.strongest if line["score"] == score
            ),
        )
        for score, total in reading.scores.items()
    )
    question = agreed.next_question(definition, reading.criteria, lead.language)
    return Why(sums, tuple(reading.missing), reading.criteria, question, exact=False)
