"""What people send: a definition as text or file, and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pyrometer.definition.source import MAX_BYTES


class DefinitionForm(forms.Form):
    """A definition, as text or as a file, which wins; `text` is the one of both."""

    text = forms.CharField(label=_("Definition"), required=False, strip=False, max_length=MAX_BYTES)
    file = forms.FileField(label=_("or a file"), required=False, allow_empty_file=True)
    note = forms.CharField(label=_("What changes, and why"), required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        """Read the file, and see that there is something."""
        found: dict[str, Any] = super().clean() or {}
        file = found.get("file")
        if file is not None:
            if file.size > MAX_BYTES:
                raise forms.ValidationError(_("The file is larger than 1 MB; is it the right one?"))
            try:
                found["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("The file isn't UTF-8 text: save it as UTF-8.")) from None
            if "\0" in found["text"]:
                raise forms.ValidationError(_("The file holds null characters: it isn't a text."))
        if not self.errors and not (found.get("text") or "").strip():
            raise forms.ValidationError(_("Write a definition, or choose a file."))
        return found


class ReasonForm(forms.Form):
    """Why a former version comes back."""

    reason = forms.CharField(label=_("Why"), max_length=400)
