"""The built-in qualification frameworks: a new one is a file beside these and a line in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pyrometer.definition.frameworks.anum import ANUM
from pyrometer.definition.frameworks.bant import BANT
from pyrometer.definition.frameworks.champ import CHAMP
from pyrometer.definition.frameworks.faint import FAINT
from pyrometer.definition.frameworks.five_areas import FIVE_AREAS
from pyrometer.definition.frameworks.framework import LANGUAGES, Framework, Language, Letter, Questions
from pyrometer.definition.frameworks.gpct import GPCT
from pyrometer.definition.frameworks.meddic import MEDDIC

__all__ = ["BUILT_IN", "LANGUAGES", "Framework", "Language", "Letter", "Questions", "question"]

_REGISTERED = (
    FIVE_AREAS,
    BANT,
    CHAMP,
    ANUM,
    FAINT,
    GPCT,
    MEDDIC,
)

BUILT_IN: Mapping[str, Framework] = MappingProxyType({framework.name: framework for framework in _REGISTERED})
"""The built-in frameworks by the name a definition uses for them."""


def question(framework: Framework, letter: str, language: str) -> str:
    """The first question to ask for a letter: in that language, else in English, else in the first there is.

    Empty for a letter of a company's own framework that has no questions; KeyError if there is no such letter.

    >>> question(BUILT_IN["bant"], "authority", "sv")
    'Är det du som bestämmer, eller är ni flera om beslutet?'
    >>> question(BUILT_IN["bant"], "authority", "fr")
    'Is this yours to decide, or will others have a say?'
    """
    by_language = framework.letter(letter).questions
    texts = by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), ())
    return texts[0] if texts else ""
