"""The forms of steps that say where it goes on, or that it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.step import StepForm, choice_field, text_field
from pyrometer.app.nurture.forms.values import as_mapping, as_text
from pyrometer.app.nurture.rewriting import parsed, spelled
from pyrometer.errors import UsageError

BRANCH = "branch:\n  - when: {temperature: warm}\n    then:\n      - wait: 1d\nelse:\n  - wait: 1w\n"


class LeaveForm(StepForm):
    """Why it ends, and what then."""

    kind = "leave"

    def shape(self) -> None:
        """See the base."""
        self.fields["because"] = text_field(gettext_lazy("Because"), most=120)
        self.fields["then"] = forms.ChoiceField(
            label=gettext_lazy("And then"),
            required=False,
            choices=[
                ("", gettext_lazy("nothing more")),
                ("recycle", gettext_lazy("it is looked at again after some days")),
                ("let_go", gettext_lazy("nobody writes to it any more")),
            ],
        )
        self.fields["after"] = forms.IntegerField(
            label=gettext_lazy("Days until it is looked at again"), required=False, min_value=1, max_value=3650
        )

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        leave = step.get("leave")
        leave = {"because": leave} if isinstance(leave, str) else as_mapping(leave)
        after = as_text(leave.get("after"))
        days = after.removesuffix("d").strip()
        return {
            "because": as_text(leave.get("because")),
            "then": as_text(leave.get("then")),
            "after": int(days) if days.isdecimal() and len(days) < 6 else None,
        }

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        then, after = given["then"], given["after"]
        if then == "recycle" and after is None:
            raise UsageError(_("Say after how many days it is looked at again."))
        if not then:
            step["leave"] = given["because"]
        else:
            days = {"after": f"{after}d"} if then == "recycle" else {}
            step["leave"] = {"because": given["because"], "then": then} | days


class GoForm(StepForm):
    """Where it goes on."""

    kind = "go"

    def shape(self) -> None:
        """See the base."""
        self.fields["go"] = choice_field(gettext_lazy("Step"), self.known.ids, self.initial.get("go"))

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"go": as_text(step.get("go"))}

    def write(self, step: dict[str, Any], given: Mapping[str, Any]) -> None:
        """See the base."""
        step["go"] = given["go"]


class WrittenForm(StepForm):
    """The step as text: for branches, and for all that the other forms don't ask for."""

    kind = "branch"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["id"]

    def shape(self) -> None:
        """See the base."""
        self.fields["text"] = forms.CharField(
            label=gettext_lazy("The step as text"),
            max_length=20_000,
            strip=False,
            widget=forms.Textarea(attrs={"class": "code small-code", "rows": 12, "spellcheck": "false", "wrap": "off"}),
            help_text=gettext_lazy("With all that stands inside it. Comments inside it go when it is kept."),
        )

    def read(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """See the base."""
        return {"text": spelled(dict(step)) if step else BRANCH}

    def written(self) -> dict[str, Any]:
        """See the base."""
        found = parsed(self.cleaned_data["text"])
        if not isinstance(found, dict):
            raise UsageError(_("A step begins with what it does, such as `send: hello`."))
        return found
