"""What the forms of all steps have: an id, and fields whose choices keep what stands in the text already."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.values import as_text
from pyrometer.app.people.forms import Form


@dataclass(frozen=True)
class Known:
    """What can be chosen: contents by kind, criteria, frameworks, traits, teams, ids, and the programme's languages."""

    mails: Sequence[str] = ()
    slots: Sequence[str] = ()
    criteria: Sequence[str] = ()
    frameworks: Sequence[str] = ()
    traits: Sequence[str] = ()
    teams: Sequence[str] = ()
    places: Sequence[str] = ()
    """Slots of the site."""
    coupons: Sequence[str] = ()
    """Lists of coupons."""
    ids: Sequence[str] = ()
    languages: Sequence[str] = ("en",)


class StepForm(Form):
    """What all kinds have: an id."""

    kind = ""

    def __init__(self, *args: Any, step: Mapping[str, Any], known: Known, **kwargs: Any) -> None:
        self.step, self.known = step, known
        kwargs.setdefault("initial", self.read(step))
        super().__init__(*args, **kwargs)
        self.shape()
        self.fields["id"] = text_field(
            gettext_lazy("Id"),
            required=False,
            most=120,
            help_text=gettext_lazy("By it people who stand here are found again when the programme changes."),
        )
        self.initial.setdefault("id", as_text(step.get("id")))

    def shape(self) -> None:
        """Add the fields of the kind."""

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show of a step."""
        return {}

    def written(self) -> dict[str, Any]:
        """The step as the form says it. Raises UsageError."""
        found = copy.deepcopy(dict(self.step))
        given = self.cleaned_data
        if given.get("id"):
            found = {"id": given["id"], **{name: value for name, value in found.items() if name != "id"}}
        else:
            found.pop("id", None)
        self.write(found, given)
        return found

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """Put what was filled in into a step. Raises UsageError."""


def choice_field(
    label: Any, names: Sequence[str], now: object, *, required: bool = True, empty: Any = None, without: Any = ""
) -> forms.Field:
    """One of some names; what stands in the text already is kept, and said to be unknown where there is no such thing.

    `without` is what to do where there is nothing to choose from.
    """
    choices: list[tuple[str, Any]] = [("", empty if empty is not None else gettext_lazy("Choose …"))]
    choices += [(name, name) for name in dict.fromkeys(names)]
    if isinstance(now, str) and now and now not in names:
        choices.append((now, _("%(name)s (unknown)") % {"name": now}))
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text="" if names else without)


def make_first(said: Any, page: str, asked: str = "") -> str:
    """A hint that there is nothing to choose from, with the way to the page (and its query) where one makes it."""
    return format_html('{} <a href="{}{}">{}</a>', said, reverse(page), asked, _("Make one"))


def text_field(
    label: Any, *, required: bool = True, help_text: Any = "", rows: int = 0, most: int = 500
) -> forms.CharField:
    """A field for a text; with `rows` for one of several lines."""
    widget = forms.Textarea(attrs={"class": "short", "rows": rows}) if rows else None
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget, max_length=most)
