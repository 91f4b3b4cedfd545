"""Each receiving domain gets marketing mail at its own pace, all workers share it, and none waits for another."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email import domains, pace
from pyrometer.app.delivery.email.pace import LATE, Pace
from pyrometer.app.delivery.models import Outgoing, ReceivingDomain
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry

from .conftest import NOW, Mailbox

MINUTE = timedelta(minutes=1)
ACTOR = Actor("a test")


def post(count: int, domain: str = "big.example", *, marketing: bool = True, begin: int = 0) -> None:
    for number in range(begin, begin + count):
        mail: dict[str, object] = {"to": f"lead{number}@{domain}", "subject": "s", "text": "t"}
        if marketing:
            mail["marketing"] = {"unsubscribe": "https://x.example/u/"}
        outbox.post(channel="email", once=f"{domain}:{number}:{marketing}", payload=mail, now=NOW)


def work_until(begin: datetime, end: datetime, step: timedelta = timedelta(seconds=1)) -> None:
    """A worker that looks every second."""
    while begin < end:
        while sending.work(begin):
            pass
        begin += step


def sent(mailbox: Mailbox) -> Counter[str]:
    return Counter(envelope.rcpt_tos[0].partition("@")[2] for envelope in mailbox.mails)


@pytest.mark.django_db
def test_so_many_a_minute_evenly_and_no_other_domain_waits(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_PACE = 30
    post(150)
    post(3, "small.example")
    while sending.work(NOW):
        pass
    assert sent(mailbox) == {"big.example": 1, "small.example": 1}
    work_until(NOW, NOW + timedelta(seconds=10))
    assert sent(mailbox) == {"big.example": 5, "small.example": 3}
    work_until(NOW + timedelta(seconds=10), NOW + MINUTE)
    assert sent(mailbox)["big.example"] == 30
    work_until(NOW + MINUTE, NOW + 5 * MINUTE, timedelta(seconds=2))
    assert sent(mailbox)["big.example"] == 150
    assert set(Outgoing.objects.values_list("attempts", flat=True)) == {1}, "to wait for its turn is no attempt"


@pytest.mark.django_db
def test_without_a_pace_all_go_at_once(mailbox: Mailbox) -> None:
    post(120)
    while sending.work(NOW):
        pass
    assert sent(mailbox) == {"big.example": 120}
    assert not ReceivingDomain.objects.exists()


@pytest.mark.django_db
def test_two_workers_share_a_pace(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_PACE = 60
    post(20)
    one = sending.claimed(NOW, 10, ["email"])
    two = sending.claimed(NOW, 10, ["email"])
    assert (len(one), len(two)) == (1, 0)
    turns = sorted(Outgoing.objects.filter(turn_at__isnull=False).values_list("turn_at", flat=True))
    assert turns == [NOW + timedelta(seconds=number) for number in range(1, 20)]


@pytest.mark.django_db
def test_who_was_late_queues_again_instead_of_going_all_at_once(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_PACE = 60
    post(100)
    sending.work(NOW)
    later = NOW + 10 * MINUTE
    while sending.work(later):
        pass
    assert sent(mailbox)["big.example"] <= 2
    work_until(later, later + MINUTE)
    assert sent(mailbox)["big.example"] <= 1 + 60
    work_until(later + MINUTE, later + 3 * MINUTE)
    assert sent(mailbox)["big.example"] == 100


@pytest.mark.django_db
def test_a_notification_keeps_no_pace(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_PACE = 1
    post(5)
    post(5, marketing=False)
    while sending.work(NOW):
        pass
    assert sent(mailbox)["big.example"] == 6


@pytest.mark.django_db
def test_a_domain_has_a_pace_of_its_own_and_a_change_counts_at_once(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_PACE = 1
    post(50)
    sending.work(NOW)
    domains.set_pace(name="big.example", per_minute=600, actor=ACTOR, now=NOW)
    work_until(NOW, NOW + timedelta(seconds=5), timedelta(seconds=0.1))
    assert sent(mailbox)["big.example"] == 50
    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.detail) == ("domain:big.example", {"before": None, "per_minute": 600})


@pytest.mark.django_db
def test_a_domain_that_defers_several_in_a_row_is_left_alone_and_others_are_not(mailbox: Mailbox) -> None:
    says = {"big.example": "450 4.7.1 too many from you"}
    mailbox.says = lambda command, envelope: None
    heard: list[str] = []

    async def rcpt(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        heard.append(address)
        refusal = says.get(address.partition("@")[2])
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    mailbox.handle_RCPT = rcpt  # type: ignore[method-assign]
    post(20)
    post(5, "small.example")
    while sending.work(NOW):
        pass
    assert sum(address.endswith("@big.example") for address in heard) == pace.PATIENCE
    assert sent(mailbox) == {"small.example": 5}
    domain = ReceivingDomain.objects.get()
    assert (domain.name, domain.paused_until) == ("big.example", NOW + pace.PAUSE)
    assert "too many from you" in domain.said
    untried = Outgoing.objects.filter(domain="big.example", attempts=0)
    assert untried.count() == 20 - pace.PATIENCE
    assert set(untried.values_list("due_at", flat=True)) == {NOW + pace.PAUSE}

    # Still not: twice as long. One that was deferred before comes due first.
    heard.clear()
    again = NOW + pace.PAUSE + timedelta(seconds=15)
    while sending.work(again):
        pass
    assert len(heard) == 1
    assert ReceivingDomain.objects.get().paused_until == again + 2 * pace.PAUSE

    says.clear()
    after = again + 2 * pace.PAUSE
    while sending.work(after):
        pass
    assert sent(mailbox)["big.example"] >= 20 - pace.PATIENCE
    domain = ReceivingDomain.objects.get()
    assert (domain.deferrals, domain.paused_until, domain.said) == (0, None, "")


@pytest.mark.django_db
def test_full_mailboxes_pause_no_domain(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "452 4.2.2 mailbox full" if command == "RCPT" else None
    post(10)
    while sending.work(NOW):
        pass
    assert not ReceivingDomain.objects.filter(paused_until__isnull=False).exists()


@pytest.mark.django_db
def test_a_pause_is_ended_by_hand(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "450 4.7.1 not now" if command == "RCPT" else None
    post(10)
    while sending.work(NOW):
        pass
    mailbox.says = lambda command, envelope: None
    domains.resume(name="big.example", actor=ACTOR, now=NOW)
    while sending.work(NOW):
        pass
    assert sent(mailbox)["big.example"] == 10 - pace.PATIENCE
    assert AuditEntry.objects.get().action == "mail.domain_resumed"


@given(st.integers(1, 100), st.lists(st.floats(0, 300), max_size=200))
def test_no_minute_has_more_turns_than_the_pace(per_minute: int, moments: list[float]) -> None:
    """Whenever turns are asked for."""
    turns, its = [], Pace(per_minute)
    for moment in sorted(moments):
        turn = its.turn(NOW + timedelta(seconds=moment))
        its = Pace(per_minute, its.after(turn))
        turns.append(turn)
    for place, turn in enumerate(turns):
        # Turns are exact to a microsecond.
        within = [each for each in turns[place:] if each < turn + MINUTE - timedelta(microseconds=per_minute)]
        assert len(within) <= per_minute


def test_a_turn_holds_for_a_moment() -> None:
    its = Pace(60)
    assert its.holds(NOW, NOW)
    assert its.holds(NOW, NOW + LATE)
    assert not its.holds(NOW, NOW + LATE + timedelta(seconds=1))
    assert not its.holds(None, NOW)
    assert not Pace(60, paused_until=NOW + MINUTE).holds(NOW, NOW)
    assert pace.pause(100) == pace.LONGEST
