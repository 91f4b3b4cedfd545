"""Touched leads are read, and what changes is told with its reasons."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.actions import merge, retract_events, touch, unmerge
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature import listeners
from pyrometer.app.temperature.claiming import HOLD, LATELY, LITTLE, due
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.app.temperature.reading import read, read_leads, score
from pyrometer.app.temperature.writing import write
from pyrometer.errors import EvidenceError
from tests.app.between import BEGIN, just_before
from tests.app.temperature.conftest import DEFINITION, NOW, Does, ago, publish

pytestmark = pytest.mark.django_db
HAND = Actor("carol@example.com")


@pytest.fixture
def told() -> Iterator[list[tuple[str, str, str, str]]]:
    """What listeners hear of: lead's temperature in the reading, before, after, cause."""
    heard: list[Any] = []

    def hear(changes: listeners.Changes, now: Any) -> None:
        heard.extend((row.temperature, turn.before, turn.after, turn.cause) for row, turn in changes)

    listeners.on_transition(hear)
    yield heard
    listeners._listeners.remove(hear)


def hot(does: Does, who: str = "ada") -> Lead:
    return does(who, "asked", at=ago(1), traits={"size": 80, "need": "confirmed"})


def test_a_lead_that_does_what_was_agreed_turns_hot(version: Version, does: Does, told: list[Any]) -> None:
    root = hot(does)
    assert read(NOW) == 1
    reading = Reading.objects.get(lead=root)
    assert (reading.temperature, reading.grades, reading.criteria) == ("hot", {"fit": "A"}, {"need": "met"})
    assert reading.scores["fit"] == 40
    assert reading.strongest[0] == {"score": "fit", "rule": "Size", "points": 40}
    assert reading.hot_since == NOW
    assert reading.flags == {"sales_action": True}
    assert sum(units for _, _, units in reading.lines) == reading.total
    assert told == [("hot", "cool", "hot", "evidence")]
    transition = Transition.objects.get()
    assert {"score": "fit", "rule": "Size", "points": 40, "before": 0} in transition.reasons
    assert "need is met, was unknown" in transition.reasons


SIGN_OF_LIFE = """
format: 1
name: By the days alone
events:
  seen: {}
flags:
  gone_quiet: {event: any, within: 60d, at_most: 0}
scores:
  interest: {rules: [{name: Ever, points: 20, event: seen, cap: 20}]}
temperature:
  warm:
    when:
      all:
        - {not: {flag: gone_quiet}, label: a sign of life}
        - {score: interest, at_least: 10}
"""


def test_a_change_without_a_point_has_its_reason_too(does: Does) -> None:
    publish(SIGN_OF_LIFE)
    does("ada", "seen", at=ago(80))
    read(NOW)
    does("ada", "seen", at=ago(0))
    read(NOW)
    read(NOW + timedelta(days=70))
    turns = list(Transition.objects.order_by("pk").values_list("before", "after", "reasons"))
    assert turns == [
        ("cool", "warm", ["a sign of life: yes, was no"]),
        ("warm", "cool", ["a sign of life: no, was yes"]),
    ]


def test_who_was_read_is_not_read_again(version: Version, does: Does) -> None:
    root = hot(does)
    read(NOW)
    root.refresh_from_db()
    assert (root.touched_at, root.claimed_until) == (None, None)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert read(NOW + timedelta(minutes=5)) == 0
    asked = [query["sql"] for query in queries if "evidence_event" in query["sql"]]
    assert asked == []


def test_without_a_live_definition_everybody_waits(does: Does) -> None:
    root = hot(does)
    assert read(NOW) == 0
    root.refresh_from_db()
    assert root.touched_at is not None


def test_a_cool_lead_gets_a_reading_and_no_transition(version: Version, does: Does, told: list[Any]) -> None:
    root = does("bo", "seen", properties={"topic": "blog"})
    read(NOW)
    reading = Reading.objects.get(lead=root)
    assert (reading.temperature, reading.hot_since) == ("cool", None)
    assert [item["what"] for item in reading.missing]
    assert told == []


