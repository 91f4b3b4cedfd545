"""What kind of values a column holds, told from its texts: types, spellings of unknown, date formats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pyrometer.definition.values import FALSE, TRUE, Type
from pyrometer.learning.habits import Habits

BLANKS = frozenset({"", "na", "n/a", "n.a.", "#n/a", "nan", "null", "nil", "\\n", "<na>", "-", "--", "?", "."})
"""How programs write an empty cell; without case."""

WORDS = frozenset(
    {
        *("unknown", "unk", "not known", "not available", "not specified", "not provided", "not given", "not stated"),
        *("undefined", "unspecified", "missing", "select", "please select", "(blank)", "blank", "tbd"),
        *(
            "no data",
            "no answer",
            "not applicable",
            "not disclosed",
            "n/k",
            "n/d",
            "n.d.",
            "#null!",
            "(none)",
            "(empty)",
        ),
        *(
            "unbekannt",
            "nicht bekannt",
            "keine angabe",
            "keine angaben",
            "ohne angabe",
            "nicht angegeben",
            "k.a.",
            "k. a.",
        ),
        *("n/v", "n.v.", "nicht verfügbar", "bitte wählen", "okänd", "okänt", "ej angivet", "uppgift saknas", "saknas"),
        *("inconnu", "non renseigné", "desconocido", "sin datos", "sconosciuto", "desconhecido", "onbekend", "ukendt"),
        *("ukjent", "nieznany", "brak danych", "不明", "未定", "未選択", "未回答", "该信息未知", "未知"),
    }
)
"""How people write that something isn't known; without case."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}(?:\.0*)?\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z", re.ASCII)
_STAND_INS = {"-1", "-9", "-99", "-999", "-9999"}
LARGEST = 1e15
"""Numbers beyond are mistakes, and squares of them more than arithmetic holds."""
_MOSTLY = 0.95
_FEW_WORDS = 3
EARLIEST, LATEST = (float((date(year, 1, 1) - date(1970, 1, 1)).days) for year in (1900, 2200))
"""Dates before and after stand for `never` or `unknown`, such as 0001-01-01 and 9999-12-31."""
_DATE_SHAPES: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("YYYY-MM-DD", re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?\Z", re.ASCII), ("y", "m", "d")),
    ("MM/DD/YYYY", re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})(?:[T ].*)?\Z", re.ASCII), ("m", "d", "y")),
    ("DD/MM/YYYY", re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})(?:[T ].*)?\Z", re.ASCII), ("d", "m", "y")),
    ("DD.MM.YYYY", re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:[T ].*)?\Z", re.ASCII), ("d", "m", "y")),
    ("MM/DD/YY", re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2})(?:[T ].*)?\Z", re.ASCII), ("m", "d", "y")),
    ("DD/MM/YY", re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{2})(?:[T ].*)?\Z", re.ASCII), ("d", "m", "y")),
    ("DD.MM.YY", re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{2})(?:[T ].*)?\Z", re.ASCII), ("d", "m", "y")),
    ("DD Mon YYYY", re.compile(r"([0-9]{1,2})[-./ ]*([^\W\d_]{3,9})[-./ ]*([0-9]{4})(?:[T ].*)?\Z"), ("d", "m", "y")),
    ("Mon DD, YYYY", re.compile(r"([^\W\d_]{3,9})[-. ]*([0-9]{1,2}),? *([0-9]{4})(?:[T ].*)?\Z"), ("m", "d", "y")),
    ("YYYYMMDD", re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])\Z", re.ASCII), ("y", "m", "d")),
)
_TWINS = {"MM/DD/YYYY": "DD/MM/YYYY", "MM/DD/YY": "DD/MM/YY"}
"""Dates that are written alike, but for which comes first."""
_MONTHS = {
    name: str(number)
    for number, names in enumerate(
        ("jan", "feb", "mar mär", "apr", "may mai maj", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"),
        start=1,
    )
    for name in names.split()
}
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+\Z", re.ASCII)
_CLOCK = re.compile(r"[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """A column's type, the spellings in it that mean unknown, and its numbers by text.

    `values` maps each text to its number (dates: days since 1970, with the time of day as a fraction); texts that are
    missing there are unknown. `date_format` is how dates are written. `doubt` says what else the texts may mean.
    """

    type: Type
    unknown: tuple[str, ...]
    values: Mapping[str, float]
    date_format: str | None = None
    doubt: str | None = None


def is_blank(text: str) -> bool:
    """Whether a cell holds nothing, as programs write it."""
    return text.strip().casefold() in BLANKS


def is_unknown(text: str) -> bool:
    """Whether a cell says that something isn't known.

    >>> [is_unknown(text) for text in (" ", "N/A", "Unknown", "none", "0")]
    [True, True, True, False, False]
    """
    return is_blank(text) or text.strip().casefold() in WORDS


def kind_of(counts: Mapping[str, int], habits: Habits | None = None) -> Kind:
    """The kind of a column from its texts and how often each occurs, and from the habits of its file.

    >>> kind_of({"12": 40, "7": 30, "unknown": 5}).type
    'integer'
    >>> kind_of({"yes": 1, "no": 3}).type, kind_of({"03/21/2024": 2}).date_format
    ('boolean', 'MM/DD/YYYY')
    """
    unknown = tuple(sorted(text for text in counts if text.strip() and is_unknown(text)))
    known = [text for text in counts if text.strip() and not is_unknown(text)]
    if not known:
        return Kind("text", unknown, {})
    if {text.strip().lower() for text in known} <= TRUE | FALSE and _two_sided(known):
        return Kind("boolean", unknown, {text: float(text.strip().lower() in TRUE) for text in known})
    habits = habits or Habits()
    dated = _dates(known, counts, habits)
    if dated is not None:
        name, days, twin = dated
        never = tuple(text for text, day in days.items() if not EARLIEST <= day < LATEST)
        unknown = tuple(sorted({*unknown, *never}))
        return Kind("date", unknown, {text: day for text, day in days.items() if text not in never}, name, twin)
    numbers = {text: float(text) for text in known if _NUMBER.match(text.strip()) and abs(float(text)) <= LARGEST}
    if not _mostly(numbers, known, counts):
        return Kind("text", unknown, {})
    doubt = _dotted(numbers, habits)
    whole = all(_INTEGER.match(text.strip()) for text in numbers)
    strange = tuple(text for text in known if text not in numbers)
    unknown = tuple(sorted({*unknown, *strange, *_stand_ins(numbers, counts)}))
    values = {text: value for text, value in numbers.items() if text not in unknown}
    return Kind("integer" if whole else "number", unknown, values, None, doubt)


def _two_sided(known: Sequence[str]) -> bool:
    """Yes and no spelled alike: true/false, yes/no or 1/0, and both of them."""
    words = {text.strip().lower() for text in known}
    return words in ({"true", "false"}, {"yes", "no"}, {"1", "0"})


def _mostly(found: Mapping[str, float], known: Sequence[str], counts: Mapping[str, int]) -> bool:
    rows = sum(counts[text] for text in known)
    hits = sum(counts[text] for text in found)
    if not found or hits >= _MOSTLY * rows:
        return bool(found)
    # Many numbers and a word or two between them: the words say that there is none.
    return hits >= rows / 2 and len(found) >= 10 and len(known) - len(found) <= _FEW_WORDS


def _dotted(numbers: Mapping[str, float], habits: Habits) -> str | None:
    """That dots may stand between thousands, as in 1.639, rather than before decimals.

    They do where decimals follow a comma elsewhere in the file. Otherwise nobody knows where every number with a dot
    has three digits behind it, and the others stay below a thousand.
    """
    dots = [text.strip() for text in numbers if "." in text]
    plain = [text.strip() for text in numbers if "." not in text]
    if not dots or not all(map(_THOUSANDS.match, dots)):
        return None
    if not habits.commas and any(len(text.lstrip("+-")) > 3 for text in plain):
        return None
    whole = dots[0].replace(".", "")
    why = "elsewhere decimals follow a comma" if habits.commas else "all of them have three digits behind it"
    return (
        f"its dots seem to stand between thousands (`{dots[0]}`; {why}), and definitions read them as decimals: write "
        f"{whole} for it, or --keep the column if its dots are decimal points"
    )


def _stand_ins(numbers: Mapping[str, float], counts: Mapping[str, int]) -> list[str]:
    """A negative number that stands for `never` or `unknown`: frequent, and the only one below 0."""
    negative = [text for text, value in numbers.items() if value < 0]
    if len({numbers[text] for text in negative}) != 1 or len(numbers) < 5:
        return []
    often = sum(counts[text] for text in negative) >= 0.02 * sum(counts[text] for text in numbers)
    return [text for text in negative if often and text.strip().removesuffix(".0") in _STAND_INS]


def _dates(
    known: Sequence[str], counts: Mapping[str, int], habits: Habits
) -> tuple[str, dict[str, float], str | None] | None:
    """How dates are written, the day of each text, and what else they may mean, if nothing tells."""
    if not any(letter.isdigit() for letter in known[0]) and len(known) < 10:
        return None
    for name, shape, order in _DATE_SHAPES:
        found = _days(known, shape, order)
        if not _mostly(found, known, counts):
            continue
        if name not in _TWINS:
            return name, found, None
        other = _days(known, shape, ("d", "m", "y"))
        rows, others = (sum(counts[text] for text in days) for days in (found, other))
        if others > rows or (others == rows and habits.day_first):
            return _TWINS[name], other, None
        if others < rows or habits.day_first is False:
            return name, found, None
        return name, found, f"its days and months can't be told apart; read as {name}, and not as {_TWINS[name]}"
    return None


def _days(known: Sequence[str], shape: re.Pattern[str], order: tuple[str, ...]) -> dict[str, float]:
    """The day of each text of a shape; stops where hardly any have it."""
    found: dict[str, float] = {}
    for position, text in enumerate(known):
        day = _day(text.strip(), shape, order)
        if day is not None:
            found[text] = day
        elif position >= 20 and len(found) < 0.8 * position:
            break
    return found


def _day(text: str, shape: re.Pattern[str], order: tuple[str, ...]) -> float | None:
    match = shape.match(text)
    if match is None:
        return None
    parts = dict(zip(order, match.groups(), strict=True))
    month = parts["m"] if parts["m"].isdigit() else _MONTHS.get(parts["m"][:3].lower(), "0")
    year = parts["y"] if len(parts["y"]) == 4 else f"20{parts['y']}"
    try:
        day = date(int(year), int(month), int(parts["d"]))
    except ValueError:
        return None
    clock = _CLOCK.search(text)
    seconds = 0
    if clock is not None:
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
    return day.toordinal() - date(1970, 1, 1).toordinal() + seconds / 86_400


def day_text(days: float) -> str:
    """Days since 1970 as a date.

    >>> day_text(0.5)
    '1970-01-01'
    """
    return datetime.fromordinal(date(1970, 1, 1).toordinal() + int(days)).date().isoformat()
