"""Workers that meet: on PostgreSQL several write at once, and nothing comes in twice or is put under two leads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, connections

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.models import Event, Handle, Lead
from tests.app.evidence.conftest import NOW, message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _several_writers() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a transaction that writes is alone: make test-postgresql")


def at_once(*works: Callable[[], object]) -> None:
    """Run functions at once, each with a connection of its own; what one raises is raised here."""
    start, failures = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(20)
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures, failures


def test_one_new_address_in_two_batches_is_one_lead() -> None:
    for place in range(10):
        handles = [f"email:{place}-{number}@acme.test" for number in range(5)]
        batches = [[message(each, event="a", once=f"{place}-{who}-{each}") for each in handles] for who in (0, 1)]
        batches[1].reverse()
        at_once(*(partial(take, incoming=batch, now=NOW) for batch in batches))
    assert (Lead.objects.count(), Handle.objects.count(), Event.objects.count()) == (50, 50, 100)


def test_a_retry_that_meets_the_first_try_does_nothing() -> None:
    for place in range(10):
        same = [message("user:u1", event="a", once=f"{place}-{number}") for number in range(5)]
        at_once(*[partial(take, incoming=same, now=NOW)] * 2)
    assert Event.objects.count() == 50


def test_merges_that_meet_leave_one_root() -> None:
    for place in range(10):
        a, b, c = f"email:{place}@a.test", f"user:u{place}", f"social:x:n{place}"
        take(incoming=[message(each, event="a") for each in (a, b, c)], now=NOW)
        pairs = [message(a, b, event="b")], [message(c, b, event="b")]
        at_once(*(partial(take, incoming=pair, now=NOW) for pair in pairs))
    roots = set(Lead.objects.values_list("root", flat=True))
    assert len(roots) == 10
    assert all(Lead.objects.get(pk=root).root_id == root for root in roots)
