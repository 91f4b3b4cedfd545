"""Contents as the site shows them: rendered once for each wording and language, with nothing of a person in them.

Anybody can send anybody's id, so what stands in a slot says nothing of who it is about: no name, no address, no answer.
Only a coupon's code and the addresses of forms are put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from pyrometer.app.delivery.email.content import told
from pyrometer.app.delivery.email.content.contents import Content
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.liquid import TemplateError
from pyrometer.app.delivery.email.content.naming import used
from pyrometer.app.delivery.email.content.reading import ContentError, read
from pyrometer.app.delivery.email.content.rendering import UnrenderableError, render_slot
from pyrometer.app.nurture import models
from pyrometer.nurture.contents import Content as Known

KEPT = 500
"""Rendered contents that a process keeps."""
SAMPLE = "CODE-10"
"""In the place of a code, where a content is only looked at."""


@dataclass(frozen=True)
class Wording:
    """Which text of which content: it is never edited, so what was made of it stays."""

    name: str
    number: int
    pitch: str
    at: datetime
    """Since when: one that was removed and written anew has its number again."""


class MissingContentError(Exception):
    """A content that is gone."""


def wordings(names: Iterable[str]) -> dict[str, Wording]:
    """The slots among some contents, as they are worded now."""
    rows = models.Content.objects.filter(name__in=set(names), kind="slot").values_list("name", "number", "pitch", "at")
    return {row[0]: Wording(*row) for row in rows}


def shown(wording: Wording, languages: Iterable[str], code: str = "") -> tuple[str, str]:
    """A content as HTML and as text, in the first of some languages that it speaks.

    Raises UnrenderableError and MissingContentError.
    """
    return _rendered(wording, parsed(wording).spoken(languages), code, settings.ORIGIN)


@lru_cache(maxsize=KEPT)
def parsed(wording: Wording) -> Content:
    """What a wording says. Raises UnrenderableError and MissingContentError."""
    name, number = wording.name, wording.number
    text = models.Content.objects.filter(name=name, number=number).values_list("text", flat=True).first()
    if text is None:
        text = models.Wording.objects.filter(content__name=name, number=number).values_list("text", flat=True).first()
    if text is None:
        raise MissingContentError(name)
    try:
        return read(text, name)
    except ContentError as error:
        raise UnrenderableError(str(error)) from None


@lru_cache(maxsize=KEPT)
def gives(wording: Wording) -> bool:
    """Whether a wording shows a coupon's code, in any language. Raises UnrenderableError and MissingContentError."""
    content = parsed(wording)
    try:
        return any("coupon" in used(piece, content.name) for piece in content.bodies.values())
    except TemplateError as error:
        raise UnrenderableError(str(error.problem)) from None


@lru_cache(maxsize=KEPT)
def _rendered(wording: Wording, language: str, code: str, origin: str) -> tuple[str, str]:
    content = parsed(wording)
    forms = {slug: f"{origin}/f/{slug}" for slug in told.known().forms}
    return render_slot(content, Facts(coupon=code, forms=forms), languages=[language], origin=origin)


@dataclass(frozen=True)
class Contents:
    """All contents as slots are checked by: what is known of each, what can't be shown, and what shows a code."""

    known: Mapping[str, Known]
    broken: Mapping[str, str]
    gives: frozenset[str]

    @property
    def slots(self) -> list[str]:
        """The names of those that can be chosen for a slot."""
        return sorted(name for name, each in self.known.items() if each.kind == "slot")


def contents() -> Contents:
    """What there is, each slot tried in all its languages."""
    known: dict[str, Known] = {}
    broken: dict[str, str] = {}
    giving: set[str] = set()
    for row in models.Content.objects.order_by("name"):
        known[row.name] = Known(row.name, row.kind, row.purpose, row.pitch)
        if row.kind == "slot":
            why, gives_code = _tried(row)
            if why:
                broken[row.name] = why
            if gives_code:
                giving.add(row.name)
    return Contents(known, broken, frozenset(giving))


def _tried(row: models.Content) -> tuple[str, bool]:
    """Why a slot can't be shown, and whether it shows a code."""
    wording = Wording(row.name, row.number, row.pitch, row.at)
    try:
        content, giving = parsed(wording), gives(wording)
    except (UnrenderableError, MissingContentError) as error:
        return str(error), False
    for language in content.languages:
        try:
            shown(wording, [language], SAMPLE)
        except UnrenderableError as error:
            return f"in `{language}`: {error}; what is known of a person isn't said on a site", giving
    return "", giving
