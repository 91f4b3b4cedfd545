"""The clocks of assignments: reminders, escalations, and leads that nobody has, tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q

from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.handoff import telling
from pyrometer.app.handoff.carrying import Occasion, end, give, open_assignment
from pyrometer.app.handoff.merging import bring
from pyrometer.app.handoff.models import Assignment, Standing
from pyrometer.app.handoff.rounds import guarded, rounds
from pyrometer.app.handoff.stepping import SYSTEM, locked
from pyrometer.lifecycle import Alarm, Escalate, Remind, rings, wakes_at

HOLD = timedelta(minutes=2)
BATCH = 50
MANY = 500

OPEN = Q(ended_at__isnull=True)
LEFT = Q(rep__active=False) | Q(rep__user__is_active=False)
"""In the hands of somebody who isn't there any more."""


def ring(now: datetime) -> int:
    """The job `handoff.due`: do what clocks want done by now; how many had something."""

    def once() -> int:
        due = Assignment.objects.filter(OPEN, wake_at__lte=now).order_by("wake_at")
        rows = claim(due, now=now, hold=HOLD, limit=BATCH)
        for row in rows:
            guarded(partial(_wake, row, now), row.lead_id)
        return len(rows)

    return rounds(once, BATCH)


def regain(now: datetime) -> int:
    """The job `handoff.regain`: take leads back from reps who left, and give them to others; how many."""
    found = list(Assignment.objects.filter(OPEN).filter(LEFT).order_by("pk").values_list("lead", flat=True)[:MANY])
    return sum(guarded(partial(_take_back, root, now), root) for root in found)


def follow_merges(now: datetime) -> int:
    """The job `handoff.merged`: bring along what came to leads just while they were merged into others; how many.

    What they had before came with the merge.
    """
    moved = Assignment.objects.filter(OPEN).exclude(lead=F("lead__root")).order_by("pk")
    dated = Standing.objects.filter(recycle_on__isnull=False).exclude(lead=F("lead__root")).order_by("pk")
    found = dict(moved.values_list("lead", "lead__root")[:MANY]) | dict(dated.values_list("pk", "lead__root")[:MANY])
    return sum(guarded(partial(bring, root, lead, now), root) for lead, root in found.items())


@transaction.atomic
def _wake(row: Assignment, now: datetime) -> None:
    reading = locked(row.lead_id, now)
    if not still_mine(row):
        return
    held = open_assignment(reading.pk)
    if held is None or held.pk != row.pk:
        return
    if held.rep is None:
        give(reading, held.because, Occasion(SYSTEM, "tried again"), now, to_former=True)
        return
    if held.remind_at is None or held.due_at is None or held.escalate_at is None:
        Assignment.objects.filter(pk=held.pk).update(wake_at=None, claimed_until=None)
        return
    clock = Alarm(held.remind_at, held.due_at, held.escalate_at)
    for wish in rings(clock, now, reminded=held.reminded_at is not None, escalated=held.escalated_at is not None):
        match wish:
            case Remind():
                held.reminded_at = now
                telling.clock(held.rep.user, "reminder", held, reading, now)
            case Escalate():
                held.escalated_at = now
                for user in telling.managers():
                    telling.clock(user, "escalation", held, reading, now)
    held.wake_at = wakes_at(clock, reminded=held.reminded_at is not None, escalated=held.escalated_at is not None)
    held.claimed_until = None
    held.save(update_fields=["reminded_at", "escalated_at", "wake_at", "claimed_until"])


@transaction.atomic
def _take_back(root: int, now: datetime) -> None:
    reading = locked(root, now)
    held = open_assignment(reading.pk)
    if held is not None and held.rep is not None and not (held.rep.active and held.rep.user.is_active):
        occasion = Occasion(SYSTEM, "rep left")
        end(reading, "the rep left", occasion, now)
        give(reading, "the rep left", occasion, now)
