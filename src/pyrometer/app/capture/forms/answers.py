"""Reads what was sent by a form: the answers, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pyrometer.app.capture.forms.questions import Question
from pyrometer.app.evidence.handles import BadHandleError, normalise

LONGEST = 2000


def read(
    sent: Mapping[str, str], every: Iterable[Question], region: str | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers by trait, and by trait which word of `words.WORDS` says what is wrong.

    >>> read({"email": "ada@"}, [Question("email", {}, "email", True), Question("need", {}, required=True)])
    ({}, {'email': 'email', 'need': 'missing'})
    """
    answers: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for question in every:
        text = sent.get(question.trait, "").replace("\0", "").strip()
        if not text:
            if question.required:
                wrong[question.trait] = "missing"
            continue
        if len(text) > LONGEST:
            wrong[question.trait] = "long"
            continue
        try:
            answers[question.trait] = _answer(question, text, region)
        except ValueError:
            wrong[question.trait] = question.type if question.type in _SAID else "missing"
    return answers, wrong


_SAID = frozenset({"email", "phone", "number", "date", "choice"})


def _answer(question: Question, text: str, region: str | None) -> Any:
    """An answer as its type has it. Raises ValueError."""
    match question.type:
        case "email" | "phone":
            try:
                return normalise(question.type, text, region)
            except BadHandleError:
                raise ValueError(text) from None
        case "number":
            number = float(text.replace(" ", "").replace(",", "."))
            if abs(number) >= 1e15 or number != number:
                raise ValueError(text)
            return int(number) if number == int(number) else number
        case "date":
            return date.fromisoformat(text).isoformat()
        case "choice":
            if text not in {option.value for option in question.options}:
                raise ValueError(text)
            return text
        case "yes":
            return True
    return text
