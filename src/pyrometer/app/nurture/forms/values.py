"""Values of steps as forms show them: durations, days, texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

UNITS = [("h", gettext_lazy("hours")), ("d", gettext_lazy("days")), ("w", gettext_lazy("weeks"))]


def as_text(value: object) -> str:
    """The text that a value is; empty where it is none."""
    return value if isinstance(value, str) else ""


def as_mapping(value: object) -> Mapping[str, Any]:
    """The mapping that a value is; empty where it is none."""
    return value if isinstance(value, Mapping) else {}


def add_duration(form: forms.Form, name: str, label: Any, *, required: bool) -> None:
    """Add the fields of a duration to a form."""
    form.fields[f"{name}_n"] = forms.IntegerField(label=label, required=required, min_value=1, max_value=9999)
    form.fields[f"{name}_unit"] = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, required=False)


def read_span(value: object, name: str) -> dict[str, Any]:
    """What the fields show of a duration."""
    text = as_text(value).replace(" ", "")
    number, unit = text[:-1], text[-1:]
    if number.isdecimal() and len(number) < 6 and unit in ("h", "d", "w"):
        return {f"{name}_n": int(number), f"{name}_unit": unit}
    return {f"{name}_unit": "d"}


def spelled_span(given: Mapping[str, Any], name: str) -> dict[str, str]:
    """A duration as a step spells it; nothing where none was given."""
    number = given.get(f"{name}_n")
    return {name: f"{number}{given.get(f'{name}_unit') or 'd'}"} if number else {}


def days_away(wait: Mapping[str, Any]) -> int | None:
    """How many days after a date a step waits, or before it (below 0); None where it says nothing."""
    for name, sign in (("before", -1), ("after", 1)):
        days = as_text(wait.get(name)).removesuffix("d").strip()
        if days.isdecimal() and len(days) < 6:
            return sign * int(days)
    return None
