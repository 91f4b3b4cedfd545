"""Giving leads to reps, by a manager's hand, and by marketing's qualifying call."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pyrometer.app.handoff.actions.rights import check_may
from pyrometer.app.handoff.carrying import Occasion, change_stage, end, give, open_assignment
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.handoff.stepping import locked, root_of, step
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError
from pyrometer.lifecycle import WITH_SALES, Qualified, Stage


@transaction.atomic
def assign(*, lead: int, rep: Rep, actor: Actor, now: datetime, because: str = "") -> Assignment:
    """Give a lead to a rep, whatever routing would say; one that isn't with sales yet is handed over.

    Raises UsageError where somebody has it already (then it is to be reassigned), or the rep can't have it.
    """
    check_may(actor, "leads.assign")
    _check_there(rep)
    reading = locked(root_of(lead), now)
    held = open_assignment(reading.pk)
    if held is not None and held.rep is not None:
        raise UsageError(f"{held.rep.user} has this lead already; reassign it instead")
    if reading.stage == Stage.CUSTOMER:
        raise UsageError("this lead is a customer already")
    occasion = Occasion(actor, "assigned", rep=rep)
    why = because or f"{actor.name} chose {rep.user}"
    if reading.stage not in WITH_SALES:
        change_stage(reading, Stage.SQL, why, occasion, now)
    return give(reading, why, occasion, now)


@transaction.atomic
def reassign(*, assignment: Assignment, rep: Rep, actor: Actor, now: datetime, because: str = "") -> Assignment:
    """Take a lead from one rep and give it to another, whose clock begins anew. Raises UsageError."""
    check_may(actor, "leads.assign")
    _check_there(rep)
    reading = locked(assignment.lead_id, now)
    held = open_assignment(reading.pk)
    if held is None or held.pk != assignment.pk:
        raise UsageError("this assignment has ended meanwhile; look at the lead again")
    if held.rep_id == rep.pk:
        raise UsageError(f"{rep.user} has this lead already")
    occasion = Occasion(actor, "assigned", rep=rep)
    if held.rep is not None:
        end(reading, "reassigned", occasion, now)
    return give(reading, because or f"{actor.name} chose {rep.user}", occasion, now)


@transaction.atomic
def qualify_by_call(*, lead: int, actor: Actor, now: datetime, note: str = "", rep: Rep | None = None) -> Assignment:
    """Hand a lead over because marketing spoke with it and it qualifies. Raises UsageError, if it can't be."""
    check_may(actor, "lead.edit")
    if rep is not None:
        _check_there(rep)
    root = root_of(lead)
    step(root, Qualified(), Occasion(actor, "call", rep=rep), now)
    record(actor=actor, action="lead.qualified", subject=f"lead:{root}", at=now, detail={"note": note})
    held = open_assignment(root)
    assert held is not None
    return held


def _check_there(rep: Rep) -> None:
    if not (rep.active and rep.user.is_active):
        raise UsageError(f"{rep.user} doesn't take leads any more; choose somebody else")
