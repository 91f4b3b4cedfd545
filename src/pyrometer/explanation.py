"""Tells one lead's story: the sum line by line, the gates leaf by leaf, the missing, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyrometer.archive import all_leads
from pyrometer.definition import Definition, load
from pyrometer.definition.conditions import (
    Condition,
    CriterionLeaf,
    EventLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    ScoreLeaf,
    TraitLeaf,
    children,
)
from pyrometer.definition.problems import Path as Place
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import rule_sentence, sentence
from pyrometer.engines import DuckDBEngine, Engine, Progress
from pyrometer.errors import UsageError
from pyrometer.evidence import DataNote, Source
from pyrometer.inputs import Given
from pyrometer.plan.model import CountTest, LastTest, Plan
from pyrometer.reasons import Questions
from pyrometer.result import Reading
from pyrometer.runs import Run, run
from pyrometer.sql import Layout

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Gate:
    """A condition as it stands for a lead: true, false or unknown (None), what was looked at, and its parts.

    A flag or criterion has the conditions behind it as `parts`.
    """

    sentence: str
    truth: bool | None
    actual: str | None = None
    parts: tuple[Gate, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The gate and its parts as a JSON object."""
        return {
            "what": self.sentence,
            "truth": self.truth,
            "actual": self.actual,
            "parts": [part.as_dict() for part in self.parts],
        }


@dataclass(frozen=True)
class Question:
    """What to ask next: a missing criterion, and the question for it by language."""

    criterion: str
    texts: Mapping[str, str]

    def text(self, language: str = "en") -> str:
        """The question in a language, else in English, else in any."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()), "")


@dataclass(frozen=True)
class Story:
    """A lead's reading with its gates (by temperature and `when` / `stay`), criteria, flags and next question.

    `rules` says what each rule asks, by score and rule name. `basis` is where the as-of time
    comes from, as in a `Scoring`.
    """

    reading: Reading
    basis: str
    previous: str | None
    gates: Mapping[str, Mapping[str, Gate]]
    criteria: Mapping[str, Gate]
    flags: Mapping[str, Gate]
    rules: Mapping[tuple[str, str], str]
    question: Question | None
    notes: tuple[DataNote, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The story as a JSON object: the reading with its contributions, and what explains it."""
        found = self.reading.as_dict(explain=True)
        found["gates"] = {
            name: {kind: gate.as_dict() for kind, gate in gates.items()} for name, gates in self.gates.items()
        }
        found["criteria_why"] = {name: gate.as_dict() for name, gate in self.criteria.items()}
        found["flags_why"] = {name: gate.as_dict() for name, gate in self.flags.items()}
        found["question"] = (
            None
            if self.question is None
            else {"criterion": self.question.criterion, "texts": dict(self.question.texts)}
        )
        return found


def explain(
    definition: Definition | str | Path | Mapping[str, Any],
    lead: str,
    *,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    previous: Source | None = None,
    as_of: str | date | datetime | None = None,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    tally: str | Path | None = None,
    engine: str | Engine | Any = None,
    inputs: Given | None = None,
    archive: str | Path | None = None,
    now: datetime | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Story:
    """One lead's story, from the same query that scores all; the sources are those of `score`.

    Raises UsageError, naming the nearest ids, if there is no such lead; else as `score` does.
    """
    if not isinstance(definition, Definition):
        definition = load(definition)
    with DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress) as local:
        found = run(
            definition,
            local,
            engine=engine,
            inputs=inputs,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            as_of=as_of,
            explain=True,
            lead_id=lead_id,
            columns=columns,
            tally=tally,
            now=now,
            story=True,
            only=lead,
            archive=archive,
        )
        names = ", ".join(f'"{name}"' for name in found.reader.layout.columns)
        rows = local.run(f"SELECT {names} FROM readings")
        if not rows:
            if archive is not None and leads is None:
                all_leads(local, archive)
            raise UsageError(_no_such_lead(local, lead))
        row = dict(zip(found.reader.layout.columns, rows[0], strict=True))
        before = local.run("SELECT temperature FROM previous WHERE lead_id = $1", [lead]) if previous else []
        return _story(
            definition, found, found.reader.reading(rows[0], found.as_of), row, before[0][0] if before else None
        )


def _no_such_lead(local: DuckDBEngine, lead: str) -> str:
    near = local.run(
        "SELECT lead_id FROM everyone ORDER BY jaro_winkler_similarity(lower(lead_id), lower($1)) DESC,"
        " lead_id LIMIT 3",
        [lead],
    )
    if not near:
        return f"there is no lead `{lead}`: the evidence holds no leads at all"
    return f"there is no lead `{lead}`; the nearest ids are {', '.join(f'`{name}`' for (name,) in near)}"


