"""A content as a mail: in a frame that can do nothing, as plain text, and sent to oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pyrometer.app.delivery.email.content.contents import Content as Read
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.making import preview
from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.delivery.email.content.reading import read as read_content
from pyrometer.app.delivery.email.content.rendering import Mail, UnrenderableError, render_slot
from pyrometer.app.delivery.email.content.rendering import render as render_mail
from pyrometer.app.delivery.email.content.told import known
from pyrometer.app.delivery.email.content.trying import send_test
from pyrometer.app.delivery.email.content.variables import sample
from pyrometer.app.evidence.finding import search
from pyrometer.app.evidence.models import Lead
from pyrometer.app.headers import POLICY
from pyrometer.app.nurture.views import finding
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError

FRAMED = "default-src 'none'; img-src https: data: {origin}; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""The policy of the mail inside its frame: no script, no form, no way out; its own styles, which mails need."""
FRAMING = f"{POLICY}; frame-src 'self'"
"""That of the page around it."""
FOUND = 8


@dataclass(frozen=True)
class Tried:
    """A content as it would be for a lead or for the sample; `wrong` says why there is none."""

    mail: Mail | None = None
    wrong: str = ""


@require_safe
@allowed("nurture.read")
def look(request: HttpRequest, name: str) -> HttpResponse:
    """How a content looks: for the sample, or for a lead that is searched for; in a language; wide or narrow."""
    here = finding.content(name)
    asked = _asked(request)
    tried = _tried(here.text, asked)
    q = request.GET.get("q", "")[:200].replace("\0", "")
    context = {
        "content": here,
        "tried": tried,
        **asked,
        "languages": _languages(here.text),
        "q": q,
        "found": search(q, FOUND) if q.strip() else [],
        "whom": Lead.objects.filter(pk=asked["lead"], erased_at__isnull=True).first() if asked["lead"] else None,
    }
    response = render(request, "nurture/look.html", context)
    response.headers["Content-Security-Policy"] = FRAMING
    return response


@require_safe
@allowed("nurture.read")
def frame(request: HttpRequest, name: str) -> HttpResponse:
    """The mail itself, to be shown in a frame."""
    here = finding.content(name)
    tried = _tried(here.text, _asked(request))
    html = tried.mail.html if tried.mail is not None else ""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = FRAMED.format(origin=settings.ORIGIN)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@allowed("nurture.edit")
def test(request: HttpRequest, name: str) -> HttpResponse:
    """Send it to one's own address, as a lead would get it."""
    here = finding.content(name)
    lead, language = request.POST.get("lead", ""), request.POST.get("language", "")
    back = redirect(f"/nurture/contents/{name}/look/?{_query(lead, language)}")
    if not (lead.isdecimal() and len(lead) < 19):
        messages.error(request, _("Choose a lead first: a test mail says what that lead would read."))
        return back
    try:
        content = read_content(here.text)
        send_test(
            user=request.user, content=content, lead=int(lead), language=_spoken(content, language), now=timezone.now()
        )
    except (UnrenderableError, UsageError, ContentError) as error:
        messages.error(request, str(error))
        return back
    messages.success(request, _("On its way to %(email)s.") % {"email": request.user.email})
    return back


def _query(lead: str, language: str) -> str:
    safe = lead if lead.isdecimal() and len(lead) < 19 else ""
    return f"lead={safe}&language={language if language.isalpha() and len(language) < 6 else ''}"


def _asked(request: HttpRequest) -> dict[str, Any]:
    lead, language = request.GET.get("lead", ""), request.GET.get("language", "")
    return {
        "lead": int(lead) if lead.isdecimal() and len(lead) < 19 else None,
        "spoken": language if language.isalpha() and len(language) < 6 else "",
        "narrow": request.GET.get("on") == "phone",
    }


def _tried(text: str, asked: dict[str, Any]) -> Tried:
    try:
        content = read_content(text)
    except ContentError as error:
        return Tried(wrong=_("It has errors: %(what)s") % {"what": error.problems[0].what})
    language = _spoken(content, asked["spoken"])
    try:
        if asked["lead"] is not None:
            return Tried(preview(content, lead=asked["lead"], language=language, now=timezone.now()))
        return Tried(_of_sample(content, language))
    except UnrenderableError as error:
        return Tried(wrong=str(error))


def _spoken(content: Read, language: str) -> str:
    return language if language in content.languages else ""


def _of_sample(content: Read, language: str) -> Mail:
    """The mail of a made-up lead of whom everything is known."""
    values = sample(known())
    links = {name: str(url) for name, url in values["links"].items() if name != "forms"}
    traits = values["lead"].pop("traits")
    facts = Facts(
        lead=values["lead"],
        traits=traits,
        company=values["company"],
        rep=values["rep"],
        question=values["question"],
        coupon=values["coupon"],
        links=links,
        forms={slug: str(url) for slug, url in values["links"]["forms"].items()},
    )
    languages = [language] if language else []
    if content.kind == "slot":
        html, text = render_slot(content, facts, languages=languages, origin=settings.ORIGIN)
        return Mail("", "", text, html, language or content.language)
    return render_mail(content, facts, languages=languages, origin=settings.ORIGIN)


def _languages(text: str) -> tuple[str, ...]:
    try:
        return read_content(text).languages
    except ContentError:
        return ()
