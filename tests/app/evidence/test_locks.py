"""What writers lock for one another on PostgreSQL."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.locks import SHELVES, lock_handles
from pyrometer.app.evidence.models import Cursor, Event
from pyrometer.app.evidence.watching import watch
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60


@pytest.fixture(autouse=True)
def _several_writers() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a transaction that writes is alone: make test-postgresql")


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
    while looks.is_alive() and not asked("SELECT count(*) FROM pg_locks WHERE NOT granted"):
        looks.join(0.01)
    go_on.set()
    writer.join(PATIENCE)
    looks.join(PATIENCE)
    assert sum(marked) + watch(NOW) == bots.FAST
    assert Cursor.objects.get(name="bots").upto == Event.objects.latest("pk").pk
