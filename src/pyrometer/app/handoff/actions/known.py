"""Whether words are known: countries, and the grades and events of the definition in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from phonenumbers import SUPPORTED_REGIONS

from pyrometer.app.agreement import queries as agreement
from pyrometer.app.handoff.models import Terms
from pyrometer.definition import Definition
from pyrometer.errors import UsageError

SHOWN = 20
"""So many known words an error lists."""


def check_countries(what: str, codes: Iterable[str]) -> None:
    """Raise UsageError for a code that doesn't begin with a country: DE, or DE-80."""
    for code in codes:
        if code.partition("-")[0].upper() not in SUPPORTED_REGIONS:
            raise UsageError(f"{what}: `{code}` is no country; write its two letters, as DE for Germany")


def check_terms(terms: Terms) -> None:
    """Raise UsageError for what the definition in force doesn't have: no lead would ever have it, unnoticed."""
    check_countries("markets", terms.markets)
    version = agreement.live()
    if version is None:
        return
    definition = agreement.definition_of(version)
    grades = _grades(definition, terms.fit_score)
    _check("good_grades", terms.good_grades, grades)
    _check("poor_grades", terms.poor_grades, grades)
    _check("sales_events", terms.sales_events, list(definition.events))


def _grades(definition: Definition, name: str) -> list[str]:
    score = definition.scores.get(name)
    return [] if score is None else [str(grade) for grade, _bound in score.ladder]


def _check(what: str, words: Iterable[str], known: Collection[str]) -> None:
    for word in words:
        if word not in known:
            close = get_close_matches(word, known, 1)
            help_ = f"did you mean `{close[0]}`?" if close else f"it has {', '.join(list(known)[:SHOWN]) or 'none'}"
            raise UsageError(f"{what}: the definition in force has no `{word}`; {help_}")
