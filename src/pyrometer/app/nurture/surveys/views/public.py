"""The page on which a lead answers, by a link in its mail: nobody signs in, and no script is needed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pyrometer.app.consent import letters, links
from pyrometer.app.consent.views.public import LANGUAGES, gone, language_for, spent, too_fast
from pyrometer.app.consent.words import WORDS as PAGES
from pyrometer.app.evidence import bots
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import answering, tokens
from pyrometer.app.nurture.surveys.answering import GoneError, UnaskedError
from pyrometer.app.nurture.surveys.following import next_open
from pyrometer.app.nurture.surveys.questions import Question, question_of
from pyrometer.app.nurture.surveys.values import LONGEST, WrongAnswerError, clean
from pyrometer.app.nurture.surveys.words import WORDS
from pyrometer.app.people.addresses import exact_address_of
from pyrometer.app.people.may import anybody

_VISIT = re.compile(r"[0-9a-f]{24}")
INPUTS = {"integer": "text", "number": "text", "date": "date"}


@dataclass(frozen=True)
class Shown:
    """A question on the page: what is chosen or written so far, and what is wrong with it."""

    question: Question
    given: str = ""
    wrong: str = ""
    next: str = ""
    """The criterion, where it follows an answer."""

    @property
    def input(self) -> str:
        """The type of its field; empty where several lines are written, or an answer is chosen."""
        return INPUTS.get(self.question.kind, "")


@anybody
@csrf_exempt  # the token is the authority: nobody's session has any say here
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The question, with the answer that was clicked chosen. Looking at it answers nothing: scanners look, too."""
    now = timezone.now()
    pk = tokens.asked_by(token, now)
    rows = Asked.objects.select_related("lead__root")
    asked = rows.filter(pk=pk, lead__root__erased_at__isnull=True).first() if pk is not None else None
    language = language_for(request, asked.lead.root if asked else None)
    if slow := too_fast(request, language):
        return slow
    if pk is None:
        return spent(request, language)
    if asked is None:
        # The signature is ours, so there was such a question: its lead was erased.
        return gone(request, language)
    question = question_of(asked, language)
    if question is None:
        return _page(request, asked, language, "unasked", status=410)
    if request.method == "POST":
        return _sent(request, asked, question, language, now)
    if asked.answered_at is not None and "done" in request.GET:
        return _thanks(request, asked, language)
    chosen = request.GET.get("a", "")[:200]
    chosen = chosen if chosen in {each.value for each in question.choices} else ""
    return _page(request, asked, language, "question", shown=Shown(question, chosen))


def _sent(request: HttpRequest, asked: Asked, question: Question, language: str, now: datetime) -> HttpResponse:
    """Keep what was sent; a page that says so, or what is wrong with it."""
    value, following = request.POST.get("answer", ""), request.POST.get("next", "")[:120]
    agent = request.headers.get("User-Agent", "")
    visit = request.POST.get("visit", "")
    given: dict[str, Any] = {
        "value": value,
        "now": now,
        "address": exact_address_of(request),
        "agent": agent,
        "language": language,
        "visit": visit if _VISIT.fullmatch(visit) else secrets.token_hex(12),
    }
    if bots.of_agent(agent):
        # A program that fills in what it finds answers for nobody; a person whose browser bears its name is told.
        shown = Shown(question, clean(value[: 2 * LONGEST]), WORDS[language]["machine"])
        return _page(request, asked, language, "question", 422, shown=shown)
    try:
        if following:
            answering.answer_next(first=asked, criterion=following, **given)
        else:
            answering.answer(asked=asked, **given)
    except GoneError:
        return gone(request, language)
    except UnaskedError:
        if not following:
            return _page(request, asked, language, "unasked", status=410)
    except WrongAnswerError as error:
        wrong = WORDS[language][error.word].format(most=LONGEST)
        kept = clean(value[: 2 * LONGEST])
        if not following:
            return _page(request, asked, language, "question", 422, shown=Shown(question, kept, wrong))
        return _thanks(request, asked, language, kept=kept, wrong=wrong, status=422)
    query = {"done": "1", **({"lang": request.GET["lang"][:8]} if "lang" in request.GET else {})}
    return HttpResponseRedirect(f"{request.path}?{urlencode(query)}", status=303)


def _thanks(
    request: HttpRequest, asked: Asked, language: str, *, kept: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    """Thanks, and perhaps the next question."""
    criterion = next_open(asked)
    question = question_of(Asked(criterion=criterion), language) if criterion else None
    shown = Shown(question, kept, wrong, criterion or "") if question is not None else None
    return _page(request, asked, language, "thanks", status, shown=shown)


def _page(
    request: HttpRequest, asked: Asked, language: str, template: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page in a language. Its address is a secret, so that no other site hears of it, and no search engine."""
    words = {**PAGES[language], **WORDS[language]}
    kept = {name: request.GET[name][:200] for name in ("a", "done") if name in request.GET}
    assert asked.lead.root_id is not None
    with translation.override(language):
        said = words["answered"].format(day=date_format(asked.answered_at, "DATE_FORMAT")) if asked.answered_at else ""
        context |= {
            "words": words,
            "language": language,
            "tongues": [(code, name, urlencode({**kept, "lang": code})) for code, name in LANGUAGES],
            "house": letters.house(),
            "said": said,
            "visit": secrets.token_hex(12),
            "longest": LONGEST,
            "choices": links.choices(asked.lead.root_id, timezone.now()),
        }
        answer = render(request, f"nurture/surveys/public/{template}.html", context, status=status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
