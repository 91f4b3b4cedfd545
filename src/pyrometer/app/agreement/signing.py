"""Who may sign a version for which team."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pyrometer.app.agreement.models import Signature, State, Version
from pyrometer.app.agreement.queries import TEAMS, signatures
from pyrometer.app.people.may import may
from pyrometer.app.people.models import Role, User

_OWN = {Role.MARKETING: ("marketing",), Role.SALES: ("sales",), Role.MANAGER: TEAMS, Role.ADMIN: TEAMS}


def objection(version: Version, user: User, team: str) -> str:
    """Why somebody can't sign a version for a team; empty where they can."""
    if version.state != State.PROPOSED:
        return _("Only a proposed version can be signed.")
    if team not in TEAMS:
        return _("Marketing and sales sign; there is no third team.")
    if not may(user, "agreement.sign") or team not in _OWN.get(Role(user.role), ()):
        return _("Only somebody of the team, a manager or an administrator can sign for it.")
    signed: dict[str, Signature | None] = signatures(version)
    if signed[team] is not None:
        return _("The team has signed already.")
    if any(each is not None and each.user_id == user.pk for each in signed.values()):
        return _("One person can't sign for both teams: the other signature is somebody else's to give.")
    return ""


def open_to(version: Version, user: User) -> list[str]:
    """The teams for which somebody can sign a version now."""
    return [team for team in TEAMS if not objection(version, user, team)]
