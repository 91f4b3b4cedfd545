"""Many leads at once: chosen on the list, looked at once more, done, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.bulk import AT_ONCE, DONE, MOST, REFUSED, RIGHTS, carry_on, confirm, prepare
from pyrometer.app.handoff.models import Bulk, Chosen, Rep
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.asked import Asked
from pyrometer.app.handoff.views.call import field_of, plain
from pyrometer.app.handoff.views.export import sent
from pyrometer.app.handoff.views.listing import UNSHOWN, TooFarError, roots
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError

NAMED = 20
"""Leads that the page calls by name before it counts the others."""
SHOWN = 200
"""Refusals that it shows."""
STEP = 200
"""Rows of a file that are read at a time."""
HANDLES = ("email", "phone")
"""Traits that are somebody's own; many leads can't have the same."""
KINDS = (
    (Bulk.Kind.ASSIGN, gettext_lazy("Assign to a rep")),
    (Bulk.Kind.QUALIFY, gettext_lazy("Hand over: qualified by a call")),
    (Bulk.Kind.RECYCLE, gettext_lazy("Put off until a day")),
    (Bulk.Kind.TRAIT, gettext_lazy("Set a trait")),
    (Bulk.Kind.EXPORT, gettext_lazy("Export as CSV")),
)


def offered(user: User) -> list[tuple[str, str]]:
    """What somebody may do with many leads."""
    return [(kind, str(name)) for kind, name in KINDS if may(user, RIGHTS[kind])]


class AssignForm(forms.Form):
    """To whom."""

    rep = forms.ModelChoiceField(Rep.objects.none(), label=gettext_lazy("Who takes them"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reps = Rep.objects.filter(active=True).select_related("user").order_by("user__name", "pk")
        self.fields["rep"].queryset = reps  # type: ignore[attr-defined]
        self.fields["rep"].label_from_instance = lambda rep: str(rep.user)  # type: ignore[attr-defined]

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"rep": self.cleaned_data["rep"].pk}


class QualifyForm(forms.Form):
    """What was said."""

    note = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Note"))

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"note": self.cleaned_data["note"]}


class RecycleForm(forms.Form):
    """Until when."""

    until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Note"))

    def clean_until(self) -> date:
        """A day to come."""
        until: date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError(_("That day is past; choose one to come."))
        return until

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"until": self.cleaned_data["until"].isoformat(), "note": self.cleaned_data["note"]}


class TraitForm(forms.Form):
    """Which trait, and what it is; as the definition in force has it."""

    trait = forms.ChoiceField(label=gettext_lazy("Trait"))
    value = forms.CharField(max_length=1000, label=gettext_lazy("Value"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = agreed.live()
        names = [name for name in (self.definition.profile if self.definition else ()) if name not in HANDLES]
        self.fields["trait"].choices = [("", ""), *((name, name.replace("_", " ")) for name in names)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A value of the kind that the trait has."""
        found = super().clean() or {}
        trait, value = found.get("trait"), found.get("value")
        if trait and value and self.definition is not None:
            try:
                found["value"] = plain(field_of(self.definition, trait).clean(value))
            except ValidationError as error:
                self.add_error("value", error)
        return found

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"trait": self.cleaned_data["trait"], "value": self.cleaned_data["value"]}


class ExportForm(forms.Form):
    """Nothing more to say."""

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {}


FORMS: dict[str, Any] = {
    Bulk.Kind.ASSIGN: AssignForm,
    Bulk.Kind.QUALIFY: QualifyForm,
    Bulk.Kind.RECYCLE: RecycleForm,
    Bulk.Kind.TRAIT: TraitForm,
    Bulk.Kind.EXPORT: ExportForm,
}


@require_POST
@allowed("lead.read")
def choose(request: HttpRequest) -> HttpResponse:
    """Take what was ticked on the list, or all that its filters find, to the page that asks once more."""
    asked, now = Asked.of(request.POST.dict()), timezone.now()
    try:
        leads = roots(asked, now) if request.POST.get("all") == "yes" else _ticked(request)
        bulk = prepare(kind=request.POST.get("kind", ""), leads=leads, actor=Actor.of(request.user), now=now)
    except UsageError as error:
        messages.error(request, str(error))
    except TooFarError:
        messages.error(request, _("Too many leads would have to be looked at; narrow it by temperature or country."))
    else:
        return redirect("handoff:bulk", bulk.pk)
    return redirect(f"{reverse('handoff:leads')}?{urlencode(asked.pairs)}")


def _ticked(request: HttpRequest) -> list[int]:
    keys = [int(key) for key in request.POST.getlist("lead")[: MOST + 1] if key.isdecimal() and len(key) < 18]
    there = Lead.objects.filter(pk__in=keys, root=F("pk"), anonymous=False, erased_at__isnull=True)
    return list(there.order_by("pk").values_list("pk", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.read")
def bulk(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How many, whom and what; once that is confirmed, what came of it."""
    here = get_object_or_404(Bulk.objects.select_related("by"), pk=pk, by=request.user)
    now = timezone.now()
    form = FORMS[here.kind](request.POST if request.method == "POST" and here.confirmed_at is None else None)
    if request.method == "POST" and (here.confirmed_at is not None or form.is_valid()):
        # Sent twice, it is done once: the second gets to see what came of the first.
        fresh = here.confirmed_at is None and confirm(
            bulk=here, detail=form.detail(), actor=Actor.of(request.user), now=now
        )
        if fresh:
            carry_on(here, now, limit=MOST if here.kind == Bulk.Kind.EXPORT else AT_ONCE)
        return sent(_exported(here), now) if fresh and here.kind == Bulk.Kind.EXPORT else redirect("handoff:bulk", pk)
    counted = dict(here.chosen.values_list("outcome").annotate(Count("pk")).order_by())
    context = {
        "bulk": here,
        "name": dict(KINDS)[Bulk.Kind(here.kind)],
        "form": form,
        "number": sum(counted.values()),
        "done": counted.get(DONE, 0),
        "refused": counted.get(REFUSED, 0),
        "waiting": counted.get("", 0),
        "whom": [each.lead for each in here.chosen.select_related("lead").order_by("pk")[:NAMED]],
        "refusals": here.chosen.filter(outcome=REFUSED).select_related("lead").order_by("pk")[:SHOWN],
    }
    context["others"] = context["number"] - len(context["whom"])
    return render(request, "handoff/bulk.html", context, status=422 if form.is_bound else 200)


def _exported(here: Bulk) -> Iterator[Lead]:
    """The leads of a bulk with their readings, some at a time."""
    after = 0
    while found := list(Chosen.objects.filter(bulk=here, outcome=DONE, pk__gt=after).order_by("pk")[:STEP]):
        after = found[-1].pk
        keys = [each.lead_id for each in found]
        rows = Lead.objects.filter(pk__in=keys, erased_at__isnull=True).select_related("reading", "company")
        leads = {lead.pk: lead for lead in rows.defer(*UNSHOWN)}
        yield from (leads[key] for key in keys if key in leads)
