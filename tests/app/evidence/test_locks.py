"""What writers lock for one another on PostgreSQL."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.locks import SHELVES, lock_components, lock_handles, lock_roots
from pyrometer.app.evidence.models import Cursor, Event, Lead
from pyrometer.app.evidence.watching import watch
from tests.app.between import beside, several_writers
from tests.app.evidence.conftest import NOW, message, took

pytestmark = [pytest.mark.django_db(transaction=True), several_writers]
PATIENCE = 60
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def asked(sql: str) -> int:
    """A number that the database tells."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def test_a_batch_of_many_handles_leaves_locks_for_others() -> None:
    with transaction.atomic():
        lock_handles(("social", f"net{net}:n{number}") for number in range(500) for net in range(14))
        held = asked("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
    assert 0 < held <= SHELVES


def test_what_is_committed_late_is_judged_all_the_same() -> None:
    """Ids are given before rows can be seen, so a row with a lower id may come after one with a higher."""
    times = [NOW + timedelta(milliseconds=100 * number) for number in range(bots.FAST)]
    wrote, go_on, marked = threading.Event(), threading.Event(), []

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                took(*(message("anonymous:fast", event="page_viewed", at=at) for at in times))
                wrote.set()
                go_on.wait(PATIENCE)
        finally:
            connections.close_all()

    def watcher() -> None:
        try:
            marked.append(watch(NOW))
        finally:
            connections.close_all()

    writer, looks = threading.Thread(target=slow_writer), threading.Thread(target=watcher)
    writer.start()
    assert wrote.wait(PATIENCE)
    took(message("anonymous:person", event="page_viewed"))
    looks.start()
    while looks.is_alive() and not asked(WAITING):
        looks.join(0.01)
    go_on.set()
    writer.join(PATIENCE)
    looks.join(PATIENCE)
    assert sum(marked) + watch(NOW) == bots.FAST
    assert Cursor.objects.get(name="bots").upto == Event.objects.latest("pk").pk


def wait_until_it_waits(thread: threading.Thread) -> None:
    """Wait until a thread waits for a lock that is held."""
    for _ in range(PATIENCE * 100):
        if asked(WAITING) or not thread.is_alive():
            break
        thread.join(0.01)
    assert asked(WAITING), "it doesn't wait"


def test_who_changes_all_leads_waits_for_who_has_one_of_them() -> None:
    """A publication touches all leads while a worker is about to write what it read of one."""
    first, second, third = (took(message(f"user:u{number}")).created[0] for number in range(3))
    done: list[str] = []
    failures: list[Exception] = []

    @transaction.atomic
    def publish() -> None:
        lock_roots()
        done.append("all")
        Lead.objects.update(channel="all")

    with transaction.atomic():
        assert lock_components([second]) == {second: second}
        everybody = beside(publish, failures)
        wait_until_it_waits(everybody)
        # Who waits has what lies before, and keeps nobody from what lies behind.
        lock_components([third])
        Lead.objects.filter(pk__in=[second, third]).update(channel="worker")
        done.append("one")
    everybody.join(PATIENCE)
    assert failures == []
    assert done == ["one", "all"]
    assert set(Lead.objects.values_list("pk", "channel")) == {(each, "all") for each in (first, second, third)}


def test_who_has_all_leads_keeps_those_waiting_who_want_one() -> None:
    lead = took(message("user:u1")).created[0]
    failures: list[Exception] = []

    @transaction.atomic
    def one() -> None:
        lock_components([lead])
        Lead.objects.filter(pk=lead).update(channel="worker")

    with transaction.atomic():
        lock_roots()
        worker = beside(one, failures)
        wait_until_it_waits(worker)
        Lead.objects.update(channel="all")
    worker.join(PATIENCE)
    assert failures == []
    assert Lead.objects.get().channel == "worker"


def test_whoever_comes_first_nobody_waits_for_ever() -> None:
    """Several at once who want all leads, and who want some, named in any order and with leads that were merged."""
    leads = [took(message(f"user:u{number}")).created[0] for number in range(12)]
    # A root behind its member: the order must be that of the rows, not that of the roots.
    Lead.objects.filter(pk=leads[0]).update(root=leads[-1])
    failures: list[Exception] = []
    start = threading.Barrier(6)

    @transaction.atomic
    def everybody() -> None:
        lock_roots()
        Lead.objects.filter(root=F("pk")).update(touched_at=NOW)

    def some(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(40):
            with transaction.atomic():
                mine = lock_components(dice.sample(leads, 5))
                Lead.objects.filter(pk__in=mine).update(claimed_until=NOW)

    def all_the_time(work: Callable[[], None], times: int) -> None:
        start.wait(PATIENCE)
        for _ in range(times):
            work()

    works = [partial(all_the_time, everybody, 40) for _ in range(2)]
    works += [partial(all_the_time, partial(some, seed), 1) for seed in range(4)]
    threads = [beside(work, failures) for work in works]
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    assert not any(thread.is_alive() for thread in threads)
