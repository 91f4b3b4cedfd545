"""Settings of reps: how somebody takes leads, what is in their hands, and whether they take any more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.handoff import actions, choices, queries
from pyrometer.app.handoff.forms.reps import NINE_TO_FIVE, RepForm, spread
from pyrometer.app.handoff.forms.words import refuse
from pyrometer.app.handoff.models import Assignment, Rep, Team
from pyrometer.app.handoff.routing import able
from pyrometer.app.handoff.templatetags.pieces import Assigning
from pyrometer.app.handoff.views.teams import candidates, counted, member
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError
from pyrometer.lifecycle import DAYS

PAGE = 60
BESIDE = {
    "capacity": "capacity",
    "time zone": "time_zone",
    "holidays": "holidays",
    **{f"working hours: {day}": f"{day}_to" for day in DAYS},
}
"""The field that a refusal of the action is about, by how it begins."""


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("teams.edit")
def new(request: HttpRequest, team: int) -> HttpResponse:
    """Add somebody to a team."""
    here = get_object_or_404(Team, pk=team)
    start = {"team": here, "capacity": Rep().capacity, "time_zone": request.user.time_zone} | spread(NINE_TO_FIVE)
    form = RepForm(
        request.POST if request.method == "POST" else None,
        initial=start,
        candidates=candidates(),
        zone=request.user.time_zone,
    )
    if request.method == "POST" and form.is_valid() and (saved := _save(request, form, {})):
        messages.success(request, _("%(rep)s is in %(team)s now.") % {"rep": saved.user, "team": saved.team.name})
        return redirect("handoff:teams")
    status = 422 if form.is_bound else 200
    return render(request, "handoff/teams/rep.html", {"form": form, "team": here}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("teams.edit")
def rep(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how somebody takes leads, and see what they work on."""
    here = get_object_or_404(counted(), pk=pk)
    now = timezone.now()
    form = RepForm(request.POST if request.method == "POST" else None, initial=RepForm.of(here), zone=here.time_zone)
    if (
        request.method == "POST"
        and form.is_valid()
        and _save(request, form, {"user": here.user, "active": here.active})
    ):
        messages.success(request, _("Saved how %(rep)s takes leads.") % {"rep": here.user})
        return redirect("handoff:teams")
    to_call, working = (find(here, now, shown=PAGE) for find in (queries.to_call, queries.worked_on))
    context = {
        "form": form,
        "member": member(here, now.date()),
        "team": here.team,
        "lists": [(_("To call"), to_call.shown), (_("Accepted, being worked on"), working.shown)],
        "behind": to_call.behind + working.behind,
        "assigning": Assigning(request, choices.reps(able().exclude(pk=here.pk))),
    }
    return render(request, "handoff/teams/rep.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("teams.edit")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a rep take leads or not. Whose hands aren't empty is only switched off by who was told what follows."""
    here = get_object_or_404(Rep.objects.select_related("user", "team"), pk=pk)
    on = request.POST.get("active") == "yes"
    held = Assignment.objects.filter(rep=here, ended_at__isnull=True).count()
    if request.method != "POST" or (held and not on and request.POST.get("sure") != "yes"):
        others = able().exclude(pk=pk).exists()
        return render(request, "handoff/teams/off.html", {"rep": here, "held": held, "others": others})
    now = timezone.now()
    try:
        actions.save_rep(**_as_is(here) | {"active": on}, actor=Actor.of(request.user), now=now)
    except UsageError as error:
        # What stands there can't be read any more: it is put right on the page of the rep.
        messages.error(request, str(error))
    else:
        text = _("%(rep)s takes leads again.") if on else _("%(rep)s takes no leads any more.")
        messages.success(request, text % {"rep": here.user})
    return redirect("handoff:rep", pk)


def _save(request: HttpRequest, form: RepForm, more: dict[str, Any]) -> Rep | None:
    """The rep as saved; None where the action refused it, which the form says then."""
    try:
        return actions.save_rep(**form.cleaned_data | more, actor=Actor.of(request.user), now=timezone.now())
    except UsageError as error:
        refuse(form, error, BESIDE)
        return None


def _as_is(here: Rep) -> dict[str, Any]:
    names = ("user", "team", "capacity", "territories", "products", "time_zone", "hours", "holidays", "away_until")
    return {name: getattr(here, name) for name in names}
