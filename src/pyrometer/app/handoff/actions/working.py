"""What a rep does with a lead: looks at it, tries to reach it, gives the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from pyrometer.app.handoff import telling
from pyrometer.app.handoff.actions.retracting import stood
from pyrometer.app.handoff.actions.rights import check_own
from pyrometer.app.handoff.carrying import Occasion, carry_out, open_assignment, start_clock
from pyrometer.app.handoff.facts import states
from pyrometer.app.handoff.models import Assignment, Attempt, Rep, Verdict
from pyrometer.app.handoff.stepping import locked
from pyrometer.app.handoff.terms import agreed
from pyrometer.app.handoff.verdicts import KINDS_OF, REASONS
from pyrometer.app.handoff.working import zone_of
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from pyrometer.lifecycle import Judged, Mark, Policy, Refuse, Said, decide

CHANNELS = frozenset(name for name, _ in Attempt._meta.get_field("channel").choices)


def mark_seen(*, assignments: Iterable[int], rep: Rep, now: datetime) -> int:
    """Note that a rep has looked at leads of theirs; how many. Looking changes nothing, so no audit tells of it."""
    return Assignment.objects.filter(pk__in=list(assignments), rep=rep, ended_at__isnull=True).update(seen_at=now)


@transaction.atomic
def log_attempt(
    *, assignment: Assignment, channel: str, reached: bool, actor: Actor, now: datetime, note: str = ""
) -> Attempt:
    """Write down a try to reach a lead. The first stops the clock of the first response and starts the next one.

    Raises UsageError where the lead isn't in anybody's hands any more, or the channel is unknown.
    """
    if channel not in CHANNELS:
        raise UsageError(f"unknown channel `{channel}`; one of {', '.join(sorted(CHANNELS))}")
    held, _ = _held(assignment, actor, now)
    tried = Attempt.objects.create(assignment=held, by=actor.user, channel=channel, reached=reached, note=note, at=now)
    held.responded_at = held.responded_at or now
    held.seen_at = now
    if held.rep is not None:
        start_clock(held, now, first=False)
    held.save()
    detail = {"assignment": held.pk, "channel": channel, "reached": reached}
    record(actor=actor, action="lead.attempted", subject=f"lead:{held.lead_id}", at=now, detail=detail)
    return tried


@transaction.atomic
def give_verdict(
    *,
    assignment: Assignment,
    kind: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    note: str = "",
    until: date | None = None,
) -> Verdict:
    """Say what sales thinks of a lead. A rejection without an attempt counts, and is marked as such.

    Who accepts twice has accepted once. Raises UsageError where the lead isn't in anybody's hands any more, or the
    verdict makes no sense.
    """
    if kind not in Verdict.Kind.values:
        raise UsageError(f"unknown verdict `{kind}`; one of {', '.join(Verdict.Kind.values)}")
    if reason and reason not in dict(REASONS):
        raise UsageError(f"unknown reason `{reason}`; one of {', '.join(dict(REASONS))}, or none")
    if reason and kind not in KINDS_OF[reason]:
        fits = ", ".join(KINDS_OF[reason])
        raise UsageError(f"reason `{reason}` doesn't belong to `{kind}`; it is one of {fits}")
    if until is not None and kind != Verdict.Kind.NOT_NOW:
        raise UsageError("only `not_now` has a day to call again")
    held, reading = _held(assignment, actor, now)
    accepted = held.verdicts.filter(kind=kind).last() if kind == Verdict.Kind.ACCEPTED else None
    if accepted is not None:
        return accepted  # said once more, by a double click
    terms = agreed()
    attempts = attempts_of(held)
    policy = (
        terms.policy
        if held.rep is None
        else Policy(
            held.rep.team.attempts, terms.policy.recycle_after, terms.policy.quiet_after, terms.policy.let_go_after
        )
    )
    said = Said(kind)
    # Tomorrow is the rep's tomorrow.
    there = now if held.rep is None else now.astimezone(zone_of(held.rep.time_zone))
    intents = decide(states([reading], terms, now)[reading.pk], Judged(said, attempts, until), there, policy)
    refused = next((intent for intent in intents if isinstance(intent, Refuse)), None)
    if refused is not None:
        raise UsageError(refused.because)
    verdict = Verdict.objects.create(
        assignment=held,
        kind=kind,
        reason=reason,
        note=note,
        until=until,
        attempted=attempts > 0,
        mark=next((intent.what for intent in intents if isinstance(intent, Mark)), ""),
        before=stood(held, reading),
        by=actor.user,
        at=now,
    )
    carry_out(intents, reading, Occasion(actor, "verdict", said=said), now)
    detail = {"assignment": held.pk, "verdict": kind, "reason": reason, "attempts": attempts}
    record(actor=actor, action="lead.judged", subject=f"lead:{held.lead_id}", at=now, detail=detail)
    telling.judged(verdict, held.lead_id, now)
    return verdict


def attempts_of(held: Assignment) -> int:
    """How often a lead was tried since it came to sales, by whomever."""
    before = Verdict.objects.filter(assignment__lead__root=held.lead_id).exclude(kind=Verdict.Kind.ACCEPTED)
    judged_at = before.aggregate(at=Max("at"))["at"]
    tried = Attempt.objects.filter(assignment__lead__root=held.lead_id)
    return (tried if judged_at is None else tried.filter(at__gt=judged_at)).count()


def _held(assignment: Assignment, actor: Actor, now: datetime) -> tuple[Assignment, Reading]:
    """The assignment as it is now, and its lead's reading, locked."""
    reading = locked(assignment.lead_id, now)
    held = open_assignment(reading.pk)
    if held is None or held.pk != assignment.pk:
        raise UsageError("this lead isn't in these hands any more; look at it again")
    check_own(actor, held)
    return held, reading
