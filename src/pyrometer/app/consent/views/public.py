"""What the pages have in common that leads see without signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from pyrometer.app.consent import letters
from pyrometer.app.consent.words import WORDS, spoken
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.addresses import address_of
from pyrometer.app.people.pace import Pace

A_MINUTE = 40
"""Pages that an address may open: an office has one address for all."""
LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("sv", "Svenska"), ("ja", "日本語"))

pace = Pace()


def language_for(request: HttpRequest, lead: Lead | None = None) -> str:
    """The language that somebody chose, else the lead's, else the browser's."""
    wanted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return spoken(request.GET.get("lang", "")[:8], lead.language if lead else "", *wanted)


def page(request: HttpRequest, template: str, language: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """A page in a language. Its address is a secret, so that no other site hears of it, and no search engine."""
    house = letters.house()
    shared = {"words": WORDS[language], "language": language, "languages": LANGUAGES, "house": house}
    shared |= context
    # Dates and the like look as the language has it.
    with translation.override(language):
        answer = render(request, f"consent/public/{template}.html", shared, status=status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def too_fast(request: HttpRequest, language: str) -> HttpResponse | None:
    """The answer to who asks too often; None to all others."""
    wait = pace.wait(address_of(request), A_MINUTE)
    if not wait:
        return None
    answer = page(request, "said", language, status=429, **_said(language, "slow"))
    answer.headers["Retry-After"] = str(wait)
    return answer


def spent(request: HttpRequest, language: str) -> HttpResponse:
    """A link that isn't one, or isn't one any more."""
    return page(request, "said", language, status=404, **_said(language, "spent"))


def gone(request: HttpRequest, language: str) -> HttpResponse:
    """Nothing about whoever it was for is kept any more."""
    return page(request, "said", language, status=410, **_said(language, "gone"))


def _said(language: str, what: str) -> dict[str, str]:
    return {"title": WORDS[language][f"{what}_title"], "text": WORDS[language][what]}


def root_of(lead: int) -> Lead | None:
    """The root of a lead; None where it was erased."""
    found = Lead.objects.select_related("root").filter(pk=lead, root__erased_at__isnull=True).first()
    return None if found is None else found.root


def masked(address: str) -> str:
    """An address that its owner knows again, and nobody else learns.

    >>> masked("ada@kettles.example"), masked("")
    ('a•••@k•••.example', '')
    """
    name, _, host = address.rpartition("@")
    if not name:
        return ""
    domain, _, end = host.rpartition(".")
    return f"{name[0]}•••@{domain[:1]}•••.{end}"
