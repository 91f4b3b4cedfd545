"""What a lead asked for, by the link in its mail: confirmed with a button, then its data, or how far erasing is."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from pyrometer.app.consent import access, links, wanting
from pyrometer.app.consent.models import Wanted
from pyrometer.app.consent.views.public import language_for, page, spent, too_fast
from pyrometer.app.consent.words import WORDS, say
from pyrometer.app.evidence.models import Lead, ToErase, ToForget
from pyrometer.app.people.may import anybody


@anybody
@csrf_exempt  # the token is the authority: nobody's session has any say here
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def yours(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm what was asked for, and see how far it is. Looking at it confirms nothing."""
    found = links.asked(token)
    wanted = found[0] if found else None
    language = _language(request, wanted)
    if slow := too_fast(request, language):
        return slow
    if found is None:
        return spent(request, language)
    if wanted is None:
        return _erased(request, found[1], language)
    now = timezone.now()
    if request.method == "POST":
        wanting.confirm(wanted=wanted, now=now)
        return HttpResponseRedirect(request.get_full_path(), status=303)
    if wanted.confirmed_at is None and wanted.expires_at < now:
        return spent(request, language)
    if wanted.kind == Wanted.Kind.ERASE:
        return page(request, "erase", language, **_erasing(wanted, language))
    if wanted.confirmed_at is not None and wanted.expires_at < now:
        return spent(request, language)
    return page(request, "export", language, **_export(wanted, language))


def _erasing(wanted: Wanted, language: str) -> dict[str, Any]:
    if wanted.refused_at is not None:
        return {"text": say(language, "erase_refused", day=wanted.refused_at, why=wanted.refused_why)}
    if wanted.confirmed_at is not None:
        return {"text": say(language, "erase_waits", day=wanted.confirmed_at)}
    return {"text": say(language, "erase_ask", day=wanted.asked_at), "asks": True}


def _export(wanted: Wanted, language: str) -> dict[str, Any]:
    if wanted.confirmed_at is None:
        return {"text": say(language, "export_ask", day=wanted.asked_at), "asks": True}
    used = say(language, "used", count=wanted.uses, day=wanted.used_at) if wanted.used_at else ""
    if wanted.uses >= wanting.USES:
        return {"text": say(language, "used_up"), "used": used}
    return {"text": say(language, "export_ready", day=wanted.expires_at), "used": used, "ready": True}


def _erased(request: HttpRequest, lead: int, language: str) -> HttpResponse:
    """How far erasing is: the lead itself is gone, and what named it follows."""
    row = Lead.objects.filter(pk=lead).first()
    if row is not None and row.erased_at is None:
        return spent(request, language)
    archived = ToErase.objects.filter(pk=lead).exists()
    named = any(lead in each for each in ToForget.objects.values_list("leads", flat=True))
    words = WORDS[language]
    at = row.erased_at if row else None
    text = say(language, "erased", day=at) if at else words["erased_plainly"]
    steps = [(words["step_tables"], True), (words["step_texts"], not named), (words["step_archive"], not archived)]
    return page(request, "erased", language, text=text, steps=steps)


@anybody
@never_cache
@require_GET
def read(request: HttpRequest, token: str) -> HttpResponse:
    """The data as a page to read."""
    wanted, language = _open(request, token, "page")
    return page(request, "data", language, **access.told(_root(wanted), language, timezone.now()))


@anybody
@never_cache
@require_GET
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The data as a file for programs."""
    wanted, language = _open(request, token, "file")
    return as_file(_root(wanted), language, timezone.now())


def as_file(root: Lead, language: str, now: datetime) -> HttpResponse:
    """All that is known of a lead, as JSON to be kept."""
    found = access.everything(root, language, now)
    return HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=2, default=str),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="data.json"', "Referrer-Policy": "no-referrer"},
    )


def _open(request: HttpRequest, token: str, form: str) -> tuple[Wanted, str]:
    """What a link opens, counted. Raises Http404 where it opens nothing, any more or yet."""
    found = links.asked(token)
    wanted = found[0] if found else None
    if wanted is None or not wanting.use(wanted=wanted, form=form, now=timezone.now()):
        raise Http404
    return wanted, _language(request, wanted)


def _language(request: HttpRequest, wanted: Wanted | None) -> str:
    if "lang" not in request.GET and wanted is not None and wanted.language in WORDS:
        return wanted.language
    return language_for(request)


def _root(wanted: Wanted) -> Lead:
    assert wanted.lead.root is not None
    return wanted.lead.root
