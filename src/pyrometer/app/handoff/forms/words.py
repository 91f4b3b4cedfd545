"""Fields for words and codes in one line, for amounts, and where a refusal belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import SUPPORTED_REGIONS

from pyrometer.errors import UsageError

MANY_WORDS = 200
LONG_WORD = 60


class Words(forms.Field):
    """Several words in one line, with commas between them; `check` says what is wrong with one, or nothing."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """Words as one types them."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:
        """The words, each once, in their order. Raises ValidationError."""
        words = list(dict.fromkeys(word for part in re.split(r"[,;\n]", value or "") if (word := part.strip())))
        if len(words) > MANY_WORDS or any(len(word) > LONG_WORD or "\x00" in word for word in words):
            raise ValidationError(_("That is too long for a list of words; write commas between them."))
        return words


class Codes(Words):
    """Countries (DE); with `parts`, also the beginning of postal codes in one (DE-80)."""

    def __init__(self, *, parts: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parts = parts

    def to_python(self, value: Any) -> list[str]:
        """The codes, in capitals. Raises ValidationError with the first that nobody knows."""
        codes = [code.upper().replace(" ", "") for code in super().to_python(value)]
        for code in codes:
            country, dash, part = code.partition("-")
            if country not in SUPPORTED_REGIONS:
                raise ValidationError(
                    _("“%(code)s” is no country. Write its two letters: DE is Germany, GB is the United Kingdom."),
                    params={"code": code},
                )
            if dash and not (self.parts and re.fullmatch(r"[0-9A-Z-]+", part)):
                text = _("“%(code)s” can't be read. Write a country (DE) or the beginning of its postal codes (DE-80).")
                raise ValidationError(
                    text if self.parts else _("“%(code)s” can't be read. Write a country (DE)."), params={"code": code}
                )
        return codes


def amount(label: Any, most: int, help_text: Any = "", least: int = 1) -> forms.IntegerField:
    """A whole number between two."""
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


def refuse(form: forms.Form, error: UsageError, beside: Mapping[str, str]) -> None:
    """Say what an action refused beside the field that it is about: `beside` has a field by how the refusal begins."""
    text = str(error)
    form.add_error(next((field for start, field in beside.items() if text.startswith(start)), None), text)
