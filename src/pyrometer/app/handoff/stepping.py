"""Something happened to a lead: decide, and carry out, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff import telling
from pyrometer.app.handoff.carrying import Occasion, carry_out
from pyrometer.app.handoff.facts import states
from pyrometer.app.handoff.rounds import guarded
from pyrometer.app.handoff.terms import Agreed, agreed
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature import listeners
from pyrometer.app.temperature.models import Reading, Temperature, Transition
from pyrometer.errors import UsageError
from pyrometer.lifecycle import Happening, Intent, Read, decide

SYSTEM = Actor("hand-off")
"""Who does what follows from readings, dates and silence."""


@transaction.atomic
def step(
    root: int, happening: Happening, occasion: Occasion, now: datetime, *, terms: Agreed | None = None
) -> tuple[Intent, ...]:
    """Decide what follows for a lead, and do it. Raises UsageError for what is refused; then nothing is done."""
    reading = locked(root, now)
    terms = terms or agreed()
    intents = decide(states([reading], terms, now)[root], happening, now, terms.policy)
    carry_out(intents, reading, occasion, now)
    return intents


def locked(root: int, now: datetime) -> Reading:
    """A lead's reading, locked until the transaction ends. Who was never read is cool, until the worker has come by."""
    found = Reading.objects.select_for_update(of=("self",)).select_related("lead").filter(pk=root).first()
    if found is not None:
        return found
    Reading.objects.get_or_create(
        pk=root, defaults={"temperature": Temperature.COOL, "stage_since": now, "fingerprint": "", "as_of": now}
    )
    return Reading.objects.select_for_update(of=("self",)).select_related("lead").get(pk=root)


def root_of(lead: int) -> int:
    """The root of a lead. Raises UsageError where there is none, or it was erased."""
    found = Lead.objects.filter(pk=lead).values_list("root__pk", "root__erased_at").first()
    if found is None or found[0] is None:
        raise UsageError(f"there is no lead {lead}")
    if found[1] is not None:
        raise UsageError(f"lead {lead} was erased")
    return int(found[0])


def hear(reading: Reading, transition: Transition, now: datetime) -> None:
    """Hear of a transition, and tell webhooks."""
    telling.changed(reading, transition, now)


def hear_of_readings(read: Sequence[listeners.Read], now: datetime) -> None:
    """Hear of a batch of readings, and do what follows.

    All of them, since a lead that asks for a demo need not change its temperature. What fails here must not keep
    readings from being written; `handoff.look` comes by again.
    """
    terms = agreed()
    happened = {each.reading.pk: (Read(each.was), each.cause) for each in read}
    rows = Reading.objects.filter(pk__in=happened).select_related("lead")
    for root in undecided(list(rows), {root: what for root, (what, _) in happened.items()}, terms, now):
        what, cause = happened[root]
        guarded(partial(step, root, what, Occasion(SYSTEM, cause), now, terms=terms), root)


def undecided(
    readings: Sequence[Reading], happened: Mapping[int, Happening], terms: Agreed, now: datetime
) -> list[int]:
    """The leads of whom something follows from what happened; looked at together, and without a lock."""
    found = states(readings, terms, now)
    return [root for root, state in found.items() if decide(state, happened[root], now, terms.policy)]
