"""What is asked, in a language: the words, how it is answered, and what there is to choose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pyrometer.app.capture.forms.questions import questions, said
from pyrometer.app.capture.models import Form
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys.traits import trait_of
from pyrometer.app.nurture.surveys.words import WORDS
from pyrometer.definition import Definition
from pyrometer.reasons import Questions

Kind = Literal["choice", "yes", "integer", "number", "date", "text"]
_KINDS: Mapping[str, Kind] = {"boolean": "yes", "integer": "integer", "number": "number", "date": "date"}


@dataclass(frozen=True)
class Choice:
    """An answer to choose: `value` is what a link and a form say."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """A question as a lead reads it. `trait` is what the answer becomes; empty: it is kept as an event alone."""

    text: str
    kind: Kind = "text"
    trait: str = ""
    choices: tuple[Choice, ...] = ()


def question_of(asked: Asked, language: str) -> Question | None:
    """What a lead was asked, as the definition in force has it; None where nobody can be asked that any more."""
    definition = agreed.live()
    if asked.criterion:
        return None if definition is None else of_criterion(definition, asked.criterion, language)
    text = said(asked.question, language)
    return _answered(definition, text, asked.trait, language) if text else None


def of_criterion(definition: Definition, criterion: str, language: str) -> Question | None:
    """The question for a criterion; None where it has no words. Without a trait that decides it, it is an open one."""
    if criterion not in definition.all_criteria:
        return None
    text = Questions(definition).ask(criterion, language)
    return _answered(definition, text, trait_of(definition, criterion) or "", language) if text else None


def _answered(definition: Definition | None, text: str, trait: str, language: str) -> Question:
    known = definition.profile.get(trait) if definition is not None else None
    labels = _labels(trait) if trait else {}
    values = [str(value) for value in known.values] if known is not None and known.values else []
    if not values and (known is None or known.type == "text"):
        values = list(labels)
    if values:
        choices = tuple(Choice(value, said(labels.get(value, {}), language) or _spelled(value)) for value in values)
        return Question(text, "choice", trait, choices)
    kind = _KINDS.get(known.type if known is not None else "", "text")
    words = WORDS[language]
    choices = (Choice("yes", words["yes"]), Choice("no", words["no"])) if kind == "yes" else ()
    return Question(text, kind, trait, choices)


def _labels(trait: str) -> dict[str, Mapping[str, str]]:
    """What forms call the answers to a trait, by value and language: a definition has them as machines do."""
    found: dict[str, Mapping[str, str]] = {}
    for fields in Form.objects.filter(active=True).order_by("-pk").values_list("fields", flat=True):
        for each in questions(fields):
            if each.trait == trait:
                found |= {option.value: option.label for option in each.options}
    return found


def _spelled(value: str) -> str:
    text = value.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def words_of(question: Mapping[str, str]) -> str:
    """An own question as evidence and pages call it: in one language, whoever was asked in which.

    >>> words_of({"de": "Was fehlt?", "en": "What is missing?"})
    'What is missing?'
    """
    return said(question, "en")


def canonical(question: Mapping[str, str]) -> str:
    """An own question in one spelling, since databases don't keep the order of languages."""
    return json.dumps(dict(question), sort_keys=True, ensure_ascii=False)
