"""The form of what all programmes keep to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.models import Terms
from pyrometer.app.people.forms import Form, time_zones
from pyrometer.lifecycle import DAYS as WEEK


def _number(label: Any, help_text: Any, *, required: bool = False, most: int = 1000) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, required=required, min_value=1, max_value=most)


class TermsForm(Form):
    """When mails go out, how many a lead gets, and what they cost."""

    per_day = _number(
        gettext_lazy("Mails to a lead within 24 hours"), gettext_lazy("Of all programmes. Empty: no cap.")
    )
    per_week = _number(gettext_lazy("Mails to a lead within seven days"), gettext_lazy("Empty: no cap."))
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of leads whose own isn't known"),
        help_text=gettext_lazy("The hours above are those of the lead's clock."),
    )
    holidays = forms.CharField(
        label=gettext_lazy("Public holidays"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("A country (DE) or a part of it (DE-BY): no mail goes out on them. Empty: none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    mail_cost = forms.DecimalField(
        label=gettext_lazy("What a mail costs"), min_value=0, max_digits=10, decimal_places=4
    )
    rep_hour_cost = forms.DecimalField(
        label=gettext_lazy("What an hour of a rep costs"), min_value=0, max_digits=10, decimal_places=2
    )
    attempt_minutes = _number(
        gettext_lazy("Minutes of an attempt to reach somebody"),
        gettext_lazy("With all around it. Costs are set against what a programme is worth."),
        required=True,
    )
    currency = forms.RegexField(
        label=gettext_lazy("Currency"),
        regex=r"^[A-Z]{3}$",
        error_messages={"invalid": gettext_lazy("Three letters, such as EUR.")},
    )

    def __init__(self, *args: Any, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = time_zones()
        self.fields["time_zone"].choices = zones if zone in dict(zones) else [(zone, zone), *zones]
        for place, day in enumerate(WEEK):
            for end, words in (("from", _("%(day)s from")), ("to", _("%(day)s to"))):
                self.fields[f"{day}_{end}"] = forms.RegexField(
                    label=words % {"day": WEEKDAYS[place]},
                    regex=r"^([01][0-9]|2[0-4]):[0-5][0-9]$",
                    required=False,
                    error_messages={"invalid": _("Write a time of day, such as 09:00.")},
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "—"}),
                )

    @staticmethod
    def of(terms: Terms) -> dict[str, Any]:
        """The terms as the form shows them."""
        names = (
            "per_day", "per_week", "time_zone", "holidays", "mail_cost", "rep_hour_cost", "attempt_minutes", "currency",
        )  # fmt: skip
        hours = {
            f"{day}_{end}": span[place] for day, span in terms.hours.items() for place, end in enumerate(("from", "to"))
        }
        return {name: getattr(terms, name) for name in names} | hours

    @property
    def week(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each day."""
        return [(self[f"{day}_from"], self[f"{day}_to"]) for day in WEEK]

    def clean(self) -> dict[str, Any]:
        """The hours by day, as the terms keep them. Raises ValidationError."""
        found: dict[str, Any] = super().clean() or {}
        hours: dict[str, list[str]] = {}
        for day in WEEK:
            opens, closes = found.pop(f"{day}_from", ""), found.pop(f"{day}_to", "")
            if bool(opens) != bool(closes):
                self.add_error(f"{day}_to" if opens else f"{day}_from", _("A day has a beginning and an end."))
            elif opens and opens >= closes:
                self.add_error(f"{day}_to", _("It ends after it begins."))
            elif opens:
                hours[day] = [opens, closes]
        if not hours and not self.errors:
            raise ValidationError(_("Mails need hours in which they may go out, on one day at least."))
        found["hours"] = hours
        return found
