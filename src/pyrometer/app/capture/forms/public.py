"""A form as visitors see it: its page, its submission, and the script that shows it on a site."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.capture.forms import answers, limits
from pyrometer.app.capture.forms.questions import asked
from pyrometer.app.capture.forms.showing import consents, every, origin, policy, script, shown, speaks, texts
from pyrometer.app.capture.forms.submitting import NobodyError, Submitted, submit
from pyrometer.app.capture.forms.tickets import LASTS, QUICK, Ticket, lead_of
from pyrometer.app.capture.forms.tickets import ticket as ticket_of
from pyrometer.app.capture.forms.visitors import Visitor, by_browser, by_link
from pyrometer.app.capture.forms.words import WORDS
from pyrometer.app.capture.models import Form
from pyrometer.app.people.addresses import address_of, exact_address_of
from pyrometer.app.people.may import anybody, may

logger = logging.getLogger(__name__)

TRAP = "fax_number_2"
"""A field that people don't see, and programs fill in."""


# Nobody's session has any say here, so there is nothing that a forged request could borrow; frames have no cookies.
@csrf_exempt
@anybody
@require_http_methods(["GET", "HEAD", "POST"])
def hosted(request: HttpRequest, slug: str) -> HttpResponse:
    """`/f/<slug>`: the page of a form, and where it is sent to."""
    form = Form.objects.filter(slug=slug).first()
    if form is None or not (form.active or may(request.user, "capture.read")):
        language = speaks(form, _wanted(request)) if form else _any_language(request)
        return render(request, "capture/forms/gone.html", {"language": language, "words": WORDS[language]}, status=404)
    if request.method == "POST":
        return _sent(request, form)
    now = timezone.now()
    link = lead_of(request.GET.get("k", ""), now)
    made = Ticket(
        form=form.pk,
        issued=now.timestamp(),
        language=speaks(form, _wanted(request)),
        lead=link,
        visitor=request.GET.get("a", "")[:64],
        page=request.GET.get("page", "")[:300],
        preview="preview" in request.GET and may(request.user, "capture.read"),
    )
    visitor = _visitor(made)
    made = replace(made, asked=_asked(form, visitor), consents=consents(form, made.language))
    return _page(request, form, made)


@anybody
@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """`/f/<slug>.js`: the script of the line that sites put into their pages."""
    form = Form.objects.filter(slug=slug, active=True).first()
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    if form is None:
        # A site whose form was closed goes on without an error.
        return HttpResponse("", content_type="text/javascript; charset=utf-8", headers=headers)
    body = script(form, f"{settings.ORIGIN}/f/{form.slug}", speaks(form, _wanted(request)))
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


def _sent(request: HttpRequest, form: Form) -> HttpResponse:
    now = timezone.now()
    given = ticket_of(request.POST.get("ticket", ""))
    if given is None or given.form != form.pk or given.age(now) > LASTS:
        # Nothing that was written is lost: a new page with the same answers.
        fresh = Ticket(form=form.pk, issued=(now - QUICK).timestamp(), language=speaks(form, _wanted(request)))
        fresh = replace(fresh, asked=_asked(form, _visitor(fresh)), consents=consents(form, fresh.language))
        return _page(request, form, fresh, note="old", status=422)
    every_asked = [question for question in every(form) if question.trait in given.asked]
    found, wrong = answers.read(request.POST, every_asked, settings.REGION)
    if wrong:
        return _page(request, form, given, wrong=wrong, status=422)
    if request.POST.get(TRAP):
        return _page(request, form, given, trapped=request.POST[TRAP][:100], status=422)
    if given.age(now) < QUICK:
        return _page(request, form, given, note="again", status=422)
    if given.preview:
        return _done(request, form, given, Submitted(None, True, "PREVIEW" if form.offer.get("codes") else None))
    if seconds := limits.wait(address_of(request), now=now.timestamp()):
        answer = _page(request, form, given, note="slow", status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    try:
        done = submit(
            form=form,
            ticket=given,
            visitor=_visitor(given),
            answers=found,
            agreed=[slug for slug, _text in given.consents if request.POST.get(f"consent-{slug}") == "yes"],
            address=exact_address_of(request),
            agent=request.headers.get("User-Agent", "")[:400].replace("\0", ""),
            now=now,
        )
    except NobodyError:
        first = next((question.trait for question in every_asked if question.trait in ("email", "phone")), "email")
        return _page(request, form, given, wrong={first: "missing"}, status=422)
    except Error:
        logger.exception("a submission of the form %s couldn't be written", form.slug)
        answer = _page(request, form, given, note="failed", status=503)
        answer.headers["Retry-After"] = "30"
        return answer
    return _done(request, form, given, done)


def _done(request: HttpRequest, form: Form, given: Ticket, done: Submitted) -> HttpResponse:
    """Thanks, or on to where the form says; a frame has its site do that."""
    framed = "frame" in request.GET
    after = form.redirect if form.redirect and origin(form.redirect) in form.sites else ""
    if after and not framed and not given.preview and not form.offer.get("codes"):
        return _headed(HttpResponse(status=303, headers={"Location": after}), form)
    context = {
        "done": True,
        "code": done.code,
        "go": after if framed and not given.preview and not form.offer.get("codes") else "",
        "why": WORDS[given.language][done.why] if done.why else "",
    }
    return _rendered(request, form, given.language, context, 200)


def _page(
    request: HttpRequest,
    form: Form,
    given: Ticket,
    *,
    wrong: dict[str, str] | None = None,
    note: str = "",
    trapped: str = "",
    status: int = 200,
) -> HttpResponse:
    chosen = [question for question in every(form) if question.trait in given.asked]
    kept = request.POST.dict() if request.method == "POST" else {}
    context: dict[str, Any] = {
        "questions": shown(chosen, given.language, kept, wrong or {}),
        "ticket": given.signed(),
        "note": WORDS[given.language][note] if note else "",
        "trapped": trapped,
        "consents": [(slug, text, kept.get(f"consent-{slug}")) for slug, text in given.consents],
        "action": request.get_full_path(),
    }
    return _rendered(request, form, given.language, context, status)


def _rendered(request: HttpRequest, form: Form, language: str, context: dict[str, Any], status: int) -> HttpResponse:
    context |= {
        "form": form,
        "language": language,
        "words": WORDS[language],
        "texts": texts(form, language),
        "framed": "frame" in request.GET,
    }
    return _headed(render(request, "capture/forms/hosted.html", context, status=status), form)


def _headed(answer: HttpResponse, form: Form) -> HttpResponse:
    answer.headers["Content-Security-Policy"] = policy(form)
    answer.headers["Cache-Control"] = "no-store"
    # The link may be somebody's own: it isn't told to other sites.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _visitor(given: Ticket) -> Visitor:
    return (by_link(given.lead) if given.lead is not None else None) or by_browser(given.visitor)


def _asked(form: Form, visitor: Visitor) -> tuple[str, ...]:
    sure = visitor.lead is not None
    return tuple(question.trait for question in asked(every(form), visitor.known, form.shown, sure=sure))


def _wanted(request: HttpRequest) -> list[str]:
    accepted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return [request.GET.get("lang", ""), *accepted]


def _any_language(request: HttpRequest) -> str:
    return next((one[:2] for one in _wanted(request) if one[:2] in WORDS), "en")
