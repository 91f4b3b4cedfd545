"""How mails are handed over: over one connection as long as it holds, and never twice to somebody who didn't ask."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope

from pyrometer.app.delivery import actions, outbox, sending
from pyrometer.app.delivery.email import channel
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.email.pool import IDLE, pool
from pyrometer.app.delivery.email.server import Server, server
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.people.audit import Actor
from pyrometer.errors import UsageError
from tests.servers.talking import HANG_UP, STALL, Says, Talking

from .conftest import NOW, Mailbox

pytestmark = pytest.mark.django_db
UNSUBSCRIBE = {"unsubscribe": "https://leads.example/unsubscribe/abc/"}


def post(once: str = "a", to: str = "ada@example.net", *, marketing: object = UNSUBSCRIBE, **payload: object) -> None:
    whole: dict[str, object] = {"to": to, "subject": "News", "text": "Hello", "html": "<p>Hello</p>", **payload}
    if marketing:
        whole["marketing"] = marketing
    outbox.post(channel="email", once=once, payload=whole, now=NOW)


def row(once: str = "a") -> Outgoing:
    return Outgoing.objects.get(once=once)


@pytest.fixture
def talking(settings: Any) -> Iterator[Callable[..., Talking]]:
    """Starts a server that says what the test wants; no answer takes it longer than a fifth of a second."""
    begun: list[Talking] = []

    def start(says: Says = lambda step, connection: None, **more: Any) -> Talking:
        found = Talking(says).__enter__()
        begun.append(found)
        settings.MAIL_SERVER = Server("127.0.0.1", found.port, **{"tls": "none", "timeout": 0.2, **more})
        return found

    yield start
    pool.close()
    for each in begun:
        each.__exit__()


# What a mail looks like


def test_marketing_mail_can_be_unsubscribed_from_and_is_no_automatic_answer(mailbox: Mailbox) -> None:
    post(lead=7)
    sending.work(NOW + timedelta(hours=3))
    (envelope,) = mailbox.mails
    mail = message_from_bytes(bytes(envelope.content or b""), policy=default)
    assert mail["List-Unsubscribe"] == "<https://leads.example/unsubscribe/abc/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (mail["Precedence"], mail["Auto-Submitted"], mail["Feedback-ID"]) == ("bulk", None, None)
    assert mail["Date"].datetime == NOW + timedelta(hours=3), "it is as old as its sending, not as its writing"
    assert mail["Message-ID"] == f"<{token('a')}@testserver>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert bytes(envelope.content or b"").isascii()


def test_one_click_needs_https_and_a_feedback_id_four_parts(mailbox: Mailbox) -> None:
    post("a", marketing={"unsubscribe": "/unsubscribe/abc/", "feedback_id": "spring:7:mail:acme5"})
    post("b", marketing={"unsubscribe": ""})
    post("c", marketing=UNSUBSCRIBE | {"feedback_id": "spring sale"})
    sending.work(NOW)
    (envelope,) = mailbox.mails
    mail = message_from_bytes(bytes(envelope.content or b""), policy=default)
    assert mail["List-Unsubscribe"] == "<http://testserver/unsubscribe/abc/>"
    assert mail["List-Unsubscribe-Post"] is None, "RFC 8058 has it with https alone"
    assert mail["Feedback-ID"] == "spring:7:mail:acme5"
    assert "marketing.unsubscribe" in row("b").error
    assert "is no Feedback-ID" in row("c").error
    assert row("b").given_up_at == row("c").given_up_at == NOW


def test_a_name_that_looks_like_an_encoded_word_stops_nobody(mailbox: Mailbox) -> None:
    name = "=?utf-8?q?é, é =?utf-8?b?=41"
    post("a", subject=f"A hot lead: {name}")
    post("b")
    sending.work(NOW)
    assert [row(once).error for once in "ab"] == ["", ""]
    mail = message_from_bytes(bytes(mailbox.mails[0].content or b""), policy=default)
    assert mail["Subject"] == f"A hot lead: {name}".replace("=?", "= ?")


def test_a_mail_that_cannot_be_made_keeps_no_other_back(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    post("bad", headers=[1])
    post("good")
    sending.work(NOW)
    assert len(mailbox.mails) == 1
    assert row("good").done_at == NOW
    assert row("bad").error.startswith("TypeError")
    assert (row("bad").done_at, row("bad").given_up_at) == (None, None)
    assert "a mail failed" in caplog.text


def test_addresses_beyond_ascii(mailbox: Mailbox) -> None:
    post("domain", "ada@bücher.example")
    post("name", "änne@example.net")
    sending.work(NOW)
    domain, name = mailbox.mails
    assert domain.rcpt_tos == ["ada@xn--bcher-kva.example"]
    assert (name.rcpt_tos, name.smtp_utf8) == (["änne@example.net"], True)
    assert "To: änne@example.net".encode() in bytes(name.content or b"")


def test_a_server_that_cannot_take_such_an_address_is_told_no_other(talking: Callable[..., Talking]) -> None:
    heard = talking()
    post("name", "änne@example.net")
    post("other")
    sending.work(NOW)
    assert "SMTPUTF8" in row("name").error
    assert row("name").given_up_at == NOW
    assert row("other").done_at == NOW
    assert len(heard.mails) == 1


def test_lines_that_are_long_or_beyond_ascii_arrive_as_they_were(mailbox: Mailbox) -> None:
    text, html = "Hej åäö  \n" + "x" * 300 + "\r\n=3D", f"<p>{'åäö ' * 100}</p>\n"
    post(text=text, html=html)
    sending.work(NOW)
    raw = bytes(mailbox.mails[0].content or b"")
    mail = message_from_bytes(raw, policy=default)
    assert mail["MIME-Version"] == "1.0"
    found = [part.get_content().splitlines() for part in mail.iter_parts()]  # type: ignore[attr-defined]
    assert found == [text.splitlines(), html.splitlines()]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_a_dot_alone_does_not_end_a_mail(mailbox: Mailbox) -> None:
    post(text="one\n.\n.two\nthree", html="")
    sending.work(NOW)
    mail = message_from_bytes(bytes(mailbox.mails[0].content or b""), policy=default)
    assert mail.get_content().split() == ["one", ".", ".two", "three"]  # type: ignore[attr-defined]


# Connections


def test_many_mails_go_over_one_connection(talking: Callable[..., Talking]) -> None:
    heard = talking()
    for number in range(30):
        post(str(number))
    assert sending.work(NOW) == 30
    assert len(heard.mails) == 30
    assert len(heard.steps) == 1
    post("later")
    sending.work(NOW + timedelta(seconds=1))
    assert len(heard.steps) == 1, "the next run goes on with it"
    assert heard.steps[0].count("RSET") == 1
    post("much later")
    sending.work(NOW + timedelta(seconds=2) + IDLE)
    assert len(heard.steps) == 2
    assert heard.steps[0][-1] == "QUIT"


def test_messages_per_connection_are_limited(talking: Callable[..., Talking]) -> None:
    heard = talking(messages=4)
    for number in range(10):
        post(str(number))
    sending.work(NOW)
    assert [steps.count("MAIL") for steps in heard.steps] == [4, 4, 2]
    assert heard.steps[0][-1] == "QUIT"


def test_a_connection_that_the_server_closed_meanwhile_is_replaced(talking: Callable[..., Talking]) -> None:
    heard = talking(lambda step, connection: HANG_UP if step == "RSET" and not connection else None)
    post("a")
    sending.work(NOW)
    post("b")
    sending.work(NOW + timedelta(seconds=1))
    assert len(heard.mails) == len(heard.steps) == 2
    assert row("b").attempts == 1


@pytest.mark.parametrize("farewell", ["421 4.3.2 going down", HANG_UP])
@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_server_that_leaves_between_two_mails_costs_nothing(
    talking: Callable[..., Talking], step: str, farewell: str
) -> None:
    steps: list[str] = []

    def says(now: str, connection: int) -> str | None:
        steps.append(now)
        return farewell if now == step and connection == 0 and steps.count(step) == 3 else None

    heard = talking(says)
    for number in range(5):
        post(str(number))
    sending.work(NOW)
    assert len(heard.mails) == 5
    assert len(heard.steps) == 2
    assert set(Outgoing.objects.values_list("attempts", "error")) == {(1, "")}


def test_a_server_that_says_goodbye_to_everybody_has_them_all_wait(talking: Callable[..., Talking]) -> None:
    heard = talking(lambda step, connection: "421 4.3.2 too busy" if step == "banner" else None)
    for number in range(5):
        post(str(number))
    sending.work(NOW)
    assert len(heard.steps) == 1, "one connection was enough to know"
    assert set(Outgoing.objects.values_list("error", flat=True)) == {"the mail server said 421 4.3.2 too busy"}
    assert not Outgoing.objects.filter(due_at__lte=NOW).exists()
    assert not Mail.objects.exists()


def test_one_recipient_at_whom_the_server_dies_holds_up_no_other(talking: Callable[..., Talking]) -> None:
    counts: list[str] = []

    def says(step: str, connection: int) -> str | None:
        counts.append(step)
        return HANG_UP if step == "DATA" and counts.count("DATA") == 2 else None

    heard = talking(says)
    for number in range(4):
        post(str(number))
    sending.work(NOW)
    assert len(heard.mails) == 3
    (lost,) = Outgoing.objects.filter(done_at=None)
    assert lost.once == "1"
    assert lost.error.startswith("the mail server can't be reached")
    assert sending.work(lost.due_at) == 1
    assert len(heard.mails) == 4, "it surely hadn't gone, so it goes again"


@pytest.mark.parametrize("step", ["banner", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_says_nothing_is_waited_for_no_longer_than_set(
    talking: Callable[..., Talking], step: str
) -> None:
    heard = talking(lambda now, connection: STALL if now == step else None)
    post()
    sending.work(NOW)
    assert row().done_at is None
    assert row().given_up_at is None, "it surely has nothing"
    assert row().error.startswith("the mail server can't be reached")
    assert heard.mails == []
    heard.says = lambda now, connection: None
    sending.work(row().due_at)
    assert len(heard.mails) == 1


# In doubt


@pytest.mark.parametrize("silence", [STALL, HANG_UP])
def test_marketing_mail_that_perhaps_went_is_not_sent_again(talking: Callable[..., Talking], silence: str) -> None:
    heard = talking(lambda step, connection: silence if step == "body" else None)
    post()
    sending.work(NOW)
    assert row().given_up_at == NOW
    assert "perhaps has the mail" in row().error
    assert Mail.objects.get().taken_at is None
    heard.says = lambda step, connection: None
    assert sending.work(NOW + timedelta(days=2)) == 0
    assert len(heard.mails) == 1
    assert actions.replay(actor=Actor("a test"), outgoing=row(), now=NOW + timedelta(days=2))
    sending.work(NOW + timedelta(days=2))
    first, second = (message_from_bytes(mail, policy=default)["Message-ID"] for mail in heard.mails)
    assert first == second, "who sends it again all the same sends the same"


def test_a_notification_that_perhaps_went_is_sent_again(talking: Callable[..., Talking]) -> None:
    heard = talking(lambda step, connection: STALL if step == "body" else None)
    post(marketing=None)
    sending.work(NOW)
    heard.says = lambda step, connection: None
    sending.work(row().due_at)
    assert row().done_at is not None
    assert len(heard.mails) == 2


def test_a_refusal_of_the_mail_itself_leaves_no_doubt(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "451 4.3.0 try later" if command == "DATA" else None
    post()
    sending.work(NOW)
    assert not Mail.objects.exists()
    mailbox.says = lambda command, envelope: None
    sending.work(row().due_at)
    assert len(mailbox.mails) == 1
    assert Mail.objects.get().taken_at == row().done_at


def test_a_sender_that_the_server_does_not_accept_loses_no_mail(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "501 5.1.7 Bad sender address syntax" if command == "MAIL" else None
    for once in "abc":
        post(once, f"{once}@example.net")
    sending.work(NOW)
    for once in "abc":
        assert "doesn't accept our address" in row(once).error
        assert "PYROMETER_MAIL_FROM" in row(once).error
        assert row(once).given_up_at is None
    assert not Mail.objects.exists()
    mailbox.says = lambda command, envelope: None
    sending.work(NOW + timedelta(hours=1))
    assert sorted(each.rcpt_tos[0] for each in mailbox.mails) == ["a@example.net", "b@example.net", "c@example.net"]


def test_a_mail_that_is_too_large_from_the_first_word_on_is_given_up(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "552 5.3.4 too big" if command == "MAIL" else None
    post()
    sending.work(NOW)
    assert row().given_up_at == NOW


def test_a_run_that_lost_its_claim_hands_over_nothing(mailbox: Mailbox) -> None:
    post("a")
    post("b")
    slow = sending.claimed(NOW, 10, outbox.together())
    later = NOW + sending.HOLD + timedelta(seconds=1)
    assert sending.work(later) == 2
    channel.run(slow, later)
    assert len(mailbox.mails) == 2


def test_a_run_ends_before_its_claim_does(mailbox: Mailbox) -> None:
    for number in range(3):
        post(str(number))
    rows = sending.claimed(NOW, 10, outbox.together())

    def elapsed() -> float:
        return channel.LONGEST + 1 if mailbox.mails else 0.0

    channel._Run(channel.settings.MAIL_SERVER, pool, NOW, elapsed).send(rows)
    assert len(mailbox.mails) == 1
    assert sorted(Outgoing.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert sending.work(NOW) == 2


def test_notifications_overtake_marketing_mail(mailbox: Mailbox) -> None:
    for number in range(5):
        post(str(number))
    post("urgent", "bob@example.com", marketing=None)
    sending.work(NOW)
    assert mailbox.mails[0].rcpt_tos == ["bob@example.com"]
    assert len(mailbox.mails) == 6


def test_a_batch_of_five_hundred(mailbox: Mailbox) -> None:
    for number in range(500):
        post(str(number), f"lead{number}@example.net")
    while sending.work(NOW):
        pass
    assert sorted(envelope.rcpt_tos[0] for envelope in mailbox.mails) == sorted(
        f"lead{number}@example.net" for number in range(500)
    )
    assert Mail.objects.filter(taken_at=NOW).count() == 500


def test_greylisting_is_waited_out(mailbox: Mailbox) -> None:
    seen: set[str] = set()

    def says(command: str, envelope: Envelope) -> str | None:
        first = command == "RCPT" and "RCPT" not in seen
        seen.add(command)
        return "450 4.2.0 greylisted, come back in five minutes" if first else None

    mailbox.says = says
    post()
    sending.work(NOW)
    assert (row().given_up_at, row().attempts) == (None, 1)
    assert "greylisted" in row().error
    sending.work(row().due_at)
    assert row().done_at is not None


def test_tls_that_breaks_is_said_and_tried_again(talking: Callable[..., Talking]) -> None:
    talking(
        lambda step, connection: {"EHLO": "250-t\r\n250 STARTTLS", "STARTTLS": "220 in the clear"}.get(step),
        tls="starttls",
    )
    post()
    sending.work(NOW)
    assert row().given_up_at is None
    assert row().error.startswith("the mail server can't be reached")
    talking(lambda step, connection: "220 not TLS at all" if step == "banner" else None, tls="implicit")
    sending.work(row().due_at)
    assert row().given_up_at is None
    assert ssl.SSLError.__name__ not in row().error


@pytest.mark.parametrize("options", ["timeout=0", "timeout=x", "messages=0", "messages=1e3", "pool=4", "timeout=601"])
def test_options_that_are_none_are_said(options: str) -> None:
    with pytest.raises(UsageError, match="the options are"):
        server(f"smtp://mail.example?{options}")
    found = server("smtp://mail.example?tls=no&timeout=5&messages=20")
    assert found is not None
    assert (found.tls, found.timeout, found.messages) == ("none", 5.0, 20)
