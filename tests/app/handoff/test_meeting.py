"""Workers and people that meet: on PostgreSQL several write at once; a lead is handed over and judged once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.handoff import actions, due, queries, walking
from pyrometer.app.handoff.models import Assignment, Rep, Verdict
from pyrometer.app.handoff.stepping import hear_of_readings
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.listeners import Read
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from tests.app.between import at_once, several_writers
from tests.app.handoff.conftest import NewLead, turn

pytestmark = [pytest.mark.django_db(transaction=True), several_writers]


def test_several_workers_hand_over_once_and_fill_nobody_beyond_capacity(
    new_lead: NewLead, bobs: Rep, beas: Rep, now: datetime
) -> None:
    Rep.objects.filter(pk=bobs.pk).update(capacity=1)
    Rep.objects.filter(pk=beas.pk).update(capacity=2)
    hot = [new_lead("hot") for _ in range(8)]

    def read(reading: Reading) -> None:
        with transaction.atomic():
            hear_of_readings([Read(reading, "warm", "evidence")], now)

    # Each worker has a lead of its own, but for the last, who has all.
    assert at_once(*[partial(read, reading) for reading in hot], partial(walking.look, now)) == []
    assert Assignment.objects.count() == 8
    at = now + timedelta(minutes=1)
    assert (
        len(queries.to_call(bobs, at).shown),
        len(queries.to_call(beas, at).shown),
        len(queries.nobody_owns(at)),
    ) == (1, 2, 5)


def test_several_workers_ring_once(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    for _ in range(6):
        turn(new_lead("warm"), "hot", now)
    late = now + timedelta(minutes=50)
    assert at_once(*[partial(due.ring, late)] * 3) == []
    assert Outgoing.objects.filter(payload__template="reminder").count() == 6


def test_two_verdicts_at_once_are_one(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    turn(new_lead("warm"), "hot", now)
    held, actor = Assignment.objects.get(), Actor("test")
    give = partial(actions.give_verdict, assignment=held, actor=actor, now=now)
    failures = at_once(partial(give, kind="junk"), partial(give, kind="not_now"))
    assert [type(failure) for failure in failures] == [UsageError]
    assert Verdict.objects.count() == 1