def _story(definition: Definition, found: Run, reading: Reading, row: Row, previous: str | None) -> Story:
    teller = _Teller(definition, found.plan, found.reader.layout, row)
    gates: dict[str, dict[str, Gate]] = {}
    for name in ("hot", "warm"):
        band = getattr(definition.temperature, name)
        if band is not None:
            gates[name] = {"when": teller.gate(band.when, ("temperature", name, "when"))}
            if band.stay is not None:
                gates[name]["stay"] = teller.gate(band.stay, ("temperature", name, "stay"))
    return Story(
        reading=reading,
        basis=found.basis,
        previous=previous,
        gates=gates,
        criteria={name: teller.criterion(name) for name in found.plan.criteria},
        flags={name: teller.gate(condition, ("flags", name)) for name, condition in definition.flags.items()},
        rules={
            (name, rule.name): rule_sentence(rule, definition)
            for name, score in definition.scores.items()
            for rule in score.rules
        },
        question=_next_question(definition, reading),
        notes=found.evidence.notes,
    )


def _next_question(definition: Definition, reading: Reading) -> Question | None:
    """For the first criterion that frameworks and gates wait for: unknown ones first, then unmet ones."""
    if reading.temperature == "hot":
        return None
    questions = Questions(definition)
    order: list[str] = []
    for name, framework in definition.used_frameworks.items():
        if not reading.frameworks[name].ready:
            letters = dict(framework.letters)
            order += [letters[letter] for letter in framework.required] + list(letters.values())
    order += list(reading.criteria)
    for state in ("unknown", "unmet"):
        for criterion in dict.fromkeys(order):
            if reading.criteria[criterion] == state:
                texts = questions.by_language(criterion)
                if texts:
                    return Question(criterion, texts)
    return None


@dataclass
class _Teller:
    """Reads gates from a result row."""

    definition: Definition
    plan: Plan
    layout: Layout
    row: Row
    seen: dict[Place, Gate] = field(default_factory=dict)

    def gate(self, condition: Condition, place: Place) -> Gate:
        """A condition with its truth, what it looked at, and the conditions inside or behind it."""
        if place not in self.seen:
            column = self.layout.gates.get(place)
            truth = None if column is None else self.row[column]
            parts = [self.gate(item, place + step) for step, item in children(condition)]
            if isinstance(condition, FlagLeaf):
                parts.append(self.gate(self.definition.flags[condition.flag], ("flags", condition.flag)))
            elif isinstance(condition, CriterionLeaf):
                parts += self.criterion(condition.criterion).parts
            said = sentence(condition, self.definition)
            self.seen[place] = Gate(said, truth, self._actual(condition, place), tuple(parts))
        return self.seen[place]

    def criterion(self, name: str) -> Gate:
        """A criterion's state, with the conditions that decide it."""
        criterion = self.definition.all_criteria[name]
        state = self.row[self.plan.columns["criterion", name]]
        truth = {"met": True, "unmet": False}.get(state)
        if criterion is None:
            return Gate(name, truth, "nothing answers it")
        parts = [self.gate(criterion.met, ("criteria", name, "met"))]
        if criterion.unmet is not None:
            unmet = self.gate(criterion.unmet, ("criteria", name, "unmet"))
            parts.append(Gate(f"unmet if {unmet.sentence}", unmet.truth, unmet.actual, unmet.parts))
        return Gate(name, truth, state, tuple(parts))

    def _actual(self, condition: Condition, place: Place) -> str | None:
        columns = self.plan.columns
        match condition:
            case TraitLeaf():
                return spell_value(self.row[columns["trait", condition.trait]])
            case EventLeaf():
                return self._seen_events(place)
            case ScoreLeaf():
                return spell_points(self.row[columns["score", condition.score]])
            case GradeLeaf():
                return str(self.row[columns["grade", condition.grade]])
            case CriterionLeaf():
                return str(self.row[columns["criterion", condition.criterion]])
            case FrameworkLeaf():
                letters = len(self.plan.frameworks[condition.framework].criteria)
                met, unmet = (self.row[columns[kind, condition.framework]] for kind in ("met", "unmet"))
                return f"{met} met, {unmet} unmet, {letters - met - unmet} unknown"
            case _:
                return None

    def _seen_events(self, place: Place) -> str | None:
        match self.plan.gates.get(place):
            case CountTest(measure=measure):
                return str(self.row[f"m{measure}"])
            case LastTest(measure=measure):
                age = self.row[f"m{measure}"]
                words = {None: "never", 0: "today", 1: "yesterday"}
                return words.get(age, f"{age} days ago")
            case _:
                return None


def spell_value(value: object) -> str:
    """A trait's value as people read it.

    >>> spell_value(None), spell_value(True), spell_value(4000.0)
    ('unknown', 'yes', '4000')
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.isoformat() if isinstance(value, date) else str(value)
