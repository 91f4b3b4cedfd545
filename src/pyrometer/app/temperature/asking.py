"""What to ask a lead next: the first thing that stands open, in its language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyrometer.definition import Definition
from pyrometer.reasons import Questions
from pyrometer.result import Reading

OPEN = ("unknown", "unmet")
"""First what nobody knows, then what stands against it: that may have changed."""


@dataclass(frozen=True)
class Question:
    """The criterion that is open, and the question for it."""

    criterion: str
    text: str


def next_question(definition: Definition, reading: Reading, language: str) -> Question | None:
    """The question for the first open criterion that frameworks wait for, then for any other; None for a hot lead."""
    if reading.temperature == "hot":
        return None
    questions = Questions(definition)
    order = list(dict.fromkeys([*_awaited(definition, reading), *reading.criteria]))
    for state in OPEN:
        for criterion in order:
            if reading.criteria[criterion] == state and (text := questions.ask(criterion, language)):
                return Question(criterion, text)
    return None


def _awaited(definition: Definition, reading: Reading) -> Iterator[str]:
    """The criteria of frameworks that aren't ready, those without which they can't be first."""
    for name, framework in definition.used_frameworks.items():
        if not reading.frameworks[name].ready:
            letters = dict(framework.letters)
            yield from (letters[letter] for letter in framework.required)
            yield from letters.values()
