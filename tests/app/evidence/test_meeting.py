"""Workers that meet: on PostgreSQL several write at once, and nothing comes in twice or is put under two leads."""

from __future__ import annotations

from functools import partial

import pytest

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.models import Event, Handle, Lead
from tests.app.between import at_once, several_writers
from tests.app.evidence.conftest import NOW, message

pytestmark = [pytest.mark.django_db(transaction=True), several_writers]


def test_one_new_address_in_two_batches_is_one_lead() -> None:
    for place in range(10):
        handles = [f"email:{place}-{number}@acme.test" for number in range(5)]
        batches = [[message(each, event="a", once=f"{place}-{who}-{each}") for each in handles] for who in (0, 1)]
        batches[1].reverse()
        assert at_once(*(partial(take, incoming=batch, now=NOW) for batch in batches)) == []
    assert (Lead.objects.count(), Handle.objects.count(), Event.objects.count()) == (50, 50, 100)


def test_a_retry_that_meets_the_first_try_does_nothing() -> None:
    for place in range(10):
        same = [message("user:u1", event="a", once=f"{place}-{number}") for number in range(5)]
        assert at_once(*[partial(take, incoming=same, now=NOW)] * 2) == []
    assert Event.objects.count() == 50


def test_merges_that_meet_leave_one_root() -> None:
    for place in range(10):
        a, b, c = f"email:{place}@a.test", f"user:u{place}", f"social:x:n{place}"
        take(incoming=[message(each, event="a") for each in (a, b, c)], now=NOW)
        pairs = [message(a, b, event="b")], [message(c, b, event="b")]
        assert at_once(*(partial(take, incoming=pair, now=NOW) for pair in pairs)) == []
    roots = set(Lead.objects.values_list("root", flat=True))
    assert len(roots) == 10
    assert all(Lead.objects.get(pk=root).root_id == root for root in roots)
