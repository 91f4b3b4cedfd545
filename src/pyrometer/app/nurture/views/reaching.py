"""The part of pages that says how many a programme would reach."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pyrometer.app.nurture.counting import reach as counting
from pyrometer.app.nurture.models import Programme, Reached
from pyrometer.app.nurture.views import finding
from pyrometer.app.people.may import allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def reach(request: HttpRequest, key: str) -> HttpResponse:
    """How far the count of the draft is; POST has it counted anew."""
    here = finding.programme(key)
    if request.method == "POST":
        counting.ask(here, here.draft, timezone.now())
        if not request.htmx:
            return redirect("nurture:publish", key)
    context = {"programme": here, **shown(here, here.draft, timezone.now())}
    return render(request, "nurture/parts/reach.html", context)


def shown(programme: Programme, text: str, now: datetime) -> dict[str, Any]:
    """What the part needs; it is asked for where nobody has counted this text lately."""
    found = counting.of(programme, text)
    return {"reach": found, "told": told(found)}


def asked(programme: Programme, text: str, now: datetime) -> Reached:
    """The count of a text, begun where nobody has counted it lately."""
    found = counting.of(programme, text)
    return counting.ask(programme, text, now) if found is None or counting.stale(found, now) else found


def told(found: Reached | None) -> dict[str, Any] | None:
    """A finished count in numbers for people; None where there is none."""
    if found is None or found.done_at is None or found.trouble:
        return None
    numbers = dict(found.found)
    enters, held = int(numbers.get("would_enter", 0)), int(numbers.get("held_back", 0))
    reasons = sorted(dict(numbers.get("by_reason") or {}).items(), key=lambda pair: (-pair[1], pair[0]))
    unreachable = sum(n for why, n in reasons if "consent" in why or "unsubscribed" in why or "suppressed" in why)
    looked = int(numbers.get("looked_at", 0))
    reachable = max(0, looked - unreachable)
    share = enters / reachable if reachable else 0.0
    return {
        "enters": enters,
        "held": held,
        "gets": max(0, enters - held),
        "looked": looked,
        "of_all": int(numbers.get("of_all") or looked),
        "reachable": reachable,
        "percent": round(100 * share),
        "wide": enters > 0 and share > counting.WIDE,
        "reasons": reasons[:12],
    }
