"""A merge while people are moved to another version, a pause while they are stepped. On PostgreSQL, where transactions
overlap and may wait for each other."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from pyrometer import nurture
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.merging import merge
from pyrometer.app.nurture import entering, listening, stepping
from pyrometer.app.nurture.actions import people, programmes
from pyrometer.app.nurture.models import Enrolment
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.people.models import Role
from tests.app.between import PATIENCE, beside, several_writers
from tests.app.conftest import person as colleague
from tests.app.nurture.conftest import MARKETING, MONDAY, Person, publish, text_of
from tests.app.nurture.worth import made
from tests.app.nurture.worth.made import NOW

DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db(transaction=True), several_writers]


def waiting() -> int:
    """How many transactions of this database wait for a lock of somebody."""
    with connection.cursor() as cursor:
        # Who is connected is looked up once a transaction, unless it is forgotten.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        found: int = cursor.fetchone()[0]
    return found


def until_waiting(number: int, *, unless_done: threading.Thread | None = None) -> None:
    """Come back once so many wait, or once what a thread does is done."""
    end = time.monotonic() + PATIENCE
    while waiting() < number and (unless_done is None or unless_done.is_alive()):
        assert time.monotonic() < end, "nobody waits"


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
            people.move(programme=programme, to=version, actor=MARKETING, now=NOW)
        else:
            # As whoever hears of a suppression does; no lead is locked.
            with transaction.atomic():
                listening.look_again([ada.pk, again.pk], NOW)

    with transaction.atomic():
        # Both come as far as to the second one.
        Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=second.pk)
        merging = beside(
            lambda: merge(winner=ada.pk, loser=again.pk, actor=MARKETING, reason="the same", now=NOW), raised
        )
        until_waiting(1)
        changing = beside(change, raised)
        until_waiting(2)
    merging.join()
    changing.join()
    assert raised == []
    second.refresh_from_db()
    assert second.why == "merged"
    kept = Enrolment.objects.get(ended_at__isnull=True)
    assert (kept.pk, kept.due_at, kept.version == version) == (first.pk, NOW, other == "moved")


def test_what_is_posted_while_a_programme_is_paused_is_held(person: Person) -> None:
    """Notices to reps, too: nothing is asked about them as they leave."""
    programme = publish(text_of("series", '- notify: {to: rep, say: {en: "Call it"}}\n- wait: 1w'))
    carol = colleague("Carol", Role.MANAGER)
    ada = person("ada")
    entering.consider([ada.pk], MONDAY)
    raised: list[Exception] = []
    once = f"nurture:{Enrolment.objects.get().pk}:1:{carol.pk}"
    with transaction.atomic():
        # The step has found that the programme goes on, and waits with its notice for one that is written nearly as it.
        outbox.post(channel="email", once=once, payload={"to": carol.email}, now=MONDAY)
        stepped = beside(lambda: stepping.step(MONDAY), raised)
        until_waiting(1)
        pausing = beside(lambda: programmes.pause(programme=programme, actor=MARKETING, now=MONDAY), raised)
        until_waiting(2, unless_done=pausing)
        transaction.set_rollback(True)
    stepped.join()
    pausing.join()
    assert raised == []
    (notice,) = Outgoing.objects.filter(group=programme.group)
    assert notice.held_at is not None
