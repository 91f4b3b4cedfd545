"""Carries decisions out: stages, assignments, dates, notices; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyrometer.app.handoff import telling
from pyrometer.app.handoff.models import Assignment, Rep, Standing
from pyrometer.app.handoff.routing import routed
from pyrometer.app.handoff.working import clock
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.temperature import listeners
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.errors import UsageError
from pyrometer.lifecycle import (
    Assign,
    ChangeStage,
    EndAssignment,
    Intent,
    Mark,
    Notify,
    Park,
    Recycle,
    Refuse,
    Said,
    Stage,
)

AGAIN = timedelta(minutes=5)
"""So long a lead that nobody could take waits for the next try."""

ASIDE = (Stage.RECYCLED, Stage.UNQUALIFIED, Stage.LET_GO)
"""Who comes to another stage is on its way again: what put it aside is over."""
BACK = {"verdict": "", "recycle_on": None, "promised": False, "parked": ""}
"""How nothing is remembered of having been put aside."""


@dataclass(frozen=True)
class Occasion:
    """Why something is done, and who did it. `rep` is who gets the lead where somebody chose."""

    actor: Actor
    cause: str
    said: Said | None = None
    rep: Rep | None = None


def carry_out(intents: Sequence[Intent], reading: Reading, occasion: Occasion, now: datetime) -> None:
    """Do what was decided about a lead. Raises UsageError for what was refused; then nothing is done."""
    for intent in intents:
        match intent:
            case Refuse(because):
                raise UsageError(because)
            case EndAssignment(because):
                end(reading, because, occasion, now)
            case ChangeStage(to, because):
                change_stage(reading, to, because, occasion, now)
            case Recycle(on, promised):
                remember(reading.pk, now, recycle_on=on, promised=promised, parked="")
            case Park(because):
                remember(reading.pk, now, recycle_on=None, promised=False, parked=because)
            case Assign(because, to_former):
                give(reading, because, occasion, now, to_former=to_former)
            case Notify("hotter"):
                held = open_assignment(reading.pk)
                if held is not None and held.rep is not None:
                    telling.hotter(held.rep, reading, now)
            case Notify() | Mark():
                pass  # `give` tells of assignments; marks are written with the verdict


def open_assignment(root: int) -> Assignment | None:
    """The assignment of a lead that hasn't ended."""
    return Assignment.objects.filter(lead=root, ended_at__isnull=True).select_related("rep__user", "rep__team").first()


def change_stage(reading: Reading, to: str, because: str, occasion: Occasion, now: datetime) -> None:
    """Move a lead, write the transition, and tell who listens."""
    if reading.stage == to:
        return
    before, reading.stage, reading.stage_since = reading.stage, str(to), now
    Reading.objects.filter(pk=reading.pk).update(stage=reading.stage, stage_since=now)
    if to not in ASIDE:
        Standing.objects.filter(pk=reading.pk).update(**BACK, updated_at=now)
    if to == Stage.ACCEPTED or to == Stage.OPPORTUNITY:
        accepted = Assignment.objects.filter(lead=reading.pk, ended_at__isnull=True, accepted_at__isnull=True)
        accepted.update(accepted_at=now, due_at=None, remind_at=None, escalate_at=None, wake_at=None)
    transition = moved(reading, before, because, occasion, now)
    transition.save()
    listeners.tell([(reading, transition)], now)


def moved(reading: Reading, before: str, because: str, occasion: Occasion, now: datetime) -> Transition:
    """The transition of a lead that is in its new stage already. Not saved."""
    return Transition(
        lead_id=reading.pk,
        kind=Transition.Kind.STAGE,
        before=before,
        after=reading.stage,
        cause=occasion.cause,
        reasons=[because],
        fingerprint=reading.fingerprint,
        at=now,
    )


def give(
    reading: Reading,
    because: str,
    occasion: Occasion,
    now: datetime,
    *,
    to_former: bool = False,
    but: int | None = None,
) -> Assignment:
    """Put a lead into a rep's hands; where nobody can take it, on the list of those that nobody owns."""
    held = open_assignment(reading.pk)
    if held is not None and held.rep is not None:
        return held
    rep, why = occasion.rep, because
    if rep is None:
        found = routed(reading.lead, now, to_former=to_former, but=but)
        why = found.because
        rep = None if found.rep is None else Rep.objects.select_related("user", "team").get(pk=found.rep)
    fresh = held is None
    if held is None:
        held = Assignment(lead_id=reading.pk, at=now)
        if reading.stage in (Stage.ACCEPTED, Stage.OPPORTUNITY):
            held.accepted_at = now
    held.because, held.rep = why[:200], rep
    start_clock(held, now, first=True)
    held.save()
    if rep is not None:
        Rep.objects.filter(pk=rep.pk).update(last_assigned_at=now)
    if fresh or rep is not None:
        detail = {"assignment": held.pk, "rep": None if rep is None else str(rep.user), "because": why}
        record(actor=occasion.actor, action="lead.assigned", subject=f"lead:{reading.pk}", at=now, detail=detail)
        telling.assigned(held, reading, now)
    return held


def start_clock(held: Assignment, now: datetime, *, first: bool) -> None:
    """Set the clock of an assignment from now on; without a rep, the moment of the next try. Not saved."""
    held.reminded_at = held.escalated_at = None
    held.remind_at = held.due_at = held.escalate_at = held.wake_at = held.claimed_until = None
    if held.rep is None:
        held.wake_at = now + AGAIN
    elif held.accepted_at is None:
        team = held.rep.team
        minutes = team.first_response_minutes if first else team.between_minutes
        rings = clock(held.rep, now, minutes, team.escalate_minutes)
        held.remind_at, held.due_at, held.escalate_at = rings.remind_at, rings.due_at, rings.escalate_at
        held.wake_at = rings.remind_at


def end(reading: Reading, because: str, occasion: Occasion, now: datetime) -> None:
    """Take a lead out of the rep's hands, and remember whose it was."""
    held = open_assignment(reading.pk)
    if held is None:
        return
    Assignment.objects.filter(pk=held.pk).update(ended_at=now, wake_at=None, claimed_until=None)
    said = occasion.said
    verdict = {} if said is None else {"verdict": said.value}
    remember(reading.pk, now, **verdict, **({} if held.rep is None else {"former": held.rep}))


def remember(root: int, now: datetime, **what: object) -> None:
    """Note something of a lead beside its stage."""
    Standing.objects.update_or_create(pk=root, defaults={**what, "updated_at": now})
