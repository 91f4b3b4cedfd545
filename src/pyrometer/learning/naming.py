"""What the name of a column gives away: that it speaks of the outcome, of who sold, or is no more than a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LETTERS = re.compile(r"[^\W\d_]+|[0-9]+")
_PERSON = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\d_]+(?: [^\W\d_a-z]\.?)? [^\W\d_a-zß-öø-ÿ][^\W\d_]+(?:['-][^\W\d_]+)?\Z")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_EARLIER = frozenset(
    (
        "previous prev prior last past former earlier old p vorherige vorheriges letzte letztes frühere förra tidigare"
    ).split()
)
_ENDED = frozenset(
    (
        "closed closing won lost outcome converted churned outcomes gewonnen verloren abschluss abschlussdatum "
        "abschlusswert auftragswert vertragswert verlustgrund absagegrund gesprächsdauer vunnen förlorad avslutad "
        "avslut samtalslängd gagné perdu ganado perdido vinto perso gewonnen 成約 失注 受注 成約日 失注理由 通話時間"
    ).split()
)
_ALONE = frozenset("duration close dauer längd durée duración durata".split())
_ENDING = frozenset(
    "close closure contract invoice signed order deal sale sales purchase end ended decision decided resolved".split()
)
_FIGURES = frozenset(
    "value amount date day at on time stage status reason price total revenue probability duration".split()
)
_CALLS = frozenset("call calls talk conversation meeting phone".split())
_LENGTHS = frozenset("duration length seconds minutes secs mins".split())
_SELLERS = frozenset(
    (
        "agent seller salesperson salesman saleswoman salesrep rep representative owner closer sdr bdr assignee "
        "verkäufer verkäuferin vertriebler vertriebsmitarbeiter betreuer betreuerin bearbeiter sachbearbeiter "
        "ansprechpartner säljare ägare handläggare vendeur commercial vendedor venditore verkoper 担当者 営業担当 担当"
    ).split()
)
_PERIODS = frozenset("month months weekday weekdays quarter monat wochentag quartal månad veckodag kvartal".split())
_CALENDAR = frozenset(
    (
        "jan feb mar apr may jun jul aug sep sept oct nov dec mär mai okt dez "
        "january february march april june july august september october november december "
        "januar februar märz juni juli oktober dezember mon tue wed thu fri sat sun "
        "monday tuesday wednesday thursday friday saturday sunday "
        "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag"
    ).split()
)
_SELLER_PAIRS = (
    ("account", "executive"),
    ("account", "manager"),
    ("sales", "manager"),
    ("assigned", "to"),
    ("handled", "by"),
    ("owned", "by"),
)


def words_of(name: str) -> list[str]:
    """The words in a name, in lower case.

    >>> words_of("Close Value"), words_of("dealStage"), words_of("Zuständiger Verkäufer")
    (['close', 'value'], ['deal', 'stage'], ['zuständiger', 'verkäufer'])
    """
    return [word.lower() for word in (_WORD if name.isascii() else _LETTERS).findall(name)]


def speaks_of_outcome(name: str) -> bool:
    """Whether a name says that the column is filled in when a lead ends.

    >>> [speaks_of_outcome(name) for name in ("close_date", "Lost Reason", "duration", "call length")]
    [True, True, True, True]
    >>> [speaks_of_outcome(name) for name in ("previous_outcome", "Time on site", "page_duration", "revenue")]
    [False, False, False, False]
    """
    words = words_of(name)
    found = set(words)
    if found & _EARLIER:
        return False
    if found & _ENDED or (len(words) == 1 and words[0] in _ALONE):
        return True
    return bool((found & _ENDING and found & _FIGURES) or (found & _CALLS and found & _LENGTHS))


def speaks_of_seller(name: str) -> bool:
    """Whether a name says that the column holds who was selling.

    >>> [speaks_of_seller(name) for name in ("sales_agent", "Lead Owner", "assigned to", "user_agent")]
    [True, True, True, False]
    """
    words = words_of(name)
    found = set(words)
    if "user" in found or "home" in found:
        return False
    return bool(found & _SELLERS) or any(found >= set(pair) for pair in _SELLER_PAIRS)


def speaks_of_calendar(name: str, values: Sequence[str]) -> bool:
    """Whether a column holds months or days of the week.

    >>> speaks_of_calendar("Month", ["1", "2"]), speaks_of_calendar("came", ["Nov", "May", "unknown"])
    (True, True)
    >>> speaks_of_calendar("channel", ["Fair", "Mail"])
    False
    """
    named = [value for value in values if value.strip().casefold() in _CALENDAR]
    return bool(set(words_of(name)) & _PERIODS) or (len(named) >= 2 and len(named) >= 0.75 * (len(values) - 1))


def look_like_people(texts: Sequence[str]) -> bool:
    """Whether the values of a column look like names of people: two words with capitals, the last of which differ.

    >>> look_like_people(["Ann Ek", "Bo Lind", "Cy Dahl"]), look_like_people(["Sales Lead", "Team Lead", "New York"])
    (True, False)
    """
    people = [text.strip() for text in texts if _PERSON.match(text.strip())]
    if len(people) < 3 or len(people) < 0.9 * len(texts):
        return False
    firsts, lasts = ({person.split()[at] for person in people} for at in (0, -1))
    return len(lasts) >= 0.8 * len(people) and len(firsts) >= 0.5 * len(people)
