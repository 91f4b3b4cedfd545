"""What a form's page shows, and the headers by which other sites may frame it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyrometer.app.capture.forms.questions import Question, in_order, language_of, questions, said
from pyrometer.app.capture.forms.words import WORDS
from pyrometer.app.capture.models import Form
from pyrometer.app.capture.tracker.script import tight
from pyrometer.app.consent.models import Purpose
from pyrometer.app.headers import POLICY

EMBED = Path(__file__).resolve().parent.parent / "static" / "capture" / "forms" / "embed.js"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


@dataclass(frozen=True)
class Asked:
    """One question as the page shows it."""

    trait: str
    label: str
    type: str
    required: bool
    options: tuple[tuple[str, str], ...]
    value: str
    wrong: str


def origin(url: str) -> str | None:
    """The origin of an address, in one spelling; None where it isn't one.

    >>> origin("https://Shop.example/sale"), origin("javascript:alert(1)"), origin("https://a.example; script-src *")
    ('https://shop.example', None, None)
    """
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    found = f"{parts.scheme}://{parts.hostname}{port}"
    alone = parts.netloc.lower() == f"{parts.hostname}{port}"
    return found if alone and _ORIGIN.fullmatch(found) else None


def policy(form: Form) -> str:
    """The content security policy of a form's page: its sites may frame it, and it may lead on to where it says."""
    sites = [site for site in form.sites if _ORIGIN.fullmatch(str(site))]
    after = origin(form.redirect) if form.redirect else None
    text = POLICY.replace("frame-ancestors 'none'", " ".join(["frame-ancestors 'self'", *sites]))
    return text.replace("form-action 'self'", f"form-action 'self' {after}") if after else text


def speaks(form: Form, wanted: Iterable[str]) -> str:
    """The language in which a form is shown."""
    return language_of(wanted, in_order(form.texts, form.language))


def texts(form: Form, language: str) -> dict[str, str]:
    """A form's own texts in a language; where there are none, those of its first, and then what all forms say."""
    own: Mapping[str, Mapping[str, str]] = form.texts
    found = {}
    for name in ("title", "intro", "button", "thanks", "consent"):
        by_language = {one: each.get(name, "") for one, each in own.items()}
        found[name] = by_language.get(language) or said(by_language, form.language)
    found["button"] = found["button"] or WORDS[language]["button"]
    found["thanks"] = found["thanks"] or WORDS[language]["thanks"]
    return found


def consents(form: Form, language: str) -> tuple[tuple[str, str], ...]:
    """The purposes that a form asks for and the text of each: one tick each, since a yes to one is no yes to another.

    The form's own words stand for those of the purpose where it asks for one only.
    """
    own = texts(form, language)["consent"] if len(form.purposes) == 1 else ""
    asked = Purpose.objects.filter(slug__in=form.purposes, active=True).order_by("slug")
    return tuple((purpose.slug, own or said(purpose.texts, language) or purpose.slug) for purpose in asked)


def shown(every: Iterable[Question], language: str, given: Mapping[str, str], wrong: Mapping[str, str]) -> list[Asked]:
    """Questions with what was answered so far and what is wrong with it."""
    words = WORDS[language]
    return [
        Asked(
            trait=question.trait,
            label=said(question.label, language) or question.trait,
            type=question.type,
            required=question.required,
            options=tuple((option.value, said(option.label, language) or option.value) for option in question.options),
            value=given.get(question.trait, ""),
            wrong=words[wrong[question.trait]] if question.trait in wrong else "",
        )
        for question in every
    ]


def every(form: Form) -> tuple[Question, ...]:
    """All questions of a form; one that asks for nothing to be reached by asks for an email first."""
    found = questions(form.fields)
    if any(question.trait in ("email", "phone") for question in found):
        return found
    label = {"en": "Email", "de": "E-Mail", "sv": "E-post", "ja": "メールアドレス"}
    return (Question("email", label, "email", required=True), *found)


def script(form: Form, address: str, language: str) -> bytes:
    """The script of a form's line: it puts the form there, or has the pop-up come when it should."""
    offer: Mapping[str, Any] = form.offer
    told = {
        "slug": form.slug,
        "kind": form.kind,
        "address": address,
        "after": offer.get("after_seconds"),
        "scroll": offer.get("after_scroll"),
        "leave": bool(offer.get("on_leave")),
        # Its name is for the team; visitors read its title.
        "title": texts(form, language)["title"] or form.slug,
        "close": WORDS[language]["close"],
    }
    # In a script of its own "</script>" means nothing; line ends that JSON allows and old scripts don't are escaped.
    return f"{_embed()}({json.dumps(told)});\n".encode()


@cache
def _embed() -> str:
    return tight(EMBED.read_text("utf-8")).rstrip(";\n")