def test_cooling_turns_a_lead_on_the_day_that_was_told(version: Version, does: Does, told: list[Any]) -> None:
    root = does("cy", "asked", at=ago(0))
    read(NOW)
    assert Reading.objects.get(lead=root).recheck_on == date(2026, 7, 1)
    turned = [day for day in range(1, 20) if read(NOW + timedelta(days=day)) and told[1:]]
    # 40 points halve in ten days: from 14.14 at day 15 on it is below 15.
    assert turned[0] == 15
    assert told[1] == ("cool", "warm", "cool", "cooling")
    (reason, *_) = Transition.objects.order_by("-pk")[0].reasons
    assert (reason["rule"], reason["before"]) == ("Asked", pytest.approx(15.1572, abs=0.001))
    assert reason["points"] == pytest.approx(14.1421, abs=0.001)


def test_a_new_definition_is_the_cause(version: Version, does: Does, told: list[Any]) -> None:
    root = hot(does)
    read(NOW)
    stricter = DEFINITION.replace("interest, at_least: 30", "interest, at_least: 60")
    publish(stricter.replace("stay: {score: interest, at_least: 15}", "stay: {score: interest, at_least: 50}"), 2)
    Lead.objects.update(touched_at=NOW)
    read(NOW + timedelta(hours=1))
    assert told[1:] == [("warm", "hot", "warm", "definition")]
    assert Reading.objects.get(lead=root).hot_since is None


def test_a_merge_is_the_cause_and_the_other_reading_goes(version: Version, does: Does, told: list[Any]) -> None:
    winner = does("ada", "asked", at=ago(1), traits={"size": 80})
    loser = does("a.other", traits={"need": "confirmed"})
    read(NOW)
    Reading.objects.filter(lead=loser).update(stage="accepted", stage_since=ago(3))
    later = NOW + timedelta(hours=1)
    done = merge(winner=winner.pk, loser=loser.pk, reason="one person", actor=HAND, now=later)
    read(later)
    assert told[-1] == ("hot", "warm", "hot", "merge")
    reading = Reading.objects.get()
    assert (reading.pk, reading.stage, reading.stage_since) == (winner.pk, "accepted", ago(3))
    stage = Transition.objects.get(kind="stage")
    assert (stage.after, stage.cause) == ("accepted", "merge")
    unmerge(merge=done.pk, actor=HAND, now=later)
    read(later)
    assert [each.temperature for each in Reading.objects.order_by("pk")] == ["hot", "cool"]


def test_what_is_taken_back_no_longer_counts(version: Version, does: Does) -> None:
    root = hot(does)
    read(NOW)
    retract_events(events=list(Event.objects.values_list("pk", flat=True)), reason="a test", actor=HAND, now=NOW)
    read(NOW)
    # Nothing keeps it hot: what keeps it is interest, and that is gone.
    assert Reading.objects.get(lead=root).temperature == "warm"


def test_evidence_that_comes_while_a_lead_is_read_is_read_next(version: Version, does: Does) -> None:
    root = does("ada", traits={"size": 80, "need": "confirmed"})
    # Received after the worker looked at its clock, and there when it loads the evidence.
    does("ada", "asked", at=NOW + timedelta(seconds=1))
    assert read(NOW) == 1
    reading = Reading.objects.get(lead=root)
    assert (reading.temperature, reading.wakes_at) == ("warm", NOW + timedelta(seconds=1))
    assert read(NOW + timedelta(seconds=2)) == 1
    reading.refresh_from_db()
    assert (reading.temperature, reading.wakes_at) == ("hot", None)
    assert Transition.objects.latest("pk").cause == "evidence"


def test_a_worker_leaves_little_to_the_one_that_reads(version: Version, does: Does) -> None:
    for number in range(3):
        does(f"lead{number}")
    taken = due(NOW, 1)
    moment = NOW + timedelta(seconds=1)
    assert len(taken) == 1
    assert due(moment, 10) == []
    # It may have been killed: whoever comes two seconds later doesn't wait for it.
    assert len(due(NOW + LATELY, 10)) == 2


def test_whom_time_changes_is_read_by_whoever_comes(version: Version, does: Does) -> None:
    cooling = does("cooling", "asked")
    read(NOW)
    Reading.objects.filter(pk=cooling.pk).update(recheck_on=NOW.date())
    does("touched")
    assert len(due(NOW, 1)) == 1
    assert [lead.pk for lead in due(NOW, 10)] == [cooling.pk]


