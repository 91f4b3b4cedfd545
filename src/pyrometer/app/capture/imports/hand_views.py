"""The page where people enter by hand."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from pyrometer.app.capture.imports.hand import BadEntryError, called, met, met_at
from pyrometer.app.capture.imports.wanted import called as as_name
from pyrometer.app.capture.imports.wanted import wants
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.models import Event, TraitChange
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

ANSWERS = 5
RECENT = 2000
"""Of so many of the newest rows the names are offered, to be written alike."""


@allowed("lead.edit")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Both forms, empty."""
    return _page(request, {}, {}, 200)


@allowed("lead.edit")
@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """A phone call."""
    given = request.POST
    problems: dict[str, str] = {}
    handles = []
    for kind in ("email", "phone"):
        if text := given.get(kind, "").strip():
            try:
                handles.append((kind, normalise(kind, text, settings.REGION)))
            except BadHandleError as error:
                problems[kind] = str(error)
    if not handles and not problems:
        problems["email"] = _("Write an email or a phone number: by one of them the lead is known.")
    at = _time(request, "at", problems)
    properties: dict[str, Any] = {"direction": given.get("direction", ""), "result": given.get("result", "")}
    if minutes := given.get("minutes", "").strip():
        if minutes.isdecimal() and len(minutes) < 5:
            properties["minutes"] = int(minutes)
        else:
            problems["minutes"] = _("Write whole minutes.")
    if note := given.get("note", "").strip():
        properties["note"] = note[:2000]
    traits = {name: given[name].strip()[:200] for name in ("name", "company") if given.get(name, "").strip()}
    for number in range(ANSWERS):
        trait, value = as_name(given.get(f"trait-{number}", "")), given.get(f"value-{number}", "").strip()
        if trait and value:
            traits[trait] = value[:2000]
    event = as_name(given.get("event", "")) or "call"
    if not problems:
        try:
            lead = called(
                actor=Actor.of(request.user),
                handles=handles,
                event=event,
                properties=properties,
                traits=traits,
                at=at,
                once=_once(given.get("once", "")),
                now=timezone.now(),
            )
        except BadEntryError as error:
            problems |= error.problems
        else:
            messages.success(request, _("The call is recorded.") if lead else _("That call was recorded before."))
            return redirect("capture:by-hand")
    return _page(request, {f"call_{name}": text for name, text in problems.items()}, given, 422)


@allowed("lead.edit")
@require_POST
def people(request: HttpRequest) -> HttpResponse:
    """A list of people met at an event."""
    given = request.POST
    problems: dict[str, str] = {}
    at = _time(request, "at", problems)
    try:
        found = met(given.get("people", ""), settings.REGION)
    except BadEntryError as error:
        problems["people"] = "\n".join(error.problems.values())
        found = []
    if problems:
        return _page(request, {f"met_{name}": text for name, text in problems.items()}, given, 422)
    new = met_at(
        actor=Actor.of(request.user),
        people=found,
        event=as_name(given.get("event", "")) or "event_attended",
        title=given.get("title", "").strip()[:200],
        at=at,
        once=_once(given.get("once", "")),
        now=timezone.now(),
    )
    text = ngettext(
        "%(count)d person is recorded, %(new)d new.", "%(count)d people are recorded, %(new)d new.", len(found)
    )
    messages.success(request, text % {"count": len(found), "new": new})
    return redirect("capture:by-hand")


def _page(request: HttpRequest, problems: dict[str, str], given: Any, status: int) -> HttpResponse:
    zone, asked = ZoneInfo(request.user.time_zone), wants()
    traits = [each.name for each in asked.traits]
    context = {
        "problems": problems,
        "given": given,
        "now": timezone.now().astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "once": uuid.uuid4().hex,
        "zone": zone.key,
        "answers": [
            (number, given.get(f"trait-{number}", ""), given.get(f"value-{number}", "")) for number in range(ANSWERS)
        ],
        "events": sorted({*asked.events, *Event.objects.order_by("-pk").values_list("name", flat=True)[:RECENT]})[:200],
        "traits": sorted({*traits, *TraitChange.objects.order_by("-pk").values_list("trait", flat=True)[:RECENT]})[
            :200
        ],
        "call_event": next((name for name in asked.events if name.startswith("call")), "call"),
    }
    return render(request, "capture/imports/by-hand.html", context, status=status)


def _time(request: HttpRequest, name: str, problems: dict[str, str]) -> datetime:
    """When it was, in the time zone of who writes; nothing lies in the future."""
    now = timezone.now()
    try:
        found = datetime.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        problems[name] = _("Write the day and the time.")
        return now
    zone = ZoneInfo(request.user.time_zone)
    at = found if found.tzinfo else found.replace(tzinfo=zone)
    if at > now and at.astimezone(zone).date() > now.astimezone(zone).date():
        problems[name] = _("This day is still to come.")
    return min(at, now)


def _once(given: str) -> str:
    """What came with the page, so that a button pressed twice records once."""
    return given if re.fullmatch(r"[0-9a-f]{32}", given) else uuid.uuid4().hex
