"""The verdict: the form, and what it does; what was said, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff import actions
from pyrometer.app.handoff.actions.retracting import may_take_back
from pyrometer.app.handoff.actions.working import attempts_of
from pyrometer.app.handoff.models import Verdict
from pyrometer.app.handoff.verdicts import KINDS_OF, NEEDS_REASON, REASONS, VERDICTS
from pyrometer.app.handoff.views.hands import back, held, linked, over, shown, shown_given
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError
from pyrometer.lifecycle import latest_day


class VerdictForm(forms.Form):
    """A verdict; `not now` says until when."""

    kind = forms.ChoiceField(
        choices=[(kind, name) for kind, name, _hint in VERDICTS],
        error_messages={"required": gettext_lazy("Choose one of the verdicts.")},
    )
    reason = forms.ChoiceField(choices=[("", ""), *REASONS], required=False)
    note = forms.CharField(required=False, max_length=2000)
    until = forms.DateField(required=False)
    sure = forms.BooleanField(required=False)

    def __init__(self, *args: object, today: date, tried: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today, self.tried = today, tried
        self.asks = False
        """Whether it asks if that is really meant."""

    def clean(self) -> dict[str, object]:
        """`not now` needs a day to come, a rejection for good its reason; no reason stands with a verdict it denies."""
        found = super().clean() or {}
        kind, reason = found.get("kind"), found.get("reason")
        if kind != Verdict.Kind.NOT_NOW:
            found["until"] = None
        elif "until" not in self.errors:
            self._check_until(found.get("until"))
        if kind and reason and kind not in KINDS_OF[reason]:
            self.add_error("reason", _("This reason doesn't go with that verdict; choose another, or none."))
        elif kind in NEEDS_REASON and not reason and "reason" not in self.errors:
            self.add_error("reason", _("Say why: others learn from it which leads to send."))
        if kind == Verdict.Kind.UNREACHABLE and not self.tried and not found.get("sure"):
            self.asks = True
            text = _("Nobody has tried to reach this lead. Log an attempt first, or say that it is meant all the same.")
            self.add_error("sure", text)
        return found

    def _check_until(self, until: date | None) -> None:
        if until is None:
            self.add_error("until", _("Say until when: on that day the lead comes back."))
        elif until <= self.today:
            self.add_error("until", _("That day is past; choose one to come."))
        elif until > (latest := latest_day(self.today)):
            text = _("That is too far ahead; the latest is %(day)s.") % {"day": date_format(latest, "DATE_FORMAT")}
            self.add_error("until", text)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("inbox.work")
def verdict(request: HttpRequest, assignment: int) -> HttpResponse:
    """Give the verdict: the form, and what it does; where it was given, what was said."""
    here = held(request, assignment, ended=True)
    if here.ended_at is not None:
        return over(request, here)
    now, tried = timezone.now(), attempts_of(here)
    form = VerdictForm(request.POST if request.method == "POST" else None, today=timezone.localdate(now), tried=tried)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
        try:
            given = actions.give_verdict(assignment=here, actor=Actor.of(request.user), now=now, **said)
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            text = _said_of(here.lead, said)
            if given.before:
                text = linked(text, reverse("handoff:given", args=[given.pk]), _("Take it back"))
            messages.success(request, text)
            return back(request)
    reasons = [(key, name, " ".join(KINDS_OF[key])) for key, name in REASONS]
    context = {"verdicts": VERDICTS, "reasons": reasons, "tried": tried, "latest": latest_day(form.today)}
    return shown(request, "verdict", here, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("inbox.work")
def given(request: HttpRequest, pk: int) -> HttpResponse:
    """A verdict that was given, and, for a while, the way back."""
    found = Verdict.objects.select_related("by", "assignment__lead", "assignment__rep__user", "assignment__rep__team")
    here = get_object_or_404(found.filter(assignment__lead__erased_at__isnull=True), pk=pk)
    actor = Actor.of(request.user)
    if not may_take_back(actor, here):
        held(request, here.assignment_id, ended=True)
    if request.method != "POST":
        return shown_given(request, here.assignment, here)
    lead = here.assignment.lead
    try:
        actions.take_back(verdict=here, actor=actor, now=timezone.now())
    except UsageError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The verdict on %(lead)s was taken back.") % {"lead": lead})
    to = reverse("handoff:lead", args=[lead.root_id or lead.pk])
    return HttpResponse(status=204, headers={"HX-Redirect": to}) if request.htmx else redirect(to)


def _said_of(lead: Lead, said: dict[str, Any]) -> str:
    """The verdict once more, so that a slip of the mouse is seen at once."""
    named = {str(kind): name for kind, name, _hint in VERDICTS}
    text = _("Verdict noted for %(lead)s.") % {"lead": lead} + f" {named[said['kind']]}"
    if said["until"] is not None:
        text += _(", until %(day)s") % {"day": date_format(said["until"], "DATE_FORMAT")}
    if reason := dict(REASONS).get(said["reason"]):
        text += f" ({reason})"
    return f"{text}."
