"""One lead: what the thermometer shows and why, what is missing, what happened, who it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from pyrometer.app.evidence.models import Handle, Lead, Merge, TraitChange
from pyrometer.app.evidence.queries import profile
from pyrometer.app.evidence.sightings import never_seen
from pyrometer.app.handoff import queries
from pyrometer.app.handoff.actions.retracting import hindrance, may_take_back
from pyrometer.app.handoff.choices import reps
from pyrometer.app.handoff.models import Verdict
from pyrometer.app.handoff.templatetags.pieces import Assigning
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views import panels
from pyrometer.app.handoff.views.cards import seen, titles
from pyrometer.app.handoff.views.history import history
from pyrometer.app.handoff.views.timeline import name_authors, timeline
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.app.people.models import User
from pyrometer.app.temperature.models import Reading
from pyrometer.app.temperature.queries import as_read, explain
from pyrometer.definition import Definition

COLLEAGUES = 12


def found(root: int, *more: str) -> Lead:
    """A root that hasn't been erased, with its company and `more`. Raises Http404."""
    lead = get_object_or_404(Lead.objects.select_related("company", *more), pk=root)
    if lead.erased_at is not None:
        raise Http404
    return lead


@require_safe
@allowed("lead.read")
def lead(request: HttpRequest, root: int) -> HttpResponse:
    """The page of a lead; that of one which was merged into another leads to the other."""
    here = found(root, "reading")
    if here.root_id not in (None, here.pk):
        return redirect("handoff:lead", here.root_id)
    now = timezone.now()
    reading: Reading | None = getattr(here, "reading", None)
    before = as_read(reading) if reading is not None else None
    definition = agreed.live()
    held = queries.owner(root)
    mine = held is not None and held.rep is not None and held.rep.user_id == request.user.pk
    merges = Merge.objects.filter(winner__root=root, undone_at__isnull=True).select_related("loser").order_by("-at")
    known = [said for trait, said in sorted(profile(root).items()) if _fact(definition, said)]
    name_authors(known)
    context: dict[str, Any] = {
        "lead": here,
        "seen": seen(here, bool(never_seen([here]))),
        "reading": reading,
        "title": titles([root], definition).get(root, ""),
        "why": before or explain(root, now),
        "before": before is not None,
        "stale": before is not None and before.as_of.date() != now.date(),
        "question": agreed.next_question(definition, reading, here.language or "en") if reading else "",
        "assignment": held,
        "given": _given(root, request.user, now),
        "tries": held.attempts.count() if held else 0,
        "mine": mine,
        "assigning": Assigning(request, reps() if may(request.user, "leads.assign") else []),
        "acts": held is not None and (mine or may(request.user, "leads.assign")),
        "clock": queries.clock_of(held, now) if held and held.accepted_at is None else None,
        "history": history(root, begun=here.created_at, now=now),
        "timeline": timeline(root),
        "traits": known,
        "handles": Handle.objects.filter(lead__root=root).order_by("kind", "value")[:40],
        "colleagues": colleagues(here, definition),
        "merges": merges[:20],
        "panels": panels.shown(request, here),
    }
    return render(request, "handoff/lead.html", context)


def _given(root: int, user: User, now: datetime) -> Verdict | None:
    """The last verdict, where somebody may take it back still."""
    last = Verdict.objects.filter(assignment__lead=root).select_related("assignment__rep__user").order_by("pk").last()
    takes = last is not None and may_take_back(Actor.of(user), last) and not hindrance(last, now)
    return last if takes else None


@require_safe
@allowed("lead.read")
@vary_on_headers("HX-Request")
def why(request: HttpRequest, root: int) -> HttpResponse:
    """The sums, read anew from the evidence, with how often and when last each thing counted."""
    here = found(root)
    if here.root_id not in (None, here.pk):
        return redirect("handoff:why", here.root_id)
    exact = not request.htmx or request.GET.get("exact") == "yes"
    context = {"lead": here, "why": explain(root, timezone.now()), "exact": exact}
    return render(request, "handoff/parts/why.html" if request.htmx else "handoff/why.html", context)


@require_safe
@allowed("lead.read")
def more(request: HttpRequest, root: int) -> HttpResponse:
    """Earlier pages of the timeline: as lines for the page that asks, else as a page of its own."""
    here = found(root)
    context = {"lead": here, "timeline": timeline(root, before=request.GET.get("before", "")[:120])}
    name = "handoff/parts/timeline.html" if request.htmx else "handoff/timeline.html"
    return render(request, name, context)


def _fact(definition: Definition | None, said: TraitChange) -> bool:
    return said.value is not None and not agreed.says_nothing(definition, said.trait, said.value)


def colleagues(here: Lead, definition: Definition | None) -> list[tuple[Lead, str]]:
    """Other people of the same company, warmest first, with what they are: a purchase has several deciders."""
    if here.company_id is None:
        return []
    others = Lead.objects.filter(company=here.company_id, anonymous=False, erased_at__isnull=True)
    others = others.exclude(root=here.pk).select_related("reading").order_by("-reading__total", "pk")[:COLLEAGUES]
    roots = [other for other in others if other.root_id == other.pk]
    what = titles((other.pk for other in roots), definition)
    return [(other, what.get(other.pk, "")) for other in roots]
