"""The page of the room: what came in last, and all ways in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pyrometer.app.capture import queries
from pyrometer.app.capture.deadletters.queries import how_many
from pyrometer.app.people.may import allowed


@allowed("capture.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The hub; asked for by htmx, only what came in last."""
    dead, more = how_many()
    context = {
        "events": queries.last_events(),
        "waiting": queries.waiting(),
        "keys": queries.write_keys(),
        "dead": dead,
        "more": more,
        "origin": settings.ORIGIN,
    }
    part = "capture/index/last.html" if request.headers.get("HX-Request") else "capture/index/page.html"
    return render(request, part, context)
