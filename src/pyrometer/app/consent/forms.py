"""The forms of the settings: a purpose, and what the house decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.consent.coverage import tidy, wrong_with
from pyrometer.app.consent.models import Basis, House, Purpose
from pyrometer.app.evidence.models import Source
from pyrometer.app.people.forms import Form

LINES = {"rows": 3, "spellcheck": "false", "autocapitalize": "none"}
DECIDED = ("basis", "reason", "events", "traits", "sources", "kinds")
"""What only those decide who answer for it: the others write the words."""


class PurposeForm(Form):
    """Its name and the words that ask for it in each language; why its data may be used; which evidence it is about."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=50,
        help_text=gettext_lazy("For programs and forms: letters, digits, hyphens."),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place"),
        min_value=0,
        max_value=9999,
        initial=100,
        help_text=gettext_lazy("Pages show the smallest number first."),
    )
    active = forms.BooleanField(label=gettext_lazy("Leads are asked for it"), required=False, initial=True)
    basis = forms.ChoiceField(
        label=gettext_lazy("Why data may be used for it"),
        choices=Basis.choices,
        widget=forms.RadioSelect,
        initial="consent",
    )
    reason = forms.CharField(
        label=gettext_lazy("The reason, written down"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Needed without consent: your interest, and why it outweighs the lead’s; the contract; the law."
        ),
    )
    events = forms.CharField(
        label=gettext_lazy("Events"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs=LINES),
        help_text=gettext_lazy("Names of events that belong to it, one per line."),
    )
    traits = forms.CharField(
        label=gettext_lazy("Traits"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs=LINES),
        help_text=gettext_lazy("Names of traits whose answers belong to it, one per line."),
    )
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Everything that comes from"),
        required=False,
        choices=Source.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Everything of a kind"),
        required=False,
        choices=[("event", gettext_lazy("All other events")), ("answer", gettext_lazy("All other answers"))],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, purpose: Purpose | None = None, decides: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        if purpose is not None:
            del self.fields["slug"]
        if not decides:
            for name in DECIDED:
                del self.fields[name]
        for code, _language in settings.LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("What leads read as its name"),
                required=code == "en",
                max_length=80,
                widget=forms.TextInput(attrs={"lang": code}),
            )
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("The words that ask for it"),
                required=code == "en",
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )

    @property
    def basics(self) -> Iterator[forms.BoundField]:
        """What comes first."""
        return (self[name] for name in ("slug", "position", "active") if name in self.fields)

    @property
    def words(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields of each language, with its name."""
        return ((language, [self[f"name_{code}"], self[f"text_{code}"]]) for code, language in settings.LANGUAGES)

    @property
    def lawful(self) -> Iterator[forms.BoundField]:
        """Why data may be used; nothing for those who don't decide it."""
        return (self[name] for name in ("basis", "reason") if name in self.fields)

    @property
    def covered(self) -> Iterator[forms.BoundField]:
        """Which evidence belongs to it."""
        return (self[name] for name in ("events", "traits", "sources", "kinds") if name in self.fields)

    def clean_slug(self) -> str:
        """Nothing that the settings have pages of their own for."""
        slug: str = self.cleaned_data["slug"]
        if slug in ("new", "house"):
            raise ValidationError(_("Please choose another name."))
        return slug

    def clean(self) -> dict[str, Any]:
        """A reason where there is no consent; evidence that belongs to no other purpose."""
        given = super().clean() or self.cleaned_data
        if "basis" in given and given["basis"] != Basis.CONSENT and not (given.get("reason") or "").strip():
            self.add_error("reason", _("Write down why: leads who ask are told."))
        if "sources" in given:
            mine = self.purpose.slug if self.purpose else given.get("slug")
            others = {each.slug: each.covers for each in Purpose.objects.exclude(slug=mine)}
            for wrong in wrong_with(self.covers, others)[:3]:
                self.add_error(None, ValidationError(wrong))
        return given

    @property
    def covers(self) -> dict[str, list[str]]:
        """The evidence that was named."""
        given = self.cleaned_data
        lines = {name: (given.get(name) or "").splitlines() for name in ("events", "traits")}
        return tidy({**lines, "sources": given.get("sources") or (), "kinds": given.get("kinds") or ()})

    def written(self, what: str) -> dict[str, str]:
        """What was written, by language: `name` or `text`."""
        found = {code: self.cleaned_data[f"{what}_{code}"].strip() for code, _language in settings.LANGUAGES}
        return {code: text for code, text in found.items() if text}


def known(purpose: Purpose) -> dict[str, Any]:
    """A purpose as its form shows it."""
    covers: Mapping[str, Any] = purpose.covers
    return {
        "position": purpose.position,
        "active": purpose.active,
        "basis": purpose.basis,
        "reason": purpose.reason,
        "sources": covers.get("sources", []),
        "kinds": covers.get("kinds", []),
        **{name: "\n".join(covers.get(name, [])) for name in ("events", "traits")},
        **{f"name_{code}": name for code, name in purpose.names.items()},
        **{f"text_{code}": text for code, text in purpose.texts.items()},
    }


class HouseForm(forms.ModelForm):
    """What the pages say that leads see, and who carries out a wish to be erased."""

    class Meta:
        model = House
        fields = ("name", "contact", "erase_at_once")
        labels = {
            "name": gettext_lazy("Who you are to leads"),
            "contact": gettext_lazy("Whom they may ask"),
            "erase_at_once": gettext_lazy("Erase at once, when a lead has confirmed that it wants to be"),
        }
        help_texts = {
            "name": gettext_lazy("The name of your company, as the pages say it that leads see."),
            "contact": gettext_lazy("An address for questions about data; shown there, too."),
            "erase_at_once": gettext_lazy("Otherwise a manager or administrator confirms each of them, on this page."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
