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
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.actions.retracting import hindrance, may_take_back
from pyrometer.app.handoff.actions.working import attempts_of
from pyrometer.app.handoff.models import Assignment, Rep, Verdict
from pyrometer.app.handoff.verdicts import KINDS_OF, NEEDS_REASON, REASONS, VERDICTS
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from pyrometer.lifecycle import latest_day

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


def held(request: HttpRequest, assignment: int, *, ended: bool = False) -> Assignment:
    """An assignment of one's own, or of anybody for who manages; open, unless it may have ended. Raises 404 and 403."""
    among = Assignment.objects.select_related("lead", "lead__company", "rep__user", "rep__team")
    among = among.filter(lead__erased_at__isnull=True) if ended else among.filter(ended_at__isnull=True)
    found = get_object_or_404(among, pk=assignment)
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
    here = held(request, assignment, ended=True)
    if here.ended_at is not None:
        return _over(request, here)
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
    return _form(request, "attempt", here, form, context)


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


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("inbox.work")
def verdict(request: HttpRequest, assignment: int) -> HttpResponse:
    """Give the verdict: the form, and what it does; where it was given, what was said."""
    here = held(request, assignment, ended=True)
    if here.ended_at is not None:
        return _over(request, here)
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
    return _form(request, "verdict", here, form, context)


def linked(text: str, address: str, name: str) -> SafeString:
    """A message with a link behind it."""
    return format_html('{} <a href="{}">{}</a>', text, address, name)


def _over(request: HttpRequest, here: Assignment) -> HttpResponse:
    """An assignment that has ended: what became of it, instead of a form."""
    given = here.verdicts.select_related("by", "assignment__rep__user").order_by("pk").last()
    status = 409 if request.method == "POST" else 200
    return _given(request, here, given, status)


def _given(request: HttpRequest, here: Assignment, given: Verdict | None, status: int = 200) -> HttpResponse:
    actor, now = Actor.of(request.user), timezone.now()
    mine = given is not None and may_take_back(actor, given)
    context = {
        "assignment": here,
        "verdict": given,
        "hindrance": hindrance(given, now) if given is not None and mine else "",
        "mine": mine,
    }
    if request.htmx:
        return render(request, "handoff/parts/given.html", context, status=status)
    return render(request, "handoff/desk.html", context | {"part": "handoff/parts/given.html"}, status=status)


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
        return _given(request, here.assignment, here)
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
