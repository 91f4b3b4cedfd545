"""The form of a purpose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pyrometer.app.consent.models import Purpose
from pyrometer.app.people.forms import Form


class PurposeForm(Form):
    """The words that ask for it, in each language."""

    slug = forms.SlugField(
        label=_("Name"), max_length=50, help_text=_("Short, for programs and forms: letters, digits, hyphens.")
    )
    active = forms.BooleanField(label=_("Leads are asked for it"), required=False, initial=True)

    def __init__(self, *args: Any, purpose: Purpose | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if purpose is not None:
            del self.fields["slug"]
        for code, name in settings.LANGUAGES:
            self.fields[f"text_{code}"] = forms.CharField(
                label=name,
                required=code == "en",
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    @property
    def texts(self) -> dict[str, str]:
        """What was written, by language."""
        written = {code: self.cleaned_data[f"text_{code}"].strip() for code, _name in settings.LANGUAGES}
        return {code: text for code, text in written.items() if text}
