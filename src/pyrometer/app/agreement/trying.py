"""The part of pages that says who would change temperature, and the page that shows nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from pyrometer.app.agreement import simulating
from pyrometer.app.agreement.models import Simulation, Version
from pyrometer.app.agreement.queries import live
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.may import allowed

NO_MORE = 286
"""The status by which htmx stops asking."""
OLD = timedelta(days=1)
"""After which a simulation is made anew by whoever opens a page that shows it."""


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("agreement.read")
@vary_on_headers("HX-Request")
def simulation(request: HttpRequest, number: int) -> HttpResponse:
    """Have it counted who would change temperature (POST), and show how far that is, or what came of it."""
    version = Version.objects.filter(number=number).first()
    if version is None:
        raise Http404
    if not simulating.can_be_asked(version):
        if not request.htmx:
            raise Http404
        # Somebody's page goes on asking about a version that others have published meanwhile.
        return render(request, "agreement/parts/no_more.html", {"version": version}, status=NO_MORE)
    if request.method == "POST":
        simulating.ask(version, now=timezone.now())
        if not request.htmx:
            return redirect("agreement:simulation", number)
    context = {"version": version, **shown(version)}
    return render(request, "agreement/parts/simulation.html" if request.htmx else "agreement/simulation.html", context)


def shown(version: Version) -> dict[str, Any]:
    """What the part shows of a version; empty where there is nothing to try."""
    if not simulating.can_be_asked(version):
        return {}
    current = live()
    found = simulating.of(version, current)
    stale = found is None or (found.done_at is not None and found.as_of < timezone.now() - OLD)
    return {"simulated": True, "against": current, "simulation": found, "stale": stale, "named": _named(found)}


def _named(simulation: Simulation | None) -> list[dict[str, Any]]:
    """The leads that it shows; who was erased or merged meanwhile is left out."""
    rows = [] if simulation is None else simulation.shown
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=[row["lead"] for row in rows], erased_at=None)}
    return [{**row, "lead": leads[row["lead"]]} for row in rows if row["lead"] in leads]
