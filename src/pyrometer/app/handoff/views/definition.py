"""What pages need of the live definition: its grades, its questions, and what a rep may write down after a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyrometer import result
from pyrometer.app.agreement import queries
from pyrometer.app.temperature import asking
from pyrometer.app.temperature.models import Reading
from pyrometer.definition import Definition
from pyrometer.definition.conditions import TraitLeaf, walk
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.reasons import Questions


@dataclass(frozen=True)
class Asked:
    """A criterion with its question, and the traits whose answers decide it."""

    criterion: str
    question: str
    traits: tuple[str, ...]


def live() -> Definition | None:
    """The definition in force; None where nothing is published yet."""
    version = queries.live()
    return None if version is None else queries.definition_of(version)


def says_nothing(definition: Definition | None, trait: str, value: object) -> bool:
    """Whether an answer is one that the definition reads as unknown, `n/a` say: no fact to show, or to filter by."""
    declared = definition.profile.get(trait) if definition else None
    if declared is None or not isinstance(value, str):
        return False
    return value.strip().lower() in {"", *(str(spelling).strip().lower() for spelling in declared.unknown)}


def grades(definition: Definition | None) -> list[tuple[str, str]]:
    """All grades that there are, as (score, grade), best first."""
    if definition is None:
        return []
    return [(name, str(grade)) for name, score in definition.scores.items() for grade in score.grades or ()]


_known: dict[int, tuple[Definition, str]] = {}


def _fingerprint(definition: Definition) -> str:
    """Its fingerprint, taken once: a list asks for it with every row, and it is the hash of a whole definition."""
    held = _known.get(id(definition))
    if held is None or held[0] is not definition:
        if len(_known) > 8:
            _known.clear()
        held = _known[id(definition)] = (definition, fingerprint(definition))
    return held[1]


def next_question(definition: Definition | None, row: Reading, language: str) -> str:
    """What to ask a lead next, by its stored reading; of a hot one, too, what nobody knows yet."""
    if definition is None or row.fingerprint != _fingerprint(definition):
        return ""
    frameworks = {name: result.FrameworkReading(**each) for name, each in row.frameworks.items()}
    reading = result.Reading(
        str(row.pk), row.as_of, row.fingerprint, "warm", {}, {}, row.criteria, frameworks, {}, (), ()
    )
    question = asking.next_question(definition, reading, language)
    return question.text if question else ""


def to_ask(definition: Definition | None, criteria: Mapping[str, str], language: str) -> list[Asked]:
    """Every criterion that answers can decide, those that are open first."""
    if definition is None:
        return []
    questions = Questions(definition)
    found = []
    for name, criterion in definition.all_criteria.items():
        gates = [gate for gate in (criterion.met, criterion.unmet) if gate is not None] if criterion else []
        leaves = [leaf for gate in gates for _, leaf in walk(gate) if isinstance(leaf, TraitLeaf)]
        traits = tuple(dict.fromkeys(leaf.trait for leaf in leaves))
        text = questions.ask(name, language)
        if traits and text:
            found.append(Asked(name, text, traits))
    return sorted(found, key=lambda asked: criteria.get(asked.criterion) == "met")
