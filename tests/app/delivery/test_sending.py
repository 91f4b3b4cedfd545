"""The outbox is emptied: once, again where it failed, and not for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.backoff import JITTER, SCHEDULE, backoff
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent

from .conftest import NOW

pytestmark = pytest.mark.django_db


class Channel:
    """A channel that keeps what it was given, and answers what the test says."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.fails = False

    def __call__(self, row: Outgoing, now: object) -> Sent:
        self.given.append(row.once)
        return Sent("no", backoff(row.once, row.attempts)) if self.fails else Sent()


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    found = Channel()
    monkeypatch.setitem(outbox._channels, "test", found)
    return found


def post(once: str = "a") -> None:
    outbox.post(channel="test", once=once, payload={"a": 1}, now=NOW)


def test_what_is_due_is_sent_once(channel: Channel) -> None:
    post()
    post()
    assert sending.work(NOW) == 1
    assert sending.work(NOW) == 0
    assert channel.given == ["a"]
    assert Outgoing.objects.get().done_at == NOW


def test_what_is_not_due_waits(channel: Channel) -> None:
    outbox.post(channel="test", once="a", payload={}, now=NOW, due_at=NOW + timedelta(hours=1))
    assert sending.work(NOW) == 0
    assert sending.work(NOW + timedelta(hours=1)) == 1


def test_a_failure_is_tried_for_a_day_and_then_given_up(channel: Channel) -> None:
    channel.fails = True
    post()
    now, tries = NOW, []
    while True:
        row = Outgoing.objects.get()
        if row.given_up_at:
            break
        now = max(now, row.due_at)
        tries.append(now - NOW)
        sending.work(now)
    assert len(tries) == len(SCHEDULE) + 1
    assert timedelta(hours=24) < tries[-1] < timedelta(hours=32)
    assert row.error == "no"
    assert sending.work(now + timedelta(days=2)) == 0


def test_pauses_jitter_and_are_the_same_each_time() -> None:
    pauses = {backoff(f"key {n}", 4) for n in range(50)}
    assert len(pauses) == 50
    assert all(SCHEDULE[3] <= pause <= SCHEDULE[3] * (1 + JITTER) for pause in pauses if pause)
    assert pauses == {backoff(f"key {n}", 4) for n in range(50)}


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    assert backoff("a", 1, at_least=timedelta(hours=1)) == timedelta(hours=1)
    assert backoff("a", 1, at_least=timedelta(days=400)) == SCHEDULE[-1]


def test_a_killed_workers_row_comes_again(channel: Channel) -> None:
    post()
    killed = sending.claimed(NOW, 10)  # and nothing after it
    assert len(killed) == 1
    assert sending.work(NOW + sending.HOLD / 2) == 0
    assert sending.work(NOW + sending.HOLD + timedelta(seconds=1)) == 1
    assert channel.given == ["a"]


def test_a_slow_worker_that_lost_its_claim_writes_nothing(channel: Channel) -> None:
    post()
    (slow,) = sending.claimed(NOW, 10)
    later = NOW + sending.HOLD + timedelta(seconds=1)
    sending.work(later)
    channel.fails = True
    sending.attempt(slow, later)
    row = Outgoing.objects.get()
    assert (row.done_at, row.error) == (later, "")


def test_a_row_that_ends_its_worker_each_time_is_given_up(channel: Channel) -> None:
    post()
    now = NOW
    for _ in range(len(SCHEDULE) + 1):
        assert len(sending.claimed(now, 10)) == 1
        now += sending.HOLD + timedelta(seconds=1)
    assert channel.given == []
    sending.work(now)
    assert Outgoing.objects.get().given_up_at == now
    assert channel.given == []


def test_a_mistake_in_a_channel_stops_no_other_row(
    channel: Channel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(row: Outgoing, now: object) -> Sent:
        raise RuntimeError("oh")

    monkeypatch.setitem(outbox._channels, "broken", broken)
    outbox.post(channel="broken", once="b", payload={}, now=NOW)
    outbox.post(channel="unheard-of", once="c", payload={}, now=NOW)
    post()
    assert sending.work(NOW) == 3
    assert channel.given == ["a"]
    errors = {row.once: row.error for row in Outgoing.objects.filter(done_at=None)}
    assert errors == {"b": "RuntimeError: oh", "c": "no channel is called 'unheard-of'"}


def test_what_is_settled_is_removed_after_a_month(channel: Channel) -> None:
    post("old")
    sending.work(NOW)
    outbox.post(channel="test", once="new", payload={}, now=NOW + timedelta(days=29))
    sending.work(NOW + timedelta(days=29))
    outbox.post(channel="test", once="waits", payload={}, now=NOW, due_at=NOW + timedelta(days=90))
    assert sending.prune(NOW + timedelta(days=30, seconds=1)) == 1
    assert set(Outgoing.objects.values_list("once", flat=True)) == {"new", "waits"}