def test_a_lead_that_cannot_be_read_is_no_other_worker(version: Version, does: Does) -> None:
    wrong = does("wrong")

    def fails(roots: Any, *rest: Any) -> Any:
        raise EvidenceError("the data can't be scored")

    read_leads(due(NOW, 10), version, NOW, by=fails)
    assert due(NOW, 10) == []
    fresh = does("fresh")
    assert [lead.pk for lead in due(NOW, 10)] == [fresh.pk]
    assert wrong.pk in [lead.pk for lead in due(NOW + HOLD, 10)]


def test_a_worker_that_reads_is_not_waited_for_where_there_is_much(version: Version, does: Does) -> None:
    for number in range(LITTLE + 1):
        does(f"lead{number}")
    assert len(due(NOW, 1)) == 1
    assert len(due(NOW, 500)) == LITTLE


def test_a_lead_touched_while_it_is_read_stays_touched(version: Version, does: Does) -> None:
    root = hot(does)
    claimed = due(NOW, 10)
    seen = score([root.pk], version, NOW)
    does("ada", "seen", at=NOW, received=NOW + timedelta(seconds=3), properties={"topic": "pricing"})
    write(claimed, seen.readings, seen.wakes, seen.marks, version=version, now=NOW)
    root.refresh_from_db()
    assert root.touched_at == NOW + timedelta(seconds=3)
    assert root.claimed_until is None
    assert read(NOW + timedelta(seconds=4)) == 1


def test_a_worker_that_lost_its_lead_writes_nothing(version: Version, does: Does) -> None:
    root = hot(does)
    claimed = due(NOW, 10)
    again = due(NOW + timedelta(minutes=3), 10)
    assert [lead.pk for lead in again] == [root.pk]
    read_leads(claimed, version, NOW)
    assert not Reading.objects.exists()
    read_leads(again, version, NOW + timedelta(minutes=3))
    assert Reading.objects.get().as_of == NOW + timedelta(minutes=3)


def test_the_stage_is_not_ours_to_write(version: Version, does: Does) -> None:
    root = hot(does)
    read(NOW)
    Reading.objects.filter(lead=root).update(stage="sql", stage_since=NOW)
    does("ada", "seen", properties={"topic": "pricing"})
    read(NOW + timedelta(minutes=1))
    reading = Reading.objects.get(lead=root)
    assert (reading.stage, reading.stage_since) == ("sql", NOW)
    assert reading.as_of == NOW + timedelta(minutes=1)


def test_a_listener_that_fails_leaves_everything_as_it_was(version: Version, does: Does) -> None:
    root = hot(does)

    def fails(changes: listeners.Changes, now: Any) -> None:
        raise RuntimeError("no")

    listeners.on_transition(fails)
    try:
        with pytest.raises(RuntimeError):
            read(NOW)
    finally:
        listeners._listeners.remove(fails)
    assert not Reading.objects.exists()
    root.refresh_from_db()
    assert root.touched_at is not None


def test_every_reading_can_be_heard_of(version: Version, does: Does) -> None:
    heard: list[Any] = []

    def hear(read: Any, now: Any) -> None:
        heard.extend((each.reading.pk, each.was, each.cause) for each in read)

    listeners.on_reading(hear)
    try:
        root = does("bo", "seen", properties={"topic": "blog"})
        read(NOW)
        does("bo", "seen", properties={"topic": "blog"})
        read(NOW)
    finally:
        listeners._readers.remove(hear)
    assert heard == [(root.pk, None, "evidence"), (root.pk, "cool", "evidence")]


def test_a_lead_that_cannot_be_read_keeps_nobody_else_out(version: Version, does: Does, caplog: Any) -> None:
    roots = [hot(does, who) for who in ("ada", "bo", "cy")]

    def but_for_one(keys: Any, live: Any, now: Any) -> Any:
        if roots[1].pk in keys:
            raise EvidenceError("the data can't be scored")
        return score(keys, live, now)

    with caplog.at_level(logging.ERROR):
        read_leads(due(NOW, 10), version, NOW, by=but_for_one)
    assert set(Reading.objects.values_list("pk", flat=True)) == {roots[0].pk, roots[2].pk}
    assert f"lead {roots[1].pk} can't be read" in caplog.text
    # It is tried again, but not at once.
    assert read(NOW) == 0
    assert read(NOW + timedelta(minutes=3)) == 1


