"""Whose lead it is. Views check rights of roles; that somebody works on their own leads is checked here."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from pyrometer.app.handoff.carrying import open_assignment
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import may


def check_own(actor: Actor, assignment: Assignment) -> None:
    """Raise PermissionDenied unless the lead is the actor's own; managers, keys and the system may for anybody."""
    if actor.user is None:
        return
    own = assignment.rep is not None and assignment.rep.user_id == actor.user.pk and may(actor.user, "inbox.work")
    if not own and not may(actor.user, "leads.assign"):
        raise PermissionDenied


def check_in_hand(actor: Actor, root: int) -> None:
    """Raise PermissionDenied unless the actor has the lead in hand now; what nobody has, only managers may end."""
    if actor.user is None:
        return
    held = open_assignment(root)
    if held is None:
        check_may(actor, "leads.assign")
    else:
        check_own(actor, held)


def check_may(actor: Actor, right: str) -> None:
    """Raise PermissionDenied unless the actor has a right; keys and the system are checked where they come in."""
    if actor.user is not None and not may(actor.user, right):
        raise PermissionDenied
