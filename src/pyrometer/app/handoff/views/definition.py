"""What pages need of the live definition: its grades, its questions, and what a rep may write down after a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pyrometer.app.agreement.models import State, Version
from pyrometer.definition import Definition, load
from pyrometer.definition.conditions import TraitLeaf, walk
from pyrometer.reasons import Questions

ORDER = ("unknown", "unmet")


@dataclass(frozen=True)
class Asked:
    """A criterion with its question, and the traits whose answers decide it."""

    criterion: str
    question: str
    traits: tuple[str, ...]


def live() -> Definition | None:
    """The definition in force; None where nothing is published yet."""
    text = Version.objects.filter(state=State.LIVE).values_list("text", flat=True).first()
    return None if text is None else _loaded(text)


@lru_cache(maxsize=4)
def _loaded(text: str) -> Definition:
    return load(text)


def grades(definition: Definition | None) -> list[tuple[str, str]]:
    """All grades that there are, as (score, grade), best first."""
    if definition is None:
        return []
    return [(name, str(grade)) for name, score in definition.scores.items() for grade in score.grades or ()]


def next_question(definition: Definition | None, criteria: Mapping[str, str], language: str) -> str:
    """What to ask a lead next: for the first criterion that nobody knows, else for one that isn't met."""
    if definition is None:
        return ""
    questions = Questions(definition)
    for state in ORDER:
        for criterion, is_ in criteria.items():
            if is_ == state and (text := questions.ask(criterion, language)):
                return text
    return ""


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


def options(definition: Definition, trait: str) -> Mapping[str, Any]:
    """How a trait is entered: `kind` of the input, and its `values` where they are a list."""
    known = definition.profile.get(trait)
    if known is None:
        return {"kind": "text", "values": []}
    kind = {"integer": "number", "number": "number", "date": "date", "boolean": "boolean"}.get(str(known.type), "text")
    return {"kind": kind, "values": list(known.values or ())}
