"""Reads an answer as it was sent: a choice, a yes, a number, a date or a text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from pyrometer.app.nurture.surveys.questions import Question

LONGEST = 2_000
"""Letters of an answer."""
HIGHEST = 10**12
"""What is larger is no amount that anybody has to tell."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MONEY = r"(?:EUR|USD|GBP|SEK|JPY|kr|円|[€$£¥%])"
_IDLE = re.compile(rf"[\s\u2019']|^{_MONEY}|{_MONEY}$", re.IGNORECASE)
"""Blanks and marks that group digits, and what somebody writes beside an amount."""
_COMMA = frozenset({"de", "sv"})
"""Languages that write a comma before decimals."""


class WrongAnswerError(ValueError):
    """An answer that isn't one; `word` is which of the words says so to the lead."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def read(question: Question, sent: str, language: str = "en") -> Any:
    """The answer as evidence keeps it. Raises WrongAnswerError.

    >>> read(Question("How many?", "integer"), "1.200", "de"), read(Question("When?", "date"), "2027-03-01")
    (1200, '2027-03-01')
    """
    text = clean(sent)
    if not text:
        raise WrongAnswerError("missing")
    match question.kind:
        case "choice" | "yes":
            if text not in {choice.value for choice in question.choices}:
                raise WrongAnswerError("choose")
            return text == "yes" if question.kind == "yes" else text
        case "integer" | "number":
            return _number(text, language, whole=question.kind == "integer")
        case "date":
            return _date(text)
    if len(text) > LONGEST:
        raise WrongAnswerError("long")
    return text


def clean(sent: str) -> str:
    """A text without what can't be stored, and what isn't seen at its ends.

    >>> clean(" a\\x00b\\r\\nc\\x07 ")
    'ab\\nc'
    """
    lines = sent.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs")).strip()


def _number(text: str, language: str, *, whole: bool) -> int | float:
    """A number as people of a language write it: `1.200,50` in German is `1,200.50` in English."""
    plain = _IDLE.sub("", unicodedata.normalize("NFKC", text).replace("\u2212", "-"))
    plain = _IDLE.sub("", plain)
    point, group = (",", ".") if language in _COMMA else (".", ",")
    if "," in plain and "." in plain:
        point, group = (",", ".") if plain.rfind(",") > plain.rfind(".") else (".", ",")
    if re.fullmatch(rf"[+-]?[0-9]{{1,3}}(\{group}[0-9]{{3}})+(\{point}[0-9]+)?", plain):
        plain = plain.replace(group, "")
    elif group in plain and point not in plain and plain.count(group) == 1:
        # Who writes 12.5 in German means what everybody means by it.
        point = group
    plain = plain.replace(point, ".")
    if not _NUMBER.fullmatch(plain) or len(plain) > 40:
        raise WrongAnswerError("number")
    number = float(plain)
    if abs(number) > HIGHEST:
        raise WrongAnswerError("number")
    if number == int(number):
        return int(number)
    if whole:
        raise WrongAnswerError("whole")
    return number


def _date(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    try:
        if not _DATE.fullmatch(plain):
            raise ValueError(plain)
        found = date.fromisoformat(plain)
    except ValueError:
        raise WrongAnswerError("date") from None
    if not 1900 <= found.year <= 2199:
        raise WrongAnswerError("date")
    return found.isoformat()
