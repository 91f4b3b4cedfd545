"""Settings of teams: the clocks they agreed to, who is in them, and the terms of all hand-offs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.handoff import actions
from pyrometer.app.handoff.actions.teams import CLOCKS
from pyrometer.app.handoff.forms.teams import TeamForm
from pyrometer.app.handoff.forms.terms import TermsForm
from pyrometer.app.handoff.forms.words import refuse
from pyrometer.app.handoff.models import Rep, Team, Terms
from pyrometer.app.handoff.terms import agreed
from pyrometer.app.handoff.views import definition
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import RIGHTS, allowed, may
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError
from pyrometer.lifecycle import DAYS

TEAMS = 100
REPS = 500


@dataclass(frozen=True)
class Member:
    """A rep in the list of a team, with the leads in hand, and the week in words."""

    rep: Rep
    waiting: int
    """Leads to call; these count against the capacity."""
    accepted: int
    week: str
    away: bool

    @property
    def takes(self) -> bool:
        """Whether leads come to this rep at all, once back."""
        return self.rep.active and self.rep.user.is_active and may(self.rep.user, "inbox.work")


@require_safe
@allowed("teams.edit")
def teams(request: HttpRequest) -> HttpResponse:
    """All teams with their reps, and the terms in force."""
    today = timezone.now().date()
    found: dict[int, list[Member]] = defaultdict(list)
    for rep in counted().order_by("-active", "user__name", "user__email", "pk")[:REPS]:
        found[rep.team_id].append(member(rep, today))
    groups = [(team, found[team.pk]) for team in Team.objects.order_by("name")[:TEAMS]]
    now = agreed()
    context = {
        "groups": groups,
        "takers": any(each.takes for members in found.values() for each in members),
        "candidates": candidates().exists(),
        "terms": now,
        "agreed": definition.live() is not None,
        "good": sorted(now.good),
        "poor": sorted(now.poor),
        "markets": sorted(now.markets),
    }
    return render(request, "handoff/teams/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("teams.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    return _team(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("teams.edit")
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the name or the clocks of a team."""
    return _team(request, get_object_or_404(Team, pk=pk))


def _team(request: HttpRequest, here: Team | None) -> HttpResponse:
    form = TeamForm(request.POST if request.method == "POST" else None, initial=TeamForm.of(here or Team()))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_team(
                team=here,
                actor=Actor.of(request.user),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except UsageError as error:
            refuse(form, error, {**{clock: clock for clock in CLOCKS}, "a team needs": "name", "there is a": "name"})
        else:
            messages.success(request, _("The team %(team)s was saved.") % {"team": saved.name})
            if here is None and candidates().exists():
                return redirect("handoff:new-rep", saved.pk)
            return redirect("handoff:teams")
    status = 422 if form.is_bound else 200
    return render(request, "handoff/teams/team.html", {"form": form, "team": here}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("teams.edit")
def terms(request: HttpRequest) -> HttpResponse:
    """Change what both teams agreed for all hand-offs."""
    now = Terms.objects.filter(pk=1).first() or Terms(pk=1)
    form = TermsForm(
        request.POST if request.method == "POST" else None, initial=TermsForm.of(now), definition=definition.live()
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_terms(actor=Actor.of(request.user), now=timezone.now(), **form.cleaned_data)
        except UsageError as error:
            refuse(form, error, {**{name: name for name in form.fields}, "grade ": "poor_grades"})
        else:
            messages.success(request, _("The terms were saved; they count from now on."))
            return redirect("handoff:teams")
    status = 422 if form.is_bound else 200
    return render(request, "handoff/teams/terms.html", {"form": form}, status=status)


def candidates() -> QuerySet[User]:
    """Users who may work the inbox, and are no reps yet."""
    roles = list(RIGHTS["inbox.work"])
    return User.objects.filter(is_active=True, role__in=roles, rep__isnull=True).order_by("name", "email")


def counted() -> QuerySet[Rep]:
    """Reps with the leads in their hands, as `waiting` and `accepted`."""
    mine = Q(assignments__ended_at__isnull=True)
    return Rep.objects.select_related("user", "team").annotate(
        waiting=Count("assignments", filter=mine & Q(assignments__accepted_at__isnull=True)),
        accepted=Count("assignments", filter=mine & Q(assignments__accepted_at__isnull=False)),
    )


def member(rep: Any, today: date) -> Member:
    """A counted rep as pages show it."""
    away = rep.away_until is not None and today < rep.away_until
    return Member(rep, rep.waiting, rep.accepted, ", ".join(week(rep.hours)), away)


def week(hours: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Working hours in words, days that are alike together.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     list(week({"mon": ["09:00", "17:00"], "tue": ["09:00", "17:00"], "sat": ["10:00", "12:00"]}))
    ['Mon–Tue 09:00–17:00', 'Sat 10:00–12:00']
    """
    stretches = [(place, hours.get(day)) for place, day in enumerate(DAYS)]
    for stretch, alike in groupby(stretches, key=lambda each: each[1]):
        if stretch:
            places = [place for place, _stretch in alike]
            first, last = WEEKDAYS_ABBR[places[0]], WEEKDAYS_ABBR[places[-1]]
            yield f"{first if len(places) == 1 else f'{first}–{last}'} {'–'.join(stretch)}"
