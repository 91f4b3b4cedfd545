"""The form of a team."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pyrometer.app.handoff.actions.teams import CLOCKS, LONGEST
from pyrometer.app.handoff.forms.words import amount
from pyrometer.app.handoff.models import Team
from pyrometer.app.people.forms import Form


class TeamForm(Form):
    """A team, and the clocks that it agreed to."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    first_response_minutes = amount(
        gettext_lazy("First attempt within"),
        LONGEST,
        gettext_lazy("Business minutes after the hand-off: 60 is an hour."),
    )
    attempts = amount(
        gettext_lazy("Attempts"), 100, gettext_lazy("As many as a lead deserves before it may be called unreachable.")
    )
    between_minutes = amount(
        gettext_lazy("Next attempt within"),
        LONGEST,
        gettext_lazy("Business minutes from one to the next: 480 is a working day."),
    )
    escalate_minutes = amount(
        gettext_lazy("Managers hear of it after"), LONGEST, gettext_lazy("Business minutes that an attempt is overdue.")
    )

    @staticmethod
    def of(team: Team) -> dict[str, Any]:
        """A team as the form shows it."""
        return {"name": team.name, **{clock: getattr(team, clock) for clock in CLOCKS}}
