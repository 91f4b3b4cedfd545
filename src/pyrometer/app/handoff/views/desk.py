"""What a rep does about a lead: logs an attempt, says how it ended. Dialogs of the inbox, and pages of their own."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.models import Rep
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.hands import back, held, linked, over, shown
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.app.temperature.models import Reading
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


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("inbox.work")
def attempt(request: HttpRequest, assignment: int) -> HttpResponse:
    """Log an attempt: the form, and what it does."""
    here = held(request, assignment, ended=True)
    if here.ended_at is not None:
        return over(request, here)
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
            text %= {"lead": here.lead}
            if reached and may(request.user, "lead.edit"):
                text = linked(text, reverse("handoff:call", args=[here.lead_id]), _("Write down what you learned"))
            messages.success(request, text)
            return back(request)
    context = {"channels": CHANNELS, "likely": _likely(here.lead), "question": _question(here.lead)}
    return shown(request, "attempt", here, form, context)


def _likely(lead: Lead) -> str:
    """How a lead can be tried, of what it left."""
    kinds = set(Handle.objects.filter(lead__root=lead.root_id).values_list("kind", flat=True))
    if lead.phone or "phone" in kinds:
        return "call"
    if lead.email or "email" in kinds:
        return "email"
    return "social" if "social" in kinds else "call"


def _question(lead: Lead) -> str:
    """What to ask next; empty where nothing is open."""
    reading = Reading.objects.filter(pk=lead.pk).first()
    return agreed.next_question(agreed.live(), reading, lead.language or "en") if reading else ""


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
