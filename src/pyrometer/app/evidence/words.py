"""The words by which people look for leads: names, addresses and companies, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 80
"""Characters of a word that are kept; nobody types more to find somebody."""
MOST = 40
"""Words of one lead, at most."""
_EDGES = " .,;:!?\"'()[]{}<>|/\\*#"
_INNER = re.compile(r"[-'’_/.]")
_EAST = re.compile(r"[⺀-鿿가-힯豈-﫿ｦ-ﾟ]+")


def folded(text: str) -> str:
    """A text without capitals, accents and wide letters.

    >>> folded("Åsa MÜLLER-Groß"), folded("ＡＢＣ")
    ('asa muller-gross', 'abc')
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(each for each in parts if not unicodedata.combining(each))
    return unicodedata.normalize("NFC", kept)


def asked(text: str) -> list[str]:
    """The words that somebody typed, each the beginning of one that is looked for.

    >>> asked("  Lovelace, Ada ")
    ['lovelace', 'ada']
    """
    words = (word.strip(_EDGES)[:LONGEST] for word in folded(text).split())
    return list(dict.fromkeys(word for word in words if word))[:6]


def words_of(name: str, handles: Iterable[str] = ()) -> set[str]:
    """The words of a name, with the later parts of double names, and handles as they are.

    Names that are written without spaces are found by each of their characters on.

    >>> sorted(words_of("Anna-Lena Weiß", ["anna@acme.test"]))
    ['anna-lena', 'anna@acme.test', 'lena', 'weiss']
    >>> sorted(words_of("山田太郎"))
    ['太郎', '山田太郎', '田太郎', '郎']
    """
    found = dict.fromkeys(each for word in folded(name).split() for each in _parts(word.strip(_EDGES)))
    found.update(dict.fromkeys(folded(handle) for handle in handles))
    return {word[:LONGEST] for word in list(found)[:MOST] if word}


def _parts(word: str) -> Iterator[str]:
    yield word
    for inner in _INNER.finditer(word):
        yield word[inner.end() :].strip(_EDGES)
    if len(word) <= 12 and _EAST.fullmatch(word):
        yield from (word[place:] for place in range(1, len(word)))
