"""The inbox: whom to call now, and the leads that nobody owns."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.choices import reps
from pyrometer.app.handoff.models import Rep
from pyrometer.app.handoff.templatetags.pieces import Assigning, options
from pyrometer.app.handoff.views.beginning import first_steps
from pyrometer.app.handoff.views.cards import cards, late, waiting
from pyrometer.app.people.may import allowed, may

PAGE = 40
"""Rows shown at most, as many as a rep has open at once; those behind them move up."""
LOOSE = 50
"""Leads between the teams shown at most, in each of the two lists."""


@require_safe
@allowed("lead.read")
def home(request: HttpRequest) -> HttpResponse:
    """To the page that somebody works with."""
    return redirect("handoff:inbox" if may(request.user, "inbox.work") else "handoff:leads")


@require_safe
@allowed("inbox.work")
@vary_on_headers("HX-Request")
def inbox(request: HttpRequest) -> HttpResponse:
    """Whom to call now, in order. Asked by the page itself, only the rows, or 204 where nothing has changed."""
    now = timezone.now()
    rep, choice = chosen(request)
    calls = queries.to_call(rep, now, shown=PAGE) if rep or choice else None
    context: dict[str, Any] = {
        "cards": cards(calls.shown, name_reps=bool(choice) and rep is None) if calls else "",
        "calls": calls,
        "working": queries.worked_on(rep, now, shown=PAGE).shown if rep else [],
        "rep": rep,
        "reps": choice,
        "steps": [] if rep or choice else first_steps(request.user),
    }
    part = render_to_string("handoff/parts/rows.html", context, request)
    mark = hashlib.sha256(part.encode()).hexdigest()[:16]
    if request.htmx:
        if request.GET.get("seen") == mark:
            return HttpResponse(status=204)
        return HttpResponse(part, headers={"X-Rows": mark})
    context["unowned"] = queries.unowned()
    context["choices"] = options(choice, rep.pk if rep else None)
    return render(request, "handoff/inbox.html", context | {"part": part, "mark": mark})


@require_safe
@allowed("inbox.work")
def nobody(request: HttpRequest) -> HttpResponse:
    """Leads that nobody owns, and those whose owners haven't tried in time."""
    now = timezone.now()
    assigning = Assigning(request, reps() if may(request.user, "leads.assign") else [])
    owned_by_nobody, untried = queries.nobody_owns(now, limit=LOOSE + 1), queries.untouched(now, limit=LOOSE + 1)
    context = {
        "waiting": waiting(owned_by_nobody[:LOOSE], assigning),
        "late": late(untried[:LOOSE], assigning, now),
        "more": {"waiting": len(owned_by_nobody) > LOOSE, "late": len(untried) > LOOSE},
        "shown": LOOSE,
        "reps": bool(assigning),
    }
    return render(request, "handoff/nobody.html", context)


@require_POST
@allowed("inbox.work")
def seen(request: HttpRequest, assignment: int) -> HttpResponse:
    """Note that the rep has looked at a lead; the page says so once it is open."""
    rep = Rep.objects.filter(user=request.user).first()
    if rep is not None:
        actions.mark_seen(assignments=[assignment], rep=rep, now=timezone.now())
    return HttpResponse(status=204)


def chosen(request: HttpRequest) -> tuple[Rep | None, list[tuple[int, str]]]:
    """Whose inbox is shown, and between whom the user may choose: a rep has one, managers see all."""
    found = Rep.objects.select_related("user")
    if not may(request.user, "leads.assign"):
        return found.filter(user=request.user).first(), []
    choice = reps()
    if "rep" not in request.GET:
        return found.filter(user=request.user).first(), choice
    asked = next((key for key, _name in choice if str(key) == request.GET["rep"]), None)
    return found.filter(pk=asked).first() if asked else None, choice
