"""What is asked before something is done to many leads."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pyrometer.app.handoff.bulk import foresee
from pyrometer.app.handoff.models import Bulk, Rep
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.call import field_of, plain
from pyrometer.lifecycle import latest_day

HANDLES = ("email", "phone")
"""Traits that are somebody's own; many leads can't have the same."""


class Plain(forms.Form):
    """A form that needs to know nothing of the leads; `asked` is the query of the page."""

    def __init__(self, data: Any, bulk: Bulk, asked: Any) -> None:
        super().__init__(data)


class AssignForm(forms.Form):
    """To whom."""

    rep = forms.ModelChoiceField(Rep.objects.none(), label=gettext_lazy("Who takes them"))
    owned = forms.BooleanField(required=False)
    judged = forms.BooleanField(required=False)

    def __init__(self, data: Any, bulk: Bulk, asked: Any) -> None:
        super().__init__(data)
        self.foreseen = foresee(bulk)
        owned, judged = self.foreseen.owned, self.foreseen.judged
        self.fields["owned"].label = ngettext(
            "Also take the one that has an owner from its rep",
            "Also take the %(n)d that have an owner from their reps",
            owned,
        ) % {"n": owned}
        self.fields["judged"].label = ngettext(
            "Also hand over again the one that sales has judged",
            "Also hand over again the %(n)d that sales has judged",
            judged,
        ) % {"n": judged}
        for name, number in (("owned", owned), ("judged", judged)):
            if not number:
                del self.fields[name]
        reps = Rep.objects.filter(active=True).select_related("user").order_by("user__name", "pk")
        self.fields["rep"].queryset = reps  # type: ignore[attr-defined]
        self.fields["rep"].label_from_instance = lambda rep: str(rep.user)  # type: ignore[attr-defined]

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        said = self.cleaned_data
        return {"rep": said["rep"].pk, "owned": said.get("owned", False), "judged": said.get("judged", False)}


class QualifyForm(Plain):
    """What was said."""

    note = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Note"))

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"note": self.cleaned_data["note"]}


class RecycleForm(Plain):
    """Until when."""

    until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Note"))

    def clean_until(self) -> date:
        """A day to come."""
        until: date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError(_("That day is past; choose one to come."))
        if until > (latest := latest_day(timezone.localdate())):
            text = _("That is too far ahead; the latest is %(day)s.")
            raise ValidationError(text % {"day": date_format(latest, "DATE_FORMAT")})
        return until

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"until": self.cleaned_data["until"].isoformat(), "note": self.cleaned_data["note"]}


class TraitForm(Plain):
    """What a trait is; as the definition in force has it."""

    trait = forms.CharField(widget=forms.HiddenInput)
    value = forms.CharField(label=gettext_lazy("Value"))

    def __init__(self, data: Any, bulk: Bulk, asked: Any) -> None:
        super().__init__(data, bulk, asked)
        definition = agreed.live()
        names = [name for name in (definition.profile if definition else ()) if name not in HANDLES]
        self.traits = [(name, name.replace("_", " ")) for name in names]
        self.chosen = next((name for name in names if name == (data or asked).get("trait")), "")
        """Which trait it is about; empty: it is to be chosen first."""
        self.initial["trait"] = self.chosen
        if definition is not None and self.chosen:
            field = field_of(definition, self.chosen)
            field.required, field.label = True, dict(self.traits)[self.chosen]
            self.fields["value"] = field

    def clean(self) -> dict[str, Any]:
        """A value of the kind that the trait has."""
        found = super().clean() or {}
        if not self.chosen:
            self.add_error(None, _("Choose a trait first."))
        elif "value" in found:
            found["value"] = plain(found["value"])
        return found

    def detail(self) -> dict[str, Any]:
        """As the bulk keeps it."""
        return {"trait": self.cleaned_data["trait"], "value": self.cleaned_data["value"]}


class ExportForm(Plain):
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
