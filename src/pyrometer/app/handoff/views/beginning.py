"""What is to be done before the first lead can come to sales, in order, and what of it is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from pyrometer.app.agreement.queries import live
from pyrometer.app.handoff.models import Rep, Team
from pyrometer.app.people.may import RIGHTS, may
from pyrometer.app.people.models import User


@dataclass(frozen=True)
class Step:
    """One of them; `next` is the first that isn't done."""

    name: str
    what: str
    address: str
    done: bool
    next: bool = False


def first_steps(user: User) -> list[Step]:
    """The steps that somebody may take; empty where the first of them is for others."""
    if not may(user, "teams.edit"):
        return []
    found = []
    if may(user, "settings.people"):
        sellers = User.objects.filter(is_active=True, role__in=RIGHTS["inbox.work"]).exclude(pk=user.pk)
        found.append((_("Invite people"), _("somebody of sales, at least"), "people:people", sellers.exists()))
    team = _("Add reps to the team") if Team.objects.exists() else _("Make a team")
    found += [
        (team, _("with the reps who call"), "handoff:teams", Rep.objects.filter(active=True).exists()),
        (_("Agree on a definition"), _("signed by marketing and sales"), "agreement:home", live() is not None),
    ]
    ahead = next((name for name, _what, _address, done in found if not done), "")
    return [Step(name, what, reverse(address), done, name == ahead) for name, what, address, done in found]
