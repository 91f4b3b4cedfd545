"""The form of a wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.step import StepForm, choice_field, text_field
from pyrometer.app.nurture.forms.values import add_duration, as_mapping, as_text, days_away, read_span, spelled_span
from pyrometer.app.nurture.rewriting import parsed, spelled
from pyrometer.errors import UsageError

WEEK = [
    ("mon", gettext_lazy("Monday")),
    ("tue", gettext_lazy("Tuesday")),
    ("wed", gettext_lazy("Wednesday")),
    ("thu", gettext_lazy("Thursday")),
    ("fri", gettext_lazy("Friday")),
    ("sat", gettext_lazy("Saturday")),
    ("sun", gettext_lazy("Sunday")),
]


class WaitForm(StepForm):
    """For a duration, a day of the week, a date of the lead, or something to happen."""

    kind = "wait"
    WAYS = (
        ("for", gettext_lazy("for so long")),
        ("day", gettext_lazy("until a day of the week or a time of day")),
        ("date", gettext_lazy("until a date of the lead")),
        ("until", gettext_lazy("until something holds")),
    )

    def shape(self) -> None:
        """See the base."""
        self.fields["way"] = forms.ChoiceField(
            label=gettext_lazy("How"), choices=self.WAYS, widget=forms.RadioSelect, initial="for"
        )
        add_duration(self, "for", gettext_lazy("For so long"), required=False)
        self.fields["day"] = forms.MultipleChoiceField(
            label=gettext_lazy("Days"), choices=WEEK, widget=forms.CheckboxSelectMultiple, required=False
        )
        self.fields["at"] = text_field(
            gettext_lazy("At"), required=False, most=5, help_text=gettext_lazy("Such as 09:30, on the lead's clock.")
        )
        dates = [*self.known.traits, "recycle_on"]
        self.fields["date"] = choice_field(
            gettext_lazy("Date"), dates, self.initial.get("date"), required=False, empty="—"
        )
        self.fields["days"] = forms.IntegerField(
            label=gettext_lazy("Days away from it"),
            required=False,
            min_value=-3650,
            max_value=3650,
            help_text=gettext_lazy("−3 is three days before it, 3 three days after."),
        )
        self.fields["until"] = text_field(
            gettext_lazy("Condition"),
            required=False,
            rows=3,
            most=5000,
            help_text=gettext_lazy("As in the text: event: email_clicked, within: 7d"),
        )
        add_duration(self, "at_most", gettext_lazy("At most"), required=False)

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        wait = step.get("wait")
        wait = {"for": wait} if isinstance(wait, str) else as_mapping(wait)
        way = next((name for name, _label in self.WAYS if name in wait), "day" if "at" in wait else "for")
        day = wait.get("day")
        found = {
            "way": way,
            "day": [day] if isinstance(day, str) else list(day or ()),
            "at": as_text(wait.get("at")),
            "date": as_text(wait.get("date")),
            "days": days_away(wait),
            "until": spelled(wait["until"]).strip() if "until" in wait else "",
        }
        return {**found, **read_span(wait.get("for"), "for"), **read_span(wait.get("at_most"), "at_most")}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        way = given["way"]
        wait: Any = {}
        if way == "for":
            span = spelled_span(given, "for")
            if not span:
                raise UsageError(_("Say how long it waits."))
            wait = span["for"]
        elif way == "day":
            wait = ({"day": list(given["day"])} if given["day"] else {}) | ({"at": given["at"]} if given["at"] else {})
        elif way == "date":
            wait = {"date": given["date"]} if given["date"] else {}
            days = given["days"] or 0
            if days:
                wait["before" if days < 0 else "after"] = f"{abs(days)}d"
            wait |= spelled_span(given, "at_most")
        else:
            condition = parsed(given["until"]) if given["until"].strip() else None
            wait = ({"until": condition} if condition is not None else {}) | spelled_span(given, "at_most")
        if not wait:
            raise UsageError(_("Say what it waits for."))
        if way in ("for", "day") and (step.get("then") or step.get("else")):
            raise UsageError(_("This wait has two ways out; take out their steps first, or change it as text."))
        step["wait"] = wait
