"""A quick look for handles in much text, before each word of it is read."""

from __future__ import annotations

import re
from collections.abc import Collection

DIGITS = 6
"""The last digits of a phone number, however it is written."""


class Likely:
    """Lets through every text in which one of some handles, (kind, value), may stand."""

    def __init__(self, handles: Collection[tuple[str, str]]) -> None:
        self._words = {_core(kind, value) for kind, value in handles if kind != "phone"}
        numbers = (re.sub(r"\D", "", value.partition(";")[0]) for kind, value in handles if kind == "phone")
        self._numbers = {number[-DIGITS:] for number in numbers}

    def among(self, text: str) -> bool:
        """Whether one may stand in a text.

        >>> likely = Likely([("email", "ada@acme.example"), ("phone", "+49301234567")])
        >>> likely.among("Ada Byron"), likely.among("(030) 123 45 67"), likely.among("Bo, 7")
        (True, True, False)
        """
        low = text.lower()
        if any(word in low for word in self._words):
            return True
        digits = re.sub(r"\D", "", text) if self._numbers else ""
        return any(number in digits for number in self._numbers)


def _core(kind: str, value: str) -> str:
    """The part of a handle that stands in all of its spellings."""
    low = value.lower()
    return low.partition("@")[0] if kind == "email" else low.rpartition(":")[2] if kind == "social" else low
