"""Something happened to a lead: decide, and carry out, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from pyrometer.app.delivery.models import Webhook
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff import telling
from pyrometer.app.handoff.carrying import Occasion, carry_out
from pyrometer.app.handoff.facts import states
from pyrometer.app.handoff.rounds import guarded
from pyrometer.app.handoff.terms import Agreed, agreed
from pyrometer.app.handoff.together import Decided, can_be_together, carry_out_together
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature import listeners
from pyrometer.app.temperature.models import Reading, Temperature, followed
from pyrometer.errors import UsageError
from pyrometer.lifecycle import Happening, Intent, Read, decide

SYSTEM = Actor("hand-off")
"""Who does what follows from readings, dates and silence."""


@transaction.atomic
def step(
    root: int,
    happening: Happening | Callable[[Reading], Happening],
    occasion: Occasion,
    now: datetime,
    *,
    terms: Agreed | None = None,
) -> tuple[Intent, ...]:
    """Decide what follows for a lead, and do it. Raises UsageError for what is refused; then nothing is done.

    What happened may be a function of the reading, for what is known for sure only when it is locked.
    """
    reading = locked(root, now)
    terms = terms or agreed()
    if callable(happening):
        happening = happening(reading)
    intents = decide(states([reading], terms, now)[reading.pk], happening, now, terms.policy)
    carry_out(intents, reading, occasion, now)
    return intents


def locked(lead: int, now: datetime) -> Reading:
    """The reading of a lead's root, locked until the transaction ends. Raises UsageError where there is no such lead.

    Who was never read is cool, until the worker has come by.
    """
    new = {"temperature": Temperature.COOL, "stage_since": now, "fingerprint": "", "as_of": now}
    while True:
        root = Lead.objects.filter(pk=lead).values_list("root_id", flat=True).first()
        if root is None:
            raise UsageError(f"there is no lead {lead}")
        # Without the lead: it is read once the lock is ours, as it is then.
        found = Reading.objects.select_for_update(of=("self",)).filter(pk=root).first()
        if found is None:
            Reading.objects.get_or_create(pk=root, defaults=new | followed(Lead.objects.get(pk=root)))
        # It may have been merged into another before the lock was ours; whatever it had is there now.
        elif Lead.objects.filter(pk=lead, root=root).exists():
            return found


def root_of(lead: int) -> int:
    """The root of a lead. Raises UsageError where there is none, or it was erased."""
    found = Lead.objects.filter(pk=lead).values_list("root__pk", "root__erased_at").first()
    if found is None or found[0] is None:
        raise UsageError(f"there is no lead {lead}")
    if found[1] is not None:
        raise UsageError(f"lead {lead} was erased")
    return int(found[0])


def hear(changes: listeners.Changes, now: datetime) -> None:
    """Hear of transitions, and tell webhooks, where there are any."""
    if Webhook.objects.filter(active=True).exists():
        for reading, transition in changes:
            telling.changed(reading, transition, now)


def hear_of_readings(read: Sequence[listeners.Read], now: datetime) -> None:
    """Hear of a batch of readings, and do what follows.

    All of them, since a lead that asks for a demo need not change its temperature; but they are looked at together, and
    of whom nothing follows nothing is written. What fails here must not keep readings from being written;
    `handoff.look` comes by again.
    """
    terms = agreed()
    happened = {each.reading.pk: Read(each.was) for each in read}
    roots = undecided([each.reading for each in read], happened, terms, now)
    if roots:
        causes = {each.reading.pk: each.cause for each in read}
        step_together({root: (happened[root], Occasion(SYSTEM, causes[root])) for root in roots}, terms, now)


def step_together(happened: Mapping[int, tuple[Happening, Occasion]], terms: Agreed, now: datetime) -> None:
    """What `step` does, of many leads that were read: with a few statements for all who stay with marketing.

    Who goes to sales, or is there, is dealt with one by one: reps get leads in turns. What fails is logged.
    """
    with transaction.atomic():
        rows = Reading.objects.select_for_update(of=("self",)).select_related("lead").filter(pk__in=list(happened))
        readings = {reading.pk: reading for reading in rows.order_by("pk")}
        what = {root: happening for root, (happening, _) in happened.items()}
        decided: list[Decided] = [
            (readings[root], intents, happened[root][1])
            for root, intents in decisions(list(readings.values()), what, terms, now).items()
        ]
        many = [each for each in decided if can_be_together(each[1])]
        carry_out_together(many, now)
        for reading, intents, occasion in decided:
            if not can_be_together(intents):
                guarded(partial(_alone, intents, reading, occasion, now), reading.pk)


@transaction.atomic
def _alone(intents: Sequence[Intent], reading: Reading, occasion: Occasion, now: datetime) -> None:
    carry_out(intents, reading, occasion, now)


def undecided(
    readings: Sequence[Reading], happened: Mapping[int, Happening], terms: Agreed, now: datetime
) -> list[int]:
    """The leads of whom something follows from what happened; looked at together, and without a lock."""
    return list(decisions(readings, happened, terms, now))


def decisions(
    readings: Sequence[Reading], happened: Mapping[int, Happening], terms: Agreed, now: datetime
) -> dict[int, tuple[Intent, ...]]:
    """What follows from what happened, by root; roots of which nothing follows are left out."""
    found = {
        root: decide(state, happened[root], now, terms.policy) for root, state in states(readings, terms, now).items()
    }
    return {root: intents for root, intents in found.items() if intents}
