"""Segments of the list of leads: kept, renamed, shared, forgotten. Opening one is following its address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.handoff.models import Segment
from pyrometer.app.handoff.segments import delete_segment, save_segment, segments_of
from pyrometer.app.handoff.views.asked import Asked
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError


def listed(user: User) -> list[tuple[Segment, str]]:
    """The segments that somebody may open, with their addresses."""
    return [(each, address(each)) for each in segments_of(user)]


def address(segment: Segment) -> str:
    """Where the list stands with a segment's filters."""
    kept = Asked.of({name: str(value) for name, value in segment.filters.items()})
    return f"{reverse('handoff:leads')}?{urlencode(kept.pairs)}"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.read")
def segments(request: HttpRequest) -> HttpResponse:
    """All segments that somebody may open; sent filters and a name, a new one."""
    if request.method != "POST":
        return render(request, "handoff/segments.html", {"segments": listed(request.user)})
    asked = Asked.of(request.POST.dict())
    try:
        kept = save_segment(
            name=request.POST.get("name", ""),
            filters=dict(asked.pairs),
            shared=request.POST.get("shared") == "yes",
            actor=Actor.of(request.user),
            now=timezone.now(),
        )
    except UsageError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('handoff:leads')}?{urlencode(asked.pairs)}")
    messages.success(request, _("%(segment)s is kept.") % {"segment": kept})
    return redirect(address(kept))


@require_POST
@allowed("lead.read")
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or share a segment, or forget it."""
    here = get_object_or_404(Segment, pk=pk)
    actor, now = Actor.of(request.user), timezone.now()
    try:
        if request.POST.get("do") == "delete":
            delete_segment(segment=here, actor=actor, now=now)
            messages.success(request, _("%(segment)s is forgotten; its leads stay.") % {"segment": here})
        else:
            shared = request.POST.get("shared") == "yes"
            name = request.POST.get("name", "")
            save_segment(name=name, filters=here.filters, shared=shared, actor=actor, now=now, segment=here)
            messages.success(request, _("%(segment)s is kept.") % {"segment": here})
    except UsageError as error:
        messages.error(request, str(error))
    return redirect("handoff:segments")