def test_a_touch_of_the_same_turn_is_seen_while_a_lead_is_read(version: Version, does: Does) -> None:
    """A turn takes several parts in, all with its own time; another worker may read between two of them."""
    root = does("ada", "asked", at=ago(1), received=NOW)
    soon = NOW + timedelta(seconds=1)
    claimed = due(soon, 10)
    seen = score([root.pk], version, soon)
    does("ada", at=ago(1), received=NOW, traits={"size": 80, "need": "confirmed"})
    write(claimed, seen.readings, seen.wakes, seen.marks, version=version, now=soon)
    assert Reading.objects.get(lead=root).temperature == "warm"
    assert read(soon) == 1
    assert Reading.objects.get(lead=root).temperature == "hot"


def test_every_touch_of_a_lead_that_waits_is_another_instant(does: Does) -> None:
    root = does("ada", "seen", at=ago(1), received=NOW)
    marks = [root.touched_at]
    for now in (NOW, NOW, ago(1), NOW + timedelta(seconds=1)):
        assert touch(roots=[root.pk], now=now) == 1
        marks.append(Lead.objects.get(pk=root.pk).touched_at)
    micro = timedelta(microseconds=1)
    assert marks == [NOW, NOW + micro, NOW + 2 * micro, NOW + 3 * micro, NOW + timedelta(seconds=1)]


STRICT = DEFINITION.replace("from: 50", "from: 500")


def publish_and_touch(now: Any) -> Version:
    """A stricter version, as a publication leaves it: all leads are touched."""
    version = publish(STRICT, 2)
    Lead.objects.update(touched_at=now)
    return version


@pytest.mark.django_db(transaction=True)
def test_a_publication_that_a_worker_waited_for_is_what_it_reads_by(version: Version, does: Does) -> None:
    """On SQLite a worker waits for its turn to write, and finds the leads that the publication has touched."""
    root = hot(does)
    with just_before(BEGIN, lambda: publish_and_touch(NOW)):
        read(NOW)
    assert Reading.objects.get(lead=root).temperature == "warm"
    assert Reading.objects.get(lead=root).fingerprint == Version.objects.get(number=2).fingerprint
    assert read(NOW) == 0


@pytest.mark.parametrize("touched", [True, False])
def test_what_was_read_by_a_retired_version_is_not_written(version: Version, does: Does, touched: bool) -> None:
    root = hot(does)
    claimed = due(NOW, 10)
    seen = score([root.pk], version, NOW)
    new = publish_and_touch(NOW if touched else root.touched_at)
    assert write(claimed, seen.readings, seen.wakes, seen.marks, version=version, now=NOW) == []
    root.refresh_from_db()
    assert (root.claimed_until, root.touched_at is not None) == (None, True)
    assert read(NOW) == 1
    assert Reading.objects.get(lead=root).fingerprint == new.fingerprint


@pytest.mark.django_db(transaction=True)
def test_a_worker_without_a_version_gives_its_leads_back(version: Version, does: Does) -> None:
    root = hot(does)
    with just_before(BEGIN, lambda: Version.objects.update(state="retired")):
        assert read(NOW) == 0
    root.refresh_from_db()
    assert (root.claimed_until, root.touched_at) == (None, NOW)


@pytest.mark.parametrize(
    ("error", "free"), [(OperationalError("deadlock detected"), True), (RuntimeError("no"), False)]
)
def test_leads_that_the_database_did_not_take_are_free_at_once(
    version: Version, does: Does, error: Exception, free: bool
) -> None:
    root = hot(does)

    def fails(changes: listeners.Changes, now: Any) -> None:
        raise error

    listeners.on_transition(fails)
    with pytest.raises(type(error)):
        read(NOW)
    listeners._listeners.remove(fails)
    root.refresh_from_db()
    assert ((root.claimed_until is None), root.touched_at) == (free, NOW)
    assert read(NOW) == int(free)
