"""How a file writes numbers and dates, told from all of its columns together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

LOOKED_AT = 500
"""Texts of a column that are looked at."""
FEWEST = 3
"""Numbers that must have a decimal comma before it is taken for a habit."""
_COMMA = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]+\Z", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+\Z", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,3}(?:\.?[0-9]{3})*\Z", re.ASCII)
_DATE = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})[/.-][0-9]{2}(?:[0-9]{2})?(?:[T ].*)?\Z", re.ASCII)


@dataclass(frozen=True)
class Habits:
    """Whether decimals follow a comma, and whether dates name the day before the month (None: nothing tells)."""

    commas: bool = False
    day_first: bool | None = None


def habits_of(columns: Iterable[Iterable[str]]) -> Habits:
    """The habits of a file, from the texts of each of its columns.

    >>> habits_of([["1,9", "446,3", "12,25"], ["01/02/2024"]])
    Habits(commas=True, day_first=True)
    >>> habits_of([["13/01/2024", "01/02/2024"]]).day_first, habits_of([["01/02/2024"]]).day_first
    (True, None)
    """
    commas, said = False, set[bool]()
    for column in columns:
        texts = [text.strip() for text in islice((text for text in column if text.strip()), LOOKED_AT)]
        commas = commas or _decimal_commas(texts)
        day_first = _day_first(texts)
        if day_first is not None:
            said.add(day_first)
    if len(said) == 1:
        return Habits(commas, said.pop())
    # Who writes decimals with a comma names the day first; where columns differ, nothing tells.
    return Habits(commas, True if commas and not said else None)


def _decimal_commas(texts: Sequence[str]) -> bool:
    """Whether a column's numbers have decimals after a comma; 1,500 alone may as well be a thousand and a half."""
    found = [text for text in texts if _COMMA.match(text)]
    sure = [text for text in found if not _THOUSANDS.match(text)]
    numbers = len(found) + sum(bool(_WHOLE.match(text)) for text in texts)
    return len(sure) >= FEWEST and numbers >= 0.9 * len(texts)


def _day_first(texts: Sequence[str]) -> bool | None:
    """Whether a column of dates names the day first, where one of its dates leaves no doubt."""
    matches = [match for text in texts if (match := _DATE.match(text))]
    if len(matches) < 0.8 * len(texts):
        return None
    first = any(match[2] == "." or int(match[1]) > 12 for match in matches)
    second = any(int(match[3]) > 12 for match in matches)
    return None if first == second else first
