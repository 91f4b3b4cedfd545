"""What a mail may say of one lead: values made harmless, and left out where they aren't known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyrometer.app.delivery.email.content.variables import Block, Link

LONGEST = 300
"""Letters of a value; what is longer is no name and no answer, and ends with …"""
MOST = 100
"""Items of a list."""
NOTHING = frozenset({"-", "n/a", "na", "none", "null", "unknown"})
_GAPS = re.compile(r"\s+")
# Marks that turn the direction of what follows, or hide: a name with one of them changes how the sentence reads.
_TURNING = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True)
class Facts:
    """Values by variable: `lead` has name, first_name, …; `links` has unsubscribe, …; None and empty aren't known."""

    lead: Mapping[str, object] = field(default_factory=dict)
    traits: Mapping[str, object] = field(default_factory=dict)
    company: Mapping[str, object] = field(default_factory=dict)
    rep: Mapping[str, object] = field(default_factory=dict)
    question: str = ""
    answers: Block | None = None
    """Links that answer the question; where the text doesn't show them, they stand below it."""
    coupon: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """The values as templates take them."""
        links = {name: Link(url) for name, url in self.links.items() if url}
        tree: dict[str, Any] = {
            "lead": {**_cleaned(self.lead), "traits": _cleaned(self.traits)},
            "company": _cleaned(self.company),
            "rep": _cleaned(self.rep),
            "links": {**links, "forms": {slug: Link(url) for slug, url in self.forms.items()}},
        }
        if self.answers is not None:
            tree["answers"] = self.answers
        return {**tree, **_cleaned({"question": self.question, "coupon": self.coupon})}


def _cleaned(values: Mapping[str, object]) -> dict[str, object]:
    found = {name: clean(value) for name, value in values.items()}
    return {name: value for name, value in found.items() if value not in (None, "", []) and not _nothing(value)}


def _nothing(value: object) -> bool:
    """Whether somebody only filled a field: nobody is called n/a."""
    return isinstance(value, str) and value.lower() in NOTHING


def clean(value: object) -> object:
    """A value as a mail may show it: one line, of letters that stand where they are written, not without end.

    >>> clean("Ada\\r\\nBcc: x@y.example"), clean("ad\\u202ea"), clean(None), clean(["a", None])
    ('Ada Bcc: x@y.example', 'ada', None, ['a'])
    """
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < 10**15 else None
    if isinstance(value, Mapping):
        return clean(value["name"]) if "name" in value else None
    if isinstance(value, list | tuple):
        items = [clean(each) for each in value[:MOST] if not isinstance(each, list | tuple)]
        return [each for each in items if each not in (None, "")]
    return line(str(value), LONGEST)


def _harmless(letter: str) -> bool:
    return letter.isspace() or (letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cs"))


def line(text: str, most: int) -> str:
    """A text on one line, without what steers, turns or hides."""
    kept = _GAPS.sub(" ", "".join(each for each in text[: 4 * most] if _harmless(each))).strip()
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"
