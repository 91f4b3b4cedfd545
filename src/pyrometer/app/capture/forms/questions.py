"""The questions of a form, and which of them somebody is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

LANGUAGES = ("en", "de", "sv", "ja")
TYPES = ("text", "long", "email", "phone", "number", "date", "choice", "yes")
HANDLES = ("email", "phone")
"""Traits by whose answer somebody can be reached; one of them is asked of everybody who isn't known for sure."""


@dataclass(frozen=True)
class Option:
    """An answer to choose; `label` is by language."""

    value: str
    label: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """What is asked, and the trait that the answer becomes; `label` is by language."""

    trait: str
    label: Mapping[str, str]
    type: str = "text"
    required: bool = False
    options: tuple[Option, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def questions(stored: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions of a form, from its JSON."""
    return tuple(
        Question(
            trait=one["trait"],
            label=one.get("label") or {},
            type=one.get("type", "text"),
            required=bool(one.get("required")),
            options=tuple(Option(option["value"], option.get("label") or {}) for option in one.get("options") or ()),
        )
        for one in stored
    )


def asked(every: Iterable[Question], known: Collection[str], shown: int, *, sure: bool) -> tuple[Question, ...]:
    """Whom we know is asked what we don't know yet, a few questions at a time.

    `sure` is whether we know who it is (a signed link): then nobody has to say again how to be reached. A visitor who
    is only recognised by the browser says it, since browsers are shared.

    >>> every = [Question(trait, {}) for trait in ("email", "industry", "budget", "need")]
    >>> [question.trait for question in asked(every, {"industry"}, 1, sure=False)]
    ['email', 'budget']
    >>> [question.trait for question in asked(every, {"email", "industry", "budget", "need"}, 1, sure=True)]
    []
    """
    chosen, left = [], shown
    for question in every:
        if question.trait in HANDLES:
            if not (sure and question.trait in known):
                chosen.append(question)
        elif question.trait not in known and left > 0:
            chosen.append(question)
            left -= 1
    return tuple(chosen)


def said(texts: Mapping[str, str], language: str) -> str:
    """A text in a language, else in the first that there is; databases don't keep the order of texts."""
    return next((texts[one] for one in (language, *LANGUAGES) if texts.get(one)), "")


def language_of(wanted: Iterable[str], available: Collection[str]) -> str:
    """The first wanted language that a form speaks, else the form's first.

    >>> language_of(["fr", "de-AT", "en"], ["en", "de"])
    'de'
    """
    for one in wanted:
        short = one.lower().split("-")[0].strip()
        if short in available:
            return short
    return next(iter(available), LANGUAGES[0])


def in_order(available: Collection[str], first: str) -> list[str]:
    """The languages of a form, its first one first, in whatever order a database gave them back.

    >>> in_order(["de", "en", "sv"], "sv")
    ['sv', 'en', 'de']
    """
    return sorted((one for one in LANGUAGES if one in available), key=lambda one: one != first)
