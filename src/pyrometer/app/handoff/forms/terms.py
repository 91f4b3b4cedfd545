"""The form of the terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.handoff.actions.teams import DAYS, LISTS
from pyrometer.app.handoff.forms.words import Codes, Words, amount
from pyrometer.app.handoff.models import Terms
from pyrometer.app.people.forms import Form
from pyrometer.definition import Definition


class TermsForm(Form):
    """What both teams agreed for all hand-offs. What the definition in force doesn't know is refused."""

    fit_score = forms.ChoiceField(
        label=gettext_lazy("Score of fit"), help_text=gettext_lazy("Its grades say who looks like a customer.")
    )
    good_grades = Words(
        label=gettext_lazy("Grades that look like a customer"),
        required=False,
        help_text=gettext_lazy("Empty: the best two, or the best of two."),
    )
    poor_grades = Words(
        label=gettext_lazy("Grades that look like no customer"),
        required=False,
        help_text=gettext_lazy("Empty: the last one."),
    )
    sales_events = Words(
        label=gettext_lazy("Events that only a buyer does"),
        required=False,
        help_text=gettext_lazy("Empty: those of the definition's flag sales_action."),
    )
    markets = Codes(
        label=gettext_lazy("Target market"),
        required=False,
        help_text=gettext_lazy("Countries (DE), beside those of the flag target_market. Nobody there is unqualified."),
    )
    recycle_after = amount(gettext_lazy("Looked at again after"), 3650, gettext_lazy("Days after sales gave it back."))
    quiet_after = amount(gettext_lazy("Quiet after"), 3650, gettext_lazy("Days of silence until it is won back."))
    let_go_after = amount(gettext_lazy("Let go after"), 3650, gettext_lazy("Days of silence until nobody writes."))

    def __init__(self, *args: Any, definition: Definition | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        scores = [name for name, score in definition.scores.items() if score.ladder] if definition else []
        now = self.initial["fit_score"]
        self.fields["fit_score"].choices = [(name, name) for name in dict.fromkeys([*scores, now])]

    @staticmethod
    def of(terms: Terms) -> dict[str, Any]:
        """The terms as the form shows them."""
        return {name: getattr(terms, name) for name in ("fit_score", *LISTS, *DAYS)}

    def clean(self) -> dict[str, Any]:
        """Grades and events are those that there are: a slip of the pen would mean that no lead ever has one."""
        given = super().clean() or self.cleaned_data
        if self.definition is not None:
            if "fit_score" in given:
                score = self.definition.scores.get(given["fit_score"])
                grades = [str(grade) for grade, _bound in score.ladder] if score else []
                for name in ("good_grades", "poor_grades"):
                    self._known(name, given.get(name, ()), grades)
            self._known("sales_events", given.get("sales_events", ()), list(self.definition.events))
        return given

    def _known(self, name: str, words: Iterable[str], known: Sequence[str]) -> None:
        unknown = next((word for word in words if word not in known), None)
        if unknown is not None:
            text = _("The definition in force has no “%(word)s”; it has %(known)s.")
            self.add_error(name, text % {"word": unknown, "known": ", ".join(known[:20]) or _("none")})
