"""Taking a verdict back: a slip of the hand is mended for a while, unless the lead has gone on since."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from pyrometer.app.evidence.models import Merge
from pyrometer.app.handoff.carrying import Occasion, change_stage, open_assignment, remember
from pyrometer.app.handoff.models import Assignment, Rep, Standing, Verdict
from pyrometer.app.handoff.stepping import locked
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.may import may
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.errors import UsageError

A_WHILE = timedelta(days=3)
"""So long a verdict can be taken back: a slip on a Friday evening is seen on Monday."""
CLOCK = ("remind_at", "due_at", "escalate_at", "reminded_at", "escalated_at", "wake_at", "accepted_at")
"""What a verdict stops: it goes on as it was, so that nobody gains time by a verdict that was none."""
WORDS = ("verdict", "promised", "parked", "former_id")
NOTHING: dict[str, Any] = {"verdict": "", "promised": False, "parked": "", "former_id": None}


def stood(held: Assignment, reading: Reading) -> dict[str, Any]:
    """Where a lead stands before a verdict, as the verdict keeps it."""
    standing = Standing.objects.filter(pk=reading.pk).first()
    words = NOTHING if standing is None else {name: getattr(standing, name) for name in WORDS}
    day = standing.recycle_on if standing is not None else None
    return {
        "stage": str(reading.stage),
        "moved": _moves(reading.pk).order_by("-pk").values_list("pk", flat=True).first() or 0,
        "since": reading.stage_since.isoformat(),
        "clock": {name: at.isoformat() for name in CLOCK if (at := getattr(held, name)) is not None},
        "standing": {**words, "recycle_on": None if day is None else day.isoformat()},
    }


def may_take_back(actor: Actor, verdict: Verdict) -> bool:
    """Whether somebody may take a verdict back: who gave it, and managers."""
    if actor.user is None:
        return True
    own = verdict.by_id == actor.user.pk and may(actor.user, "inbox.work")
    return own or may(actor.user, "leads.assign")


def hindrance(verdict: Verdict, now: datetime) -> str:
    """Why a verdict can't be taken back any more; empty where it can."""
    held = verdict.assignment
    if not verdict.before or now - verdict.at > A_WHILE:
        return f"this verdict is final: it can be taken back for {A_WHILE.days} days"
    if held.rep is not None and not (held.rep.active and held.rep.user.is_active):
        return f"{held.rep.user} doesn't take leads any more; a manager can give the lead to somebody else"
    if _went_on(verdict):
        return "the lead has gone on since; a manager can hand it over anew"
    return ""


@transaction.atomic
def take_back(*, verdict: Verdict, actor: Actor, now: datetime) -> Assignment:
    """Take a verdict back: the lead is in the same hands and at the same stage again, and the clock goes on.

    The verdict is gone from all counts; the audit log keeps that it was given, and by whom. Raises UsageError where it
    is too late or the lead has gone on since, and PermissionDenied for anybody but who gave it and managers.
    """
    reading = locked(verdict.assignment.lead_id, now)
    # Looked at again under the lock: somebody may have been faster.
    related = Verdict.objects.select_related("assignment__rep__user", "assignment__rep__team")
    given = related.filter(pk=verdict.pk).first()
    if given is None:
        raise UsageError("this verdict was taken back already")
    if not may_take_back(actor, given):
        raise PermissionDenied
    if why := hindrance(given, now):
        raise UsageError(why)
    before, held = given.before, given.assignment
    held.ended_at = held.claimed_until = None
    for name in CLOCK:
        at = before["clock"].get(name)
        setattr(held, name, None if at is None else datetime.fromisoformat(at))
    held.save()
    # Moving it tells who listens; what else that does to an assignment or to what is remembered is put right after it.
    change_stage(reading, before["stage"], "the verdict was taken back", Occasion(actor, "taken_back"), now)
    Reading.objects.filter(pk=reading.pk).update(stage_since=datetime.fromisoformat(before["since"]))
    day = before["standing"]["recycle_on"]
    former = before["standing"]["former_id"]
    remembered = before["standing"] | {
        "recycle_on": None if day is None else date.fromisoformat(day),
        "former_id": former if Rep.objects.filter(pk=former).exists() else None,
    }
    remember(reading.pk, now, **remembered)
    detail = {"assignment": held.pk, "verdict": given.kind, "reason": given.reason, "by": str(given.by or "")}
    given.delete()
    record(actor=actor, action="lead.verdict_taken_back", subject=f"lead:{reading.pk}", at=now, detail=detail)
    return held


def _went_on(verdict: Verdict) -> bool:
    """Whether anything was decided about the lead since."""
    root = verdict.assignment.lead_id
    held = open_assignment(root)
    if held is not None and held.pk != verdict.assignment_id:
        return True
    moved = _moves(root).filter(pk__gt=verdict.before["moved"]).values_list("cause", flat=True)
    if list(moved) not in ([], ["verdict"]):
        return True
    if Verdict.objects.filter(assignment__lead=root, pk__gt=verdict.pk).exists():
        return True
    merged = Merge.objects.filter(Q(winner__root=root) | Q(loser=root), at__gte=verdict.at)
    return merged.filter(undone_at__isnull=True).exists()


def _moves(root: int) -> QuerySet[Transition]:
    return Transition.objects.filter(lead=root, kind=Transition.Kind.STAGE)
