"""Countries as lists write them, by their names in many languages, and the two-letter codes that they are kept as."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language
from phonenumbers import SUPPORTED_REGIONS
from phonenumbers.geodata.locale import LOCALE_DATA

_ALSO = {
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "großbritannien": "GB", "usa": "US", "u.s.": "US", "u.s.a.": "US",
    "united states of america": "US", "vereinigte staaten von amerika": "US", "holland": "NL", "the netherlands": "NL",
    "czech republic": "CZ", "tschechische republik": "CZ", "türkiye": "TR", "south korea": "KR", "südkorea": "KR",
    "sydkorea": "KR", "russia": "RU", "uae": "AE", "tschechien": "CZ", "tjeckien": "CZ", "tchéquie": "CZ",
    "chequia": "CZ", "vereinigte staaten": "US", "förenta staterna": "US", "états-unis": "US", "estados unidos": "US",
    "stati uniti": "US", "米国": "US", "アメリカ": "US", "英国": "GB", "royaume uni": "GB",
}  # fmt: skip
"""What people write and no list of names holds."""
_ALIAS = "*"
"""Marks a name that is the same as in another language."""


def code_of(text: str) -> str:
    """The code of a country, by its code or its name in one of some twenty languages; empty where it is neither.

    >>> code_of("de"), code_of("Deutschland"), code_of(" allemagne "), code_of("ドイツ"), code_of("Atlantis")
    ('DE', 'DE', 'DE', 'DE', '')
    """
    plain = " ".join(text.casefold().split())
    return plain.upper() if plain.upper() in LOCALE_DATA else _names().get(plain, "")


def is_name(text: str) -> bool:
    """Whether a text is a country's name rather than its code.

    >>> is_name("Sweden"), is_name("SE"), is_name("Bakery")
    (True, False, False)
    """
    return bool(code_of(text)) and code_of(text) != text.strip().upper()


def named() -> list[tuple[str, str]]:
    """All countries that have phone numbers, as (code, name in the reader's language), by name."""
    language = (get_language() or "en").split("-")[0]
    return sorted(
        ((code, _name(code, language) or code) for code in SUPPORTED_REGIONS), key=lambda each: each[1].casefold()
    )


@cache
def _names() -> dict[str, str]:
    """Codes by name; a name that two countries have, in whichever languages, says neither."""
    found: dict[str, str] = {}
    for code, names in LOCALE_DATA.items():
        for name in {name.casefold() for name in names.values() if name and not name.startswith(_ALIAS)}:
            found[name] = code if found.get(name, code) == code else ""
    return found | _ALSO


def _name(code: str, language: str) -> str:
    names = LOCALE_DATA.get(code, {})
    name = names.get(language, names.get("en", ""))
    return names.get(name.removeprefix(_ALIAS), "") if name.startswith(_ALIAS) else name
