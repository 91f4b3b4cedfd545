"""The inbox: whom to call now, and the leads that nobody owns."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pyrometer.app.handoff import actions
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.handoff.views.cards import Card, cards
from pyrometer.app.people.may import allowed, may

PAGE = 60
"""Rows shown at most; whoever has more open at once needs colleagues, not a second page."""


@require_safe
@allowed("lead.read")
def home(request: HttpRequest) -> HttpResponse:
    """To the page that somebody works with."""
    return redirect("handoff:inbox" if may(request.user, "inbox.work") else "handoff:leads")


@require_safe
@allowed("inbox.work")
def inbox(request: HttpRequest) -> HttpResponse:
    """Whom to call now, in order. Asked by the page itself, only the rows, or 204 where nothing has changed."""
    rep, reps = chosen(request)
    rows = cards(_open(rep), timezone.now())
    context: dict[str, Any] = {"cards": rows, "rep": rep, "reps": reps, "overdue": _overdue(rows)}
    context["unowned"] = Assignment.objects.filter(ended_at__isnull=True, rep__isnull=True)[:100].count()
    part = render_to_string("handoff/parts/rows.html", context, request)
    mark = hashlib.sha256(part.encode()).hexdigest()[:16]
    if request.htmx:
        if request.GET.get("seen") == mark:
            return HttpResponse(status=204)
        return HttpResponse(part, headers={"X-Rows": mark})
    return render(request, "handoff/inbox.html", context | {"part": part, "mark": mark})


@require_safe
@allowed("inbox.work")
def nobody(request: HttpRequest) -> HttpResponse:
    """Leads that nobody owns, and those whose owners haven't tried in time."""
    now = timezone.now()
    waiting = _ordered(Assignment.objects.filter(ended_at__isnull=True, rep__isnull=True))[:PAGE]
    late = _ordered(
        Assignment.objects.filter(ended_at__isnull=True, rep__isnull=False, responded_at__isnull=True, due_at__lt=now)
    )[:PAGE]
    reps = Rep.objects.filter(active=True).select_related("user", "team").order_by("user__name", "pk")[:200]
    context = {"waiting": cards(waiting, now), "late": cards(late, now), "reps": reps}
    return render(request, "handoff/nobody.html", context)


@require_POST
@allowed("inbox.work")
def seen(request: HttpRequest, assignment: int) -> HttpResponse:
    """Note that the rep has looked at a lead; the page says so once it is open."""
    rep = Rep.objects.filter(user=request.user).first()
    if rep is not None:
        actions.mark_seen(assignments=[assignment], rep=rep, now=timezone.now())
    return HttpResponse(status=204)


def chosen(request: HttpRequest) -> tuple[Rep | None, list[Rep]]:
    """Whose inbox is shown, and between whom the user may choose: a rep has one, managers see all."""
    own = Rep.objects.filter(user=request.user).select_related("user").first()
    if not may(request.user, "leads.assign"):
        return own, []
    reps = list(Rep.objects.filter(active=True).select_related("user").order_by("user__name", "pk")[:200])
    asked = request.GET.get("rep", "")
    return next((rep for rep in reps if str(rep.pk) == asked), own), reps


def _open(rep: Rep | None) -> QuerySet[Assignment]:
    found = Assignment.objects.filter(ended_at__isnull=True, accepted_at__isnull=True, rep__isnull=False)
    return _ordered(found if rep is None else found.filter(rep=rep))[:PAGE]


def _ordered(found: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Hot first, then what is due, then who is nearest to buying."""
    warmth = Case(
        When(lead__reading__temperature="hot", then=Value(0)),
        When(lead__reading__temperature="warm", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        found.select_related("lead", "lead__company", "rep__user")
        .prefetch_related("attempts")
        .order_by(warmth, "due_at", "lead__reading__missing_count", "-lead__reading__total", "pk")
    )


def _overdue(rows: list[Card]) -> int:
    return sum(row.left is not None and row.left < 0 for row in rows)
