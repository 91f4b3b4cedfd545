"""Who has a say before a mail goes: the lead's consent at that moment, rooms further on, and who writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer.app.consent.models import MailWish
from pyrometer.app.delivery import composing, gates, outbox, sending
from pyrometer.app.delivery.composing import UnsendableReason
from pyrometer.app.delivery.email import channel, handing
from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.gates import Barred, Held, Later
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.evidence.erasing import erase
from pyrometer.app.people.audit import Actor

from .conftest import NOW, Mailbox
from .content.leads import lead, says

pytestmark = pytest.mark.django_db
NEWS = {"unsubscribe": "https://leads.example/u/"}
LETTER = {"subject": "News", "text": "Hello", "html": ""}


def post(once: str, to: str = "ada@acme.example", **payload: Any) -> None:
    whole = {"to": to, "marketing": NEWS, **payload}
    outbox.post(channel="email", once=once, payload=whole if "compose" in whole else LETTER | whole, now=NOW)


def row(once: str = "a") -> Outgoing:
    return Outgoing.objects.get(once=once)


@pytest.fixture
def gate() -> Iterator[Callable[[gates.Gate], None]]:
    """Has a gate asked, for the time of a test."""
    before = dict(gates._gates)
    yield lambda asked: gates.register("a test", asked)
    gates._gates.clear()
    gates._gates.update(before)


@pytest.fixture
def writer() -> Iterator[Callable[[composing.Compose], None]]:
    """Has mails written by a function, for the time of a test."""
    yield lambda compose: composing.register("a test", compose)
    composing._composers.pop("a test", None)


# Gates


def test_a_gate_is_asked_for_ten_at_a_time_and_for_marketing_mail_alone(
    mailbox: Mailbox, gate: Callable[[gates.Gate], None]
) -> None:
    asked: list[list[str]] = []

    def watch(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, gates.Verdict]:
        asked.append([each.once for each in rows])
        assert len(mailbox.mails) == sum(map(len, asked[:-1]))
        return {}

    for number in range(25):
        post(f"{number:02}")
    gate(watch)
    sending.work(NOW)
    post("note", marketing=None)
    sending.work(NOW)
    assert [len(each) for each in asked] == [handing.AT_ONCE, handing.AT_ONCE, 5]
    assert sorted(once for each in asked for once in each) == [f"{number:02}" for number in range(25)]
    assert len(mailbox.mails) == 26


def test_where_a_mail_takes_seconds_each_is_asked_about_as_it_goes(
    mailbox: Mailbox, gate: Callable[[gates.Gate], None]
) -> None:
    def stopped(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, gates.Verdict]:
        return {each.pk: Held(now) for each in rows if len(mailbox.mails) >= 3}

    for number in range(8):
        post(f"{number:02}")
    gate(stopped)
    rows = sending.claimed(NOW, 8, outbox.together())
    channel._Run(channel.settings.MAIL_SERVER, pool, NOW, lambda: 2.0 * len(mailbox.mails)).send(rows)
    assert len(mailbox.mails) == 3
    held = Outgoing.objects.filter(held_at=NOW, done_at=None, given_up_at=None, claimed_until=None)
    assert held.count() == 5
    # Nothing is in doubt of those that were marked together with the first.
    assert Mail.objects.filter(taken_at=None).count() == 0


def test_where_a_mail_takes_seconds_what_is_no_marketing_is_held_as_it_goes(mailbox: Mailbox) -> None:
    for number in range(8):
        outbox.post(
            channel="email", once=str(number), payload={"to": "rep@acme.example", **LETTER}, now=NOW, group="a series"
        )
    rows = sending.claimed(NOW, 8, outbox.together())

    def elapsed() -> float:
        if len(mailbox.mails) == 3:
            outbox.hold("a series", NOW)
        return 2.0 * len(mailbox.mails)

    channel._Run(channel.settings.MAIL_SERVER, pool, NOW, elapsed).send(rows)
    assert len(mailbox.mails) == 3
    assert Outgoing.objects.filter(held_at=NOW, done_at=None, given_up_at=None, claimed_until=None).count() == 5


def test_what_a_mail_says_is_made_anew_where_it_waited(
    mailbox: Mailbox, writer: Callable[[composing.Compose], None]
) -> None:
    def compose(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, Any]:
        return {each.pk: LETTER | {"subject": f"After {len(mailbox.mails)}"} for each in rows}

    writer(compose)
    for number in range(3):
        post(f"{number:02}", compose="a test")
    rows = sending.claimed(NOW, 3, outbox.together())
    channel._Run(channel.settings.MAIL_SERVER, pool, NOW, lambda: 2.0 * len(mailbox.mails)).send(rows)
    assert [message_from_bytes(each.content or b"", policy=default)["Subject"] for each in mailbox.mails] == [
        "After 0", "After 1", "After 2",
    ]  # fmt: skip


def test_what_a_gate_bars_is_given_up_with_its_words(mailbox: Mailbox, gate: Callable[[gates.Gate], None]) -> None:
    post("a")
    post("b")
    gate(lambda rows, now: {each.pk: Barred("the campaign was stopped") for each in rows if each.once == "a"})
    sending.work(NOW)
    assert (row("a").given_up_at, row("a").error) == (NOW, "the campaign was stopped")
    assert row("b").done_at == NOW
    assert [mail.token for mail in Mail.objects.all()] == [handing.token("b")]


def test_what_a_gate_holds_waits_until_it_is_released(mailbox: Mailbox, gate: Callable[[gates.Gate], None]) -> None:
    for number in range(3):
        outbox.post(
            channel="email", once=str(number), payload={"to": "ada@acme.example", "marketing": NEWS, **LETTER}, now=NOW,
            group="campaign:1",
        )  # fmt: skip
    gate(lambda rows, now: {each.pk: Held(now) for each in rows})
    sending.work(NOW)
    assert set(Outgoing.objects.values_list("held_at", "attempts", "claimed_until", "error")) == {(NOW, 0, None, "")}
    gate(lambda rows, now: {})
    assert sending.work(NOW + timedelta(days=1)) == 0
    assert outbox.release("campaign:1", NOW) == 3
    assert sending.work(NOW) == 3
    assert len(mailbox.mails) == 3


def test_a_gate_that_fails_lets_nothing_through_and_is_asked_again(
    mailbox: Mailbox, gate: Callable[[gates.Gate], None], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, gates.Verdict]:
        raise LookupError("no campaign")

    post("a")
    gate(broken)
    sending.work(NOW)
    assert mailbox.mails == []
    assert (row().error, row().attempts, row().given_up_at) == ("LookupError: no campaign", 1, None)
    assert row().due_at > NOW
    assert "the gate a test failed" in caplog.text
    gate(lambda rows, now: {})
    sending.work(row().due_at)
    assert len(mailbox.mails) == 1


def test_the_strictest_of_several_gates_counts(gate: Callable[[gates.Gate], None]) -> None:
    post("a")
    gate(lambda rows, now: {each.pk: Later(now) for each in rows})
    for verdict in (Later(NOW + timedelta(hours=1)), Held(NOW), Barred("no")):
        gates.register("another", lambda rows, now, verdict=verdict: {each.pk: verdict for each in rows})
        assert gates.asked([row()], NOW) == {row().pk: verdict}


# Consent, at that moment


def test_who_takes_a_yes_back_gets_nothing_that_was_posted_before(mailbox: Mailbox) -> None:
    ada, ben, cleo = (lead(f"{name}@acme.example") for name in ("ada", "ben", "cleo"))
    for who in (ada, ben):
        says(who, True, "email")
    for once, who in (("ada", ada), ("ben", ben), ("cleo", cleo)):
        post(once, f"{once}@acme.example", lead=who, marketing=NEWS | {"purpose": "email"})
    says(ben, False, "email", NOW + timedelta(minutes=1))
    sending.work(NOW + timedelta(minutes=2))
    assert [envelope.rcpt_tos for envelope in mailbox.mails] == [["ada@acme.example"]]
    assert row("ben").error == row("cleo").error == "not sent: the lead doesn't agree to `email`"
    assert row("ben").given_up_at is not None


def test_a_pause_puts_a_mail_off_until_its_end(mailbox: Mailbox) -> None:
    ada, until = lead(), NOW + timedelta(days=30)
    says(ada, True, "email")
    MailWish.objects.create(lead_id=ada, paused_until=until, at=NOW)
    post("a", lead=ada, marketing=NEWS | {"purpose": "email"})
    sending.work(NOW)
    assert (row().due_at, row().attempts, row().claimed_until, row().error) == (until, 0, None, "")
    sending.work(until)
    assert len(mailbox.mails) == 1


def test_nothing_goes_to_an_erased_lead_or_to_nobody(mailbox: Mailbox) -> None:
    ada = lead()
    says(ada, True, "email")
    erase(lead=ada, actor=Actor("a test"), now=NOW)
    post("erased", lead=ada, marketing=NEWS | {"purpose": "email"})
    post("nobody", marketing=NEWS | {"purpose": "email"})
    sending.work(NOW)
    assert mailbox.mails == []
    assert row("erased").error == "not sent: the lead was erased"
    assert "names no lead" in row("nobody").error


def test_a_few_statements_ask_for_ten_mails() -> None:
    leads = [lead(f"n{number}@acme.example") for number in range(10)]
    for who in leads:
        says(who, True, "email")
        post(str(who), f"n{who}@acme.example", lead=who, marketing=NEWS | {"purpose": "email"})
    rows = list(Outgoing.objects.all())
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert gates.asked(rows, NOW) == {}
    assert len(caught) <= 4


# What is written late


def test_what_a_mail_says_is_made_as_it_goes_and_not_kept(
    mailbox: Mailbox, writer: Callable[[composing.Compose], None]
) -> None:
    asked: list[int] = []

    def write(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, composing.Composed]:
        asked.append(len(rows))
        return {
            each.pk: {"subject": f"For {each.payload['to']}", "text": f"At {now}", "to": "eve@example.net"}
            for each in rows
        }

    writer(write)
    for number in range(12):
        post(f"{number:02}", f"n{number:02}@acme.example", compose="a test", about={"campaign": 7})
    post("plain")
    sending.work(NOW + timedelta(hours=1))
    assert sum(asked) == 12
    assert max(asked) <= handing.AT_ONCE
    assert len(asked) == 2
    mails = [message_from_bytes(bytes(envelope.content or b""), policy=default) for envelope in mailbox.mails]
    assert sorted(mail["Subject"] for mail in mails if mail["Subject"] != "News") == [
        f"For n{number:02}@acme.example" for number in range(12)
    ]
    assert "eve@example.net" not in {envelope.rcpt_tos[0] for envelope in mailbox.mails}
    assert row("00").payload == {
        "to": "n00@acme.example", "template": "", "compose": "a test", "about": {"campaign": 7},
    }  # fmt: skip


def test_what_makes_a_mail_may_fill_in_where_to_unsubscribe_and_nothing_of_the_purpose(
    mailbox: Mailbox, writer: Callable[[composing.Compose], None]
) -> None:
    ada = lead()
    says(ada, True, "email")
    made = {"subject": "s", "text": "t", "marketing": {"unsubscribe": "https://leads.example/u/7/", "purpose": "x"}}
    writer(lambda rows, now: {each.pk: made for each in rows})
    post("a", compose="a test", lead=ada, marketing={"purpose": "email"})
    sending.work(NOW)
    mail = message_from_bytes(bytes(mailbox.mails[0].content or b""), policy=default)
    assert mail["List-Unsubscribe"] == "<https://leads.example/u/7/>"


def test_a_mail_that_cannot_be_made_is_given_up_with_the_reason(
    mailbox: Mailbox, writer: Callable[[composing.Compose], None]
) -> None:
    writer(lambda rows, now: {each.pk: UnsendableReason("`rep.name` isn't known") for each in rows})
    post("a", compose="a test")
    sending.work(NOW)
    assert (row().given_up_at, row().error) == (NOW, "`rep.name` isn't known")
    assert not Mail.objects.exists()


@pytest.mark.parametrize(("name", "why"), [("a test", "LookupError"), ("unknown", "is called 'unknown'")])
def test_who_fails_to_write_is_asked_again(
    mailbox: Mailbox, writer: Callable[[composing.Compose], None], name: str, why: str
) -> None:
    def broken(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, composing.Composed]:
        raise LookupError("no content")

    writer(broken)
    post("a", compose=name)
    post("silent", compose=name)
    sending.work(NOW)
    assert mailbox.mails == []
    assert why in row().error
    assert row().due_at > NOW
    assert row().given_up_at is None


def test_what_nothing_was_said_of_is_asked_again(mailbox: Mailbox, writer: Callable[[composing.Compose], None]) -> None:
    writer(lambda rows, now: {})
    post("a", compose="a test")
    sending.work(NOW)
    assert row().error == "a test said nothing of it"
    assert row().due_at > NOW


def test_nothing_is_written_for_who_is_barred(
    mailbox: Mailbox, gate: Callable[[gates.Gate], None], writer: Callable[[composing.Compose], None]
) -> None:
    asked: list[str] = []

    def write(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, composing.Composed]:
        asked.extend(each.once for each in rows)
        return {each.pk: LETTER for each in rows}

    gate(lambda rows, now: {each.pk: Barred("no") for each in rows if each.once == "a"})
    writer(write)
    post("a", compose="a test")
    post("b", compose="a test")
    sending.work(NOW)
    assert asked == ["b"]
