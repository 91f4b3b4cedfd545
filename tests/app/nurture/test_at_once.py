"""A merge while people are moved to another version. On PostgreSQL, where transactions overlap and may wait for each
other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from pyrometer import nurture
from pyrometer.app.evidence.merging import merge
from pyrometer.app.nurture import listening
from pyrometer.app.nurture.actions import programmes
from pyrometer.app.nurture.models import Enrolment
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.people.audit import Actor
from tests.app.nurture.worth import made
from tests.app.nurture.worth.made import NOW

MARKETING = Actor("alice@example.com")
DAY = timedelta(days=1)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="transactions overlap on PostgreSQL: make test-postgresql"
    ),
]


def begun(work: Callable[[], object], raised: list[Exception]) -> threading.Thread:
    """Something that is done beside the test."""

    def run() -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until_waiting(number: int) -> None:
    """Come back once so many transactions wait for a lock of somebody."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return


@pytest.mark.parametrize("other", ["moved", "looked at"])
def test_a_merge_and_who_changes_the_same_enrolments_do_not_wait_for_each_other(other: str) -> None:
    programme = made.programme()
    ada, again = made.leads(2)
    assert programme.live is not None
    step = nurture.begin(programme_of(programme.live), NOW).step
    inside = {"ended_at": None, "standing": "inside", "due_at": NOW + DAY, "step": step}
    (first,) = made.entered(programme, [ada], at=NOW - 9 * DAY, **inside)
    (second,) = made.entered(programme, [again], at=NOW - 8 * DAY, **inside)
    assert first.pk < second.pk
    version, raised = made.published(programme, 10), list[Exception]()

    def change() -> None:
        if other == "moved":
            programmes.move(programme=programme, to=version, actor=MARKETING, now=NOW)
        else:
            # As whoever hears of a suppression does; no lead is locked.
            with transaction.atomic():
                listening.look_again([ada.pk, again.pk], NOW)

    with transaction.atomic():
        # Both come as far as to the second one.
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=second.pk)
        merging = begun(
            lambda: merge(winner=ada.pk, loser=again.pk, actor=MARKETING, reason="the same", now=NOW), raised
        )
        until_waiting(1)
        changing = begun(change, raised)
        until_waiting(2)
    merging.join()
    changing.join()
    assert raised == []
    second.refresh_from_db()
    assert second.why == "merged"
    kept = Enrolment.objects.get(ended_at__isnull=True)
    assert (kept.pk, kept.due_at, kept.version == version) == (first.pk, NOW, other == "moved")
