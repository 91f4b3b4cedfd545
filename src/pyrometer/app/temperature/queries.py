"""What pages and other rooms ask of temperatures: why a lead has the one it has, and how it came to that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from pyrometer import result
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.queries import rows_of
from pyrometer.app.evidence.withholding import Withheld, withheld
from pyrometer.app.temperature.asking import Question, next_question
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.app.temperature.reading import temperatures
from pyrometer.app.temperature.scoring import explainer
from pyrometer.definition import Definition
from pyrometer.definition.values import points_number
from pyrometer.definition.words import rule_sentence


@dataclass(frozen=True)
class Line:
    """A line of a score's sum, in points: what a rule gave (`hits` events, the freshest on `last_at`), or a cap took.

    `cut` is what the rule's own cap took off; `sentence` is what the rule says, empty for caps and ranges.
    """

    rule: str
    sentence: str
    points: int | float
    hits: int | None
    last_at: date | None
    cut: int | float


@dataclass(frozen=True)
class Sum:
    """A score with its lines, which add up to its points exactly; lines that are nothing are left out."""

    score: str
    points: int | float
    grade: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explained:
    """Why a lead has its temperature: the sums, what is missing for the next warmer one, and what to ask next."""

    temperature: str
    as_of: datetime
    sums: tuple[Sum, ...]
    missing: tuple[result.Missing, ...]
    criteria: Mapping[str, str]
    frameworks: Mapping[str, Mapping[str, Any]]
    flags: Mapping[str, bool | None]
    question: Question | None
    """Of what was read before, None: whoever shows it asks by the stored reading."""
    withheld: tuple[Withheld, ...] = ()
    """What the definition asks for and isn't counted, since the lead doesn't agree to what it would be used for."""


KEPT = 8
"""Definitions whose sentences are kept."""
_said: dict[int, tuple[Definition, dict[tuple[str, str], str]]] = {}


def explain(root: int, now: datetime) -> Explained | None:
    """A root as the live definition reads it now; None without a live definition, or where there is no such root.

    It is read anew from the evidence, so it is as of `now`, where the stored reading may be of an earlier time.
    """
    version = live()
    lead = Lead.objects.filter(pk=root, erased_at__isnull=True).first()
    if version is None or lead is None or lead.root_id != root:
        return None
    rows = rows_of([root])
    with explainer(version) as engine:
        found = engine.readings(rows.leads, rows.events, traits=rows.traits, previous=temperatures([root]), as_of=now)
    if not found:
        return None  # erased while we looked
    (reading,) = found
    definition = definition_of(version)
    return Explained(
        temperature=reading.temperature,
        as_of=reading.as_of,
        sums=tuple(_sums(definition, reading)),
        missing=reading.missing,
        criteria=reading.criteria,
        frameworks={name: framework.as_dict() for name, framework in reading.frameworks.items()},
        flags=reading.flags,
        question=next_question(definition, reading, lead.language or "en"),
        withheld=_withheld(definition, root),
    )


def as_read(row: Reading) -> Explained | None:
    """What `explain` says, as of the time at which the lead was read, and without scoring it again.

    Of no line does it say how often and when last something counted. None where another definition than the live one
    read the lead, or something came since.
    """
    version = live()
    if version is None or row.fingerprint != version.fingerprint or row.lead.touched_at is not None:
        return None
    definition = definition_of(version)
    said = _sentences(definition)
    lines: dict[str, list[Line]] = {name: [] for name in definition.scores}
    for score, rule, units in row.lines:
        lines[score].append(Line(rule, said.get((score, rule), ""), points_number(units), None, None, 0))
    return Explained(
        temperature=row.temperature,
        as_of=row.as_of,
        sums=tuple(
            Sum(name, row.scores.get(name, 0), row.grades.get(name) or "", tuple(lines[name])) for name in lines
        ),
        missing=tuple(result.Missing(**item) for item in row.missing),
        criteria={name: row.criteria[name] for name in definition.all_criteria if name in row.criteria},
        frameworks=row.frameworks,
        flags=row.flags,
        question=None,
        withheld=_withheld(definition, row.pk),
    )


def _withheld(definition: Definition, root: int) -> tuple[Withheld, ...]:
    return tuple(withheld(root, events=definition.events, traits=definition.profile))


def _sentences(definition: Definition) -> Mapping[tuple[str, str], str]:
    """What the rules say, by score and rule: written once for each definition."""
    held = _said.get(id(definition))
    if held is None or held[0] is not definition:
        if len(_said) >= KEPT:
            _said.clear()
        sentences = {
            (name, rule.name): rule_sentence(rule, definition)
            for name, score in definition.scores.items()
            for rule in score.rules
        }
        held = _said[id(definition)] = (definition, sentences)
    return held[1]


def _sums(definition: Definition, reading: result.Reading) -> list[Sum]:
    said = _sentences(definition)
    return [
        Sum(
            name,
            points_number(units),
            reading.grades.get(name, ""),
            tuple(
                _line(line, said.get((name, line.rule), ""))
                for line in reading.contributions
                if line.score == name and (line.units or line.cut)
            ),
        )
        for name, units in reading.scores.items()
    ]


def _line(line: result.Contribution, sentence: str) -> Line:
    return Line(line.rule, sentence, points_number(line.units), line.hits, line.last_at, points_number(line.cut or 0))


def history(root: int, limit: int = 200) -> QuerySet[Transition]:
    """The changes of a root's temperature and stage, the latest first."""
    return Transition.objects.filter(lead=root).order_by("-at", "-pk")[:limit]
