"""The form of a rep, with the working hours of each day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import SUPPORTED_REGIONS

from pyrometer.app.handoff.forms.words import Codes, Words, amount
from pyrometer.app.handoff.models import Rep, Team
from pyrometer.app.people.forms import Form, time_zones
from pyrometer.app.people.models import User
from pyrometer.lifecycle import DAYS as WEEK

NINE_TO_FIVE = {day: ["09:00", "17:00"] for day in WEEK[:5]}
"""What a new rep is offered; the same week counts where no hours are given."""


class RepForm(Form):
    """How a user takes leads. Only for a new rep it asks who."""

    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who"), empty_label=gettext_lazy("Choose …"))
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label=gettext_lazy("Team"), empty_label=None)
    capacity = amount(
        gettext_lazy("Leads at once"), 32_000, gettext_lazy("Leads to call that may be open. 0: gets none for now."), 0
    )
    territories = Codes(
        label=gettext_lazy("Territories"),
        required=False,
        parts=True,
        help_text=gettext_lazy("Countries (DE) or beginnings of postal codes (DE-80), with commas. Empty: everywhere."),
    )
    products = Words(
        label=gettext_lazy("Products"),
        required=False,
        help_text=gettext_lazy("As leads name them, with commas. Empty: all."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holidays = forms.CharField(
        label=gettext_lazy("Public holidays"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("A country (DE) or a part of it (DE-BY). Empty: none are free."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    away_until = forms.DateField(
        label=gettext_lazy("Away until"),
        required=False,
        help_text=gettext_lazy("Gets no leads before this day. Those in hand stay."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args: Any, candidates: Any = None, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if candidates is None:
            del self.fields["user"]
        else:
            self.fields["user"].queryset = candidates
        zones = time_zones()
        self.fields["time_zone"].choices = (
            zones if any(zone == name for name, _label in zones) else [(zone, zone), *zones]
        )
        for place, day in enumerate(WEEK):
            for end, words in (("from", _("%(day)s from")), ("to", _("%(day)s to"))):
                self.fields[f"{day}_{end}"] = forms.TimeField(
                    label=words % {"day": WEEKDAYS[place]},
                    required=False,
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                    input_formats=["%H:%M", "%H:%M:%S"],
                    error_messages={"invalid": _("Write a time of day, such as 09:00.")},
                )

    @staticmethod
    def of(rep: Rep) -> dict[str, Any]:
        """A rep as the form shows it."""
        names = ("team", "capacity", "territories", "products", "time_zone", "holidays", "away_until")
        return {name: getattr(rep, name) for name in names} | spread(rep.hours)

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields but those of the week."""
        return [field for field in self if not re.fullmatch(r"\w{3}_(from|to)", field.name)]

    @property
    def days(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """The week: a day's name, its beginning, its end."""
        return [(WEEKDAYS[place], self[f"{day}_from"], self[f"{day}_to"]) for place, day in enumerate(WEEK)]

    def clean_holidays(self) -> str:
        """In capitals. Whether anybody knows the holidays there, the action says."""
        place = str(self.cleaned_data["holidays"]).strip().upper()
        if place and place.partition("-")[0] not in SUPPORTED_REGIONS:
            raise ValidationError(_("Write a country with two letters (DE), or a part of it (DE-BY)."))
        return place

    def clean(self) -> dict[str, Any]:
        """A day has both ends, in their order, or none; midnight as an end is that of the day."""
        given = super().clean() or self.cleaned_data
        hours: dict[str, list[str]] = {}
        for day in WEEK:
            opens, closes = given.pop(f"{day}_from", None), given.pop(f"{day}_to", None)
            if {f"{day}_from", f"{day}_to"} & self.errors.keys() or opens is closes is None:
                continue
            if opens is None or closes is None:
                missing = f"{day}_to" if closes is None else f"{day}_from"
                self.add_error(missing, _("Say from when to when, or leave both empty: then the day is free."))
            elif closes != time(0) and closes <= opens:
                self.add_error(f"{day}_to", _("The end must be after the beginning. For midnight, write 00:00."))
            else:
                hours[day] = [f"{opens:%H:%M}", "24:00" if closes == time(0) else f"{closes:%H:%M}"]
        return given | {"hours": hours}


def spread(hours: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Working hours as fields of the form.

    >>> spread({"mon": ["09:00", "24:00"]})
    {'mon_from': '09:00', 'mon_to': '00:00'}
    """
    ends = {day: stretch for day, stretch in hours.items() if day in WEEK and len(stretch) == 2}
    return {
        f"{day}_{name}": "00:00" if end == "24:00" else end
        for day, stretch in ends.items()
        for name, end in zip(("from", "to"), stretch, strict=True)
    }
