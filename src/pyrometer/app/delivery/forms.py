"""The form of a webhook."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from pyrometer.app.people.forms import Form

TOPICS = [
    ("transition", _("A lead changes its temperature or stage")),
    ("assignment", _("A lead is handed to a rep")),
    ("verdict", _("Sales says what it thinks of a lead")),
    ("outcome", _("A lead is won or lost")),
    ("consent.changed", _("A lead agrees to something, or takes it back")),
]


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
