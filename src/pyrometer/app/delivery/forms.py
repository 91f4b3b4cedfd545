"""The form of a webhook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pyrometer.app.delivery import addresses
from pyrometer.app.people.forms import Form

TOPICS = [
    ("transition", _("A lead changes its temperature or stage")),
    ("assignment", _("A lead is handed to a rep")),
    ("verdict", _("Sales says what it thinks of a lead")),
    ("outcome", _("A lead is won or lost")),
    ("consent.changed", _("A lead agrees to something, or takes it back")),
]


class SuppressForm(Form):
    """An address that is to get no mail."""

    address = forms.EmailField(label=_("Address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    note = forms.CharField(
        label=_("Why"), max_length=300, required=False, help_text=_("For those who look at it later.")
    )


class PaceForm(Form):
    """How many mails a minute a domain gets."""

    domain = forms.CharField(label=_("Domain"), max_length=253, help_text=_("What stands behind the @ of addresses."))
    per_minute = forms.IntegerField(
        label=_("Mails a minute"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Empty: as the settings of the installation have it."),
    )

    def clean_domain(self) -> str:
        """As addresses have it in the DNS."""
        found = addresses.domain(f"a@{self.cleaned_data['domain'].strip().lstrip('@')}")
        if "." not in found:
            raise forms.ValidationError(_("That is no domain. Write it like example.com."))
        return found


class WebhookForm(Form):
    """Where it goes, and what it is told."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("It begins with https://. Every message is signed, so the receiver can tell that it is from here."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    topics = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=TOPICS,
        required=False,
        help_text=_("Tick nothing to tell it everything."),
        widget=forms.CheckboxSelectMultiple,
    )
