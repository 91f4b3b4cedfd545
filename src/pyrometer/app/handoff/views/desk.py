"""What a rep does about a lead: logs an attempt, gives the verdict. Dialogs of the inbox, and pages of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.models import Assignment, Rep, Verdict
from pyrometer.app.handoff.verdicts import REASONS, VERDICTS
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.errors import UsageError

CHANNELS = (
    ("call", gettext_lazy("Call")),
    ("email", gettext_lazy("Email")),
    ("social", gettext_lazy("Social")),
    ("meeting", gettext_lazy("Meeting")),
)


class AttemptForm(forms.Form):
    """A try: how, and whether somebody answered."""

    channel = forms.ChoiceField(choices=CHANNELS)
    reached = forms.ChoiceField(choices=(("yes", ""), ("no", "")))
    note = forms.CharField(required=False, max_length=2000)


class VerdictForm(forms.Form):
    """A verdict; `not now` says until when."""

    kind = forms.ChoiceField(
        choices=[(kind, name) for kind, name, _hint in VERDICTS],
        error_messages={"required": gettext_lazy("Choose one of the verdicts.")},
    )
    reason = forms.ChoiceField(choices=[("", ""), *REASONS], required=False)
    note = forms.CharField(required=False, max_length=2000)
    until = forms.DateField(required=False)

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today

    def clean(self) -> dict[str, object]:
        """`not now` needs a day to come."""
        found = super().clean() or {}
        if found.get("kind") == Verdict.Kind.NOT_NOW and "until" not in self.errors:
            until = found.get("until")
            if until is None:
                self.add_error("until", _("Say until when: on that day the lead comes back."))
            elif until <= self.today:
                self.add_error("until", _("That day is past; choose one to come."))
        else:
            found["until"] = None
        return found


def held(request: HttpRequest, assignment: int) -> Assignment:
    """An open assignment of one's own, or of anybody for who manages. Raises 404 and 403."""
    found = get_object_or_404(
        Assignment.objects.select_related("lead", "lead__company", "rep__user"), pk=assignment, ended_at__isnull=True
    )
    own = found.rep is not None and found.rep.user_id == request.user.pk
    if not own and not may(request.user, "leads.assign"):
        raise PermissionDenied
    return found


def back(request: HttpRequest) -> HttpResponse:
    """To the page somebody came from, if it is one of ours, else to the inbox; a dialog is told where."""
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    to = to if safe and to.startswith("/") else reverse("handoff:inbox")
    return HttpResponse(status=204, headers={"HX-Redirect": to}) if request.htmx else redirect(to)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("inbox.work")
def attempt(request: HttpRequest, assignment: int) -> HttpResponse:
    """Log an attempt: the form, and what it does."""
    here = held(request, assignment)
    form = AttemptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        reached = said["reached"] == "yes"
        try:
            actions.log_attempt(
                assignment=here,
                channel=said["channel"],
                reached=reached,
                note=said["note"],
                actor=Actor.of(request.user),
                now=timezone.now(),
            )
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            text = _("Reached %(lead)s: noted.") if reached else _("Not reached: noted for %(lead)s.")
            messages.success(request, text % {"lead": here.lead})
            return back(request)
    return _form(request, "attempt", here, form, {"channels": CHANNELS})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("inbox.work")
def verdict(request: HttpRequest, assignment: int) -> HttpResponse:
    """Give the verdict: the form, and what it does."""
    here = held(request, assignment)
    now = timezone.now()
    form = VerdictForm(request.POST if request.method == "POST" else None, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_verdict(assignment=here, actor=Actor.of(request.user), now=now, **form.cleaned_data)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said_of(here.lead, form.cleaned_data))
            return back(request)
    tried = here.attempts.exists()
    return _form(request, "verdict", here, form, {"verdicts": VERDICTS, "reasons": REASONS, "tried": tried})


def _said_of(lead: Lead, said: dict[str, Any]) -> str:
    """The verdict once more, so that a slip of the mouse is seen at once."""
    named = {str(kind): name for kind, name, _hint in VERDICTS}
    text = _("Verdict noted for %(lead)s.") % {"lead": lead} + f" {named[said['kind']]}"
    if said["until"] is not None:
        text += _(", until %(day)s") % {"day": date_format(said["until"], "DATE_FORMAT")}
    if reason := dict(REASONS).get(said["reason"]):
        text += f" ({reason})"
    return f"{text}."


class EndingForm(forms.Form):
    """How it went on with an accepted lead."""

    ending = forms.ChoiceField(choices=(("opportunity", ""), ("won", ""), ("lost", "")))
    revenue = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=2)


@require_POST
@allowed("inbox.work")
def ending(request: HttpRequest, root: int) -> HttpResponse:
    """Note that an accepted lead became an opportunity, was won, or was lost."""
    lead = get_object_or_404(Lead, pk=root, erased_at__isnull=True)
    assignment = queries.owner(root)
    if assignment is None:
        raise Http404
    held(request, assignment.pk)
    form, actor, now = EndingForm(request.POST), Actor.of(request.user), timezone.now()
    if not form.is_valid():
        messages.error(request, _("Nothing was noted: write the revenue as a number, such as 4800."))
        return redirect("handoff:lead", root)
    said = form.cleaned_data["ending"]
    try:
        if said == "opportunity":
            actions.open_opportunity(lead=root, actor=actor, now=now)
        else:
            revenue = form.cleaned_data["revenue"] if said == "won" else None
            actions.record_outcome(lead=root, won=said == "won", decided_at=now, revenue=revenue, actor=actor, now=now)
        messages.success(request, _("Noted for %(lead)s.") % {"lead": lead})
    except UsageError as error:
        messages.error(request, str(error))
    return redirect("handoff:lead", root)


@require_POST
@allowed("leads.assign")
def assign(request: HttpRequest, root: int) -> HttpResponse:
    """Give a lead to a rep: one that nobody owns, or a colleague's."""
    lead = get_object_or_404(Lead, pk=root, erased_at__isnull=True)
    asked = request.POST.get("rep", "")
    rep = get_object_or_404(Rep.objects.select_related("user"), pk=int(asked) if asked.isdecimal() else 0)
    actor, now = Actor.of(request.user), timezone.now()
    try:
        if held := queries.owner(root):
            actions.reassign(assignment=held, rep=rep, actor=actor, now=now)
        else:
            actions.assign(lead=root, rep=rep, actor=actor, now=now)
        messages.success(request, _("%(rep)s has %(lead)s now.") % {"rep": rep.user, "lead": lead})
    except UsageError as error:
        messages.error(request, str(error))
    return back(request)


def _form(
    request: HttpRequest, name: str, here: Assignment, form: forms.Form, context: dict[str, object]
) -> HttpResponse:
    """The inside of a dialog where the page asks for it, else a page."""
    context |= {"assignment": here, "form": form, "next": request.GET.get("next") or request.POST.get("next", "")}
    status = 422 if form.is_bound else 200
    if request.htmx:
        return render(request, f"handoff/parts/{name}.html", context, status=status)
    return render(request, "handoff/desk.html", context | {"part": f"handoff/parts/{name}.html"}, status=status)
