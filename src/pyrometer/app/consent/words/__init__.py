"""What leads read about their data, in their languages."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import translation
from django.utils.formats import date_format

from pyrometer.app.consent.words import de, en, ja, sv

WORDS: dict[str, dict[str, str]] = {"en": en.WORDS, "de": de.WORDS, "sv": sv.WORDS, "ja": ja.WORDS}
"""By language and name; `{…}` stands for what is put in."""


def spoken(*wanted: str) -> str:
    """The first of some languages that we speak, else English.

    >>> spoken("fr-CA", "de-AT"), spoken("")
    ('de', 'en')
    """
    plain = (language.lower().partition("-")[0] for language in wanted)
    return next((language for language in plain if language in WORDS), "en")


def say(language: str, name: str, **more: object) -> str:
    """A text, with dates as the language writes them.

    >>> say("en", "state_no", day=date(2026, 6, 1))
    'You said no on 1 Jun 2026: not used.'
    """
    return WORDS[language][name].format(**{key: _put(language, value) for key, value in more.items()})


def _put(language: str, value: object) -> object:
    if not isinstance(value, date | datetime):
        return value
    with translation.override(language):
        return date_format(value, "DATE_FORMAT")


def in_language(texts: dict[str, str], language: str, otherwise: str = "") -> str:
    """Of texts by language the one to be shown: in this language, else in English, else any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), otherwise)
