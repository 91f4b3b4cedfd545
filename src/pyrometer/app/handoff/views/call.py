"""Writes down what a lead said on the phone: the open questions, and the answers in the definition's own words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.handoff import actions
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.lead import found
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.app.temperature.models import Reading
from pyrometer.definition import Definition
from pyrometer.errors import UsageError

PROVES = ("user", "email", "phone", "social", "anonymous")
HELD = "call_held"
"""The event of a call, as definitions usually name it."""


class _Day(forms.DateInput):
    input_type = "date"


class Answers(forms.Form):
    """One field a trait, of the kind that the definition gives it."""

    once = forms.RegexField(r"^[0-9a-f-]{36}$", required=False)
    minutes = forms.IntegerField(required=False, min_value=0, max_value=600)
    qualifies = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, definition: Definition | None, traits: list[str]) -> None:
        super().__init__(data)
        for trait in traits if definition else ():
            self.fields[f"trait-{trait}"] = field_of(definition, trait)

    @property
    def said(self) -> dict[str, Any]:
        """The answers that were given, by trait."""
        given = {name.removeprefix("trait-"): value for name, value in self.cleaned_data.items() if "trait-" in name}
        return {trait: plain(value) for trait, value in given.items() if value not in (None, "")}


def field_of(definition: Definition, trait: str) -> forms.Field:
    known = definition.profile.get(trait)
    kind = str(known.type) if known else "text"
    if known and known.values:
        return forms.ChoiceField(choices=[("", ""), *((str(each), str(each)) for each in known.values)], required=False)
    if kind == "boolean":
        return forms.ChoiceField(choices=[("", ""), ("yes", _("yes")), ("no", _("no"))], required=False)
    if kind == "integer":
        return forms.IntegerField(required=False, min_value=-(10**12), max_value=10**12)
    if kind == "number":
        return forms.DecimalField(required=False, max_digits=16, decimal_places=4)
    if kind == "date":
        return forms.DateField(required=False, widget=_Day)
    return forms.CharField(required=False, max_length=1000)


def plain(value: Any) -> Any:
    """An answer as evidence keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.edit")
def call(request: HttpRequest, root: int) -> HttpResponse:
    """The form for a call, and what it does. Sending it twice does it once."""
    here = found(root)
    definition = agreed.live()
    reading = Reading.objects.filter(lead=root).first()
    asked = agreed.to_ask(definition, reading.criteria if reading else {}, here.language or "en")
    traits = list(dict.fromkeys(trait for each in asked for trait in each.traits))
    form = Answers(request.POST if request.method == "POST" else None, definition=definition, traits=traits)
    handles = sorted(Handle.objects.filter(lead__root=root)[:100], key=lambda handle: PROVES.index(handle.kind))
    owned = Assignment.objects.filter(lead=root, ended_at__isnull=True).exists()
    if request.method == "POST" and form.is_valid() and handles:
        try:
            _write(form, here, handles[0], definition, Actor.of(request.user), timezone.now())
        except UsageError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Written down. The temperature follows within seconds."))
            return redirect("handoff:lead", root)
    done: set[str] = set()
    groups = []
    for each in asked:
        mine = [trait for trait in each.traits if trait not in done]
        done.update(mine)
        if mine:
            state = reading.criteria.get(each.criterion, "") if reading else ""
            groups.append((each, state, [(trait, form[f"trait-{trait}"]) for trait in mine]))
    context = {"lead": here, "form": form, "groups": groups, "owned": owned, "once": uuid4(), "handles": handles}
    context["asks"] = not form.is_bound and request.GET.get("qualifies") == "yes"
    return render(request, "handoff/call.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _write(
    form: Answers, here: Lead, handle: Handle, definition: Definition | None, actor: Actor, now: datetime
) -> None:
    """The call as evidence; a lead that qualifies is handed over in the same transaction."""
    minutes = form.cleaned_data["minutes"]
    known = definition is not None and HELD in definition.events
    message = Incoming(
        once=f"call-{form.cleaned_data['once'] or uuid4()}",
        occurred_at=now,
        received_at=now,
        source="call",
        handles=((handle.kind, handle.value),),
        event=HELD if known else None,
        properties={"minutes": minutes} if known and minutes is not None else {},
        traits=form.said,
        author=actor.name,
    )
    taken = take(incoming=[message], now=now)
    if taken.refused:
        raise UsageError(taken.refused[0].reason)
    if form.cleaned_data["qualifies"] and not taken.duplicates:
        actions.qualify_by_call(lead=here.pk, actor=actor, now=now)
