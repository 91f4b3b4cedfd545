"""The choices of a slot: read, checked, and made ready to be answered for each visitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ValidationError

from pyrometer.definition.mistakes import explain_mistake, telling
from pyrometer.definition.model import Part
from pyrometer.definition.problems import Problem
from pyrometer.definition.source import read_text
from pyrometer.lifecycle import Stage
from pyrometer.nurture.conditions import All, Condition, StageLeaf, TemperatureLeaf, walk
from pyrometer.nurture.questions import Question
from pyrometer.nurture.reading import TOLD_APART
from pyrometer.nurture.truth import Truth, ready

TEMPERATURES = ("cool", "warm", "hot")
STAGES = tuple(str(stage) for stage in Stage)
MOST = 30
"""Choices of a slot."""
LONGEST = 5_000
"""Letters of a condition."""


@dataclass(frozen=True)
class Choice:
    """What is shown to whom: `when` is a condition in the language of programmes; what is empty asks for nothing."""

    content: str
    temperature: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    when: str = ""
    coupon: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Choice:
        """As a slot keeps it."""
        return cls(
            content=str(stored.get("content", "")),
            temperature=tuple(stored.get("temperature") or ()),
            stage=tuple(stored.get("stage") or ()),
            when=str(stored.get("when", "")),
            coupon=str(stored.get("coupon", "")),
        )

    def stored(self) -> dict[str, Any]:
        """What `of` reads."""
        return {
            "content": self.content,
            "temperature": list(self.temperature),
            "stage": list(self.stage),
            "when": self.when,
            "coupon": self.coupon,
        }

    @property
    def open(self) -> bool:
        """Whether it needs nothing known: the only kind that a visitor gets of whom nothing is."""
        return not (self.temperature or self.stage or self.when.strip())

    @cached_property
    def condition(self) -> Condition | None:
        """All that it asks; None where that is nothing. Raises ConditionError."""
        parts: list[Condition] = []
        if self.temperature:
            parts.append(TemperatureLeaf.model_validate({"temperature": self.temperature}))
        if self.stage:
            parts.append(StageLeaf.model_validate({"stage": self.stage}))
        if self.when.strip():
            parts.append(read_when(self.when))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else All(all=tuple(parts))


def choices_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    """The choices that a slot keeps, in order."""
    return tuple(Choice.of(each) for each in stored)


class ConditionError(ValueError):
    """A text that is no condition; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(each.what for each in problems))


class When(Part):
    """A condition as the only part of something, so that what is wrong with it is told as in programmes."""

    when: Condition


@lru_cache(maxsize=512)
def read_when(text: str) -> Condition:
    """The condition that a text holds. Raises ConditionError with what is wrong, and the line."""
    if len(text) > LONGEST:
        what = f"the condition has {len(text):,} letters, more than {LONGEST:,}"
        raise ConditionError([Problem("error", (), what, fix="declare a flag in the definition, and ask for that")])
    written = read_text(text + "\n", None)
    if written.problems:
        raise ConditionError(written.problems)
    if not isinstance(written.tree, dict):
        fix = "write `{flag: …}`, `{stage: mql}`, `{trait: industry, is: care}` or such"
        raise ConditionError([Problem("error", (), "this is no condition", fix=fix, line=1)])
    tree = {"when": written.tree}
    try:
        return When.model_validate(tree).when
    except ValidationError as error:
        mistakes = telling(error.errors(include_url=False))
        found = [explain_mistake(When, each, tree, TOLD_APART) for each in mistakes]
    raise ConditionError([written.locate(_inside(each)) for each in found])


def _inside(problem: Problem) -> Problem:
    """The same without the part that the condition was put into."""
    path = problem.path[1:] if problem.path[:1] == ("when",) else problem.path
    return Problem(problem.level, path, problem.what, problem.why, problem.fix)


@dataclass(frozen=True)
class Rule:
    """A choice that is ready: whether it is true of somebody, and the questions that this needs answered.

    `truth` None: it can't be read any more, and is nobody's. `needs` says what else has to be looked up: `traits`,
    `sent`, `programme`.
    """

    choice: Choice
    truth: Truth | None = None
    questions: tuple[Question, ...] = ()
    needs: frozenset[str] = field(default_factory=frozenset)


def made_ready(choices: Sequence[Choice]) -> tuple[Rule, ...]:
    """Choices as rules, in order."""
    return tuple(_ready(choice) for choice in choices)


def _ready(choice: Choice) -> Rule:
    if choice.open:
        return Rule(choice, lambda facts, sent, now: True)
    try:
        condition = choice.condition
    except ConditionError:
        return Rule(choice)
    assert condition is not None
    truth, questions = ready(condition)
    return Rule(choice, truth, questions, frozenset(_needs(condition)))


def _needs(condition: Condition) -> Iterator[str]:
    for _, part in walk(condition):
        for name in ("trait", "sent", "programme"):
            if name in type(part).model_fields:
                yield name
