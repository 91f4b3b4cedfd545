"""Where settings begin, and the audit log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pyrometer.app.people.forms import LogForm
from pyrometer.app.people.may import allowed, may
from pyrometer.app.people.queries import log as entries_of

PAGE = 50


@allowed("settings.read")
@require_safe
def hub(request: HttpRequest) -> HttpResponse:
    """The pages of settings that somebody may see."""
    places = [
        ("settings.people", "/settings/people/", _("People"), _("Invite, change roles, shut accounts.")),
        ("settings.keys", "/settings/keys/", _("API keys"), _("For the website that sends, and programs that read.")),
        ("settings.webhooks", "/settings/webhooks/", _("Webhooks"), _("Who is told, as soon as something happens.")),
        ("teams.edit", "/settings/teams/", _("Teams"), _("Reps, their hours and territories, and the clocks.")),
        ("consent.edit", "/settings/consent/", _("Consent"), _("Purposes, and the words that ask for them.")),
        ("settings.webhooks", "/settings/unsent/", _("Unsent mail"), _("What could not be sent, and why.")),
        ("settings.mail", "/settings/mail/", _("Mail server"), _("Records of the DNS, bounces, and how fast.")),
        ("mail.suppress", "/settings/suppressions/", _("Suppressions"), _("Addresses that get no mail, and why.")),
        ("audit.read", "/settings/audit/", _("Audit log"), _("Who changed what, and when.")),
    ]
    shown = [
        {"address": address, "name": name, "about": about}
        for right, address, name, about in places
        if may(request.user, right) and is_valid_path(address)
    ]
    return render(request, "people/hub.html", {"places": shown})


@allowed("audit.read")
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who changed what."""
    form = LogForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    before = request.GET.get("before", "")
    found = entries_of(
        who=asked.get("who") or "",
        what=asked.get("what") or "",
        since=_midnight(asked.get("since")),
        until=_midnight(asked.get("until"), later=1),
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=PAGE,
    )
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "log": found,
        "filtered": bool(kept),
        "older": urlencode({**kept, "before": found.before}) if found.before else "",
        "newest": urlencode(kept) if before else None,
    }
    return render(request, "people/log.html", context)


def _midnight(day: date | None, later: int = 0) -> datetime | None:
    """When a day begins for the one who looks."""
    if day is None or day.year in (1, 9999):
        return None
    return datetime.combine(day + timedelta(later), time(), timezone.get_current_timezone())
