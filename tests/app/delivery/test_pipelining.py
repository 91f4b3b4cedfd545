"""Servers that take several commands at once: the same becomes of each mail, with fewer turns."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.email.server import Server
from pyrometer.app.delivery.models import Mail, Outgoing
from tests.servers.talking import HANG_UP, STALL, Says, Talking

from .conftest import NOW

pytestmark = pytest.mark.django_db
EHLO = "250-talking.example\r\n250-PIPELINING\r\n250 8BITMIME"


def post(*names: str) -> None:
    for once in names:
        payload = {
            "to": f"{once}@example.net", "subject": "s", "text": ".\n.t", "marketing": {"unsubscribe": "https://x.de/"},
        }  # fmt: skip
        outbox.post(channel="email", once=once, payload=payload, now=NOW)


def row(once: str) -> Outgoing:
    return Outgoing.objects.get(once=once)


@pytest.fixture
def piped(settings: Any) -> Iterator[Callable[..., Talking]]:
    """Starts a server that takes several commands at once."""
    begun: list[Talking] = []

    def start(says: Says = lambda step, connection: None) -> Talking:
        found = Talking(lambda step, connection: EHLO if step == "EHLO" else says(step, connection)).__enter__()
        begun.append(found)
        settings.MAIL_SERVER = Server("127.0.0.1", found.port, tls="none", timeout=0.3)
        return found

    yield start
    pool.close()
    for each in begun:
        each.__exit__()


def once_only(step: str, said: str, nth: int = 1) -> Says:
    """Says something to the nth time that a step comes."""
    steps: list[str] = []

    def says(now: str, connection: int) -> str | None:
        steps.append(now)
        return said if now == step and steps.count(step) == nth else None

    return says


def test_all_arrive_over_one_connection(piped: Callable[..., Talking]) -> None:
    heard = piped()
    post(*"abc")
    sending.work(NOW)
    assert len(heard.mails) == 3
    assert heard.mails[0].endswith(b"\r\n\r\n..\r\n..t\r\n"), "what begins with a dot has another before it"
    assert heard.steps[0][:6] == ["banner", "EHLO", "MAIL", "RCPT", "DATA", "body"]
    assert Mail.objects.filter(taken_at=NOW).count() == 3


def test_commands_go_together(settings: Any) -> None:
    """A server that answers nothing until it has heard all three isn't waited for."""
    heard: list[bytes] = []

    def converse(listener: socket.socket) -> None:
        talk, _ = listener.accept()
        with talk, talk.makefile("rb") as lines:
            talk.sendall(b"220 patient.example\r\n")
            lines.readline()
            talk.sendall(EHLO.encode() + b"\r\n")
            heard.extend(lines.readline() for _ in range(3))
            talk.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
            while lines.readline() not in (b".\r\n", b""):
                pass
            talk.sendall(b"250 taken\r\n")
            lines.readline()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.MAIL_SERVER = Server("127.0.0.1", listener.getsockname()[1], tls="none", timeout=5)
        thread = threading.Thread(target=converse, args=(listener,))
        thread.start()
        post("a")
        sending.work(NOW)
        pool.close()
        thread.join()
    assert row("a").done_at == NOW
    assert heard == [b"MAIL FROM:<pyrometer@testserver>\r\n", b"RCPT TO:<a@example.net>\r\n", b"DATA\r\n"]


@pytest.mark.parametrize("to_data", ["354 go on", "503 5.5.1 no recipient", "554 5.5.1 no valid recipients"])
def test_a_recipient_that_is_refused_costs_nobody_else(piped: Callable[..., Talking], to_data: str) -> None:
    refused: list[bool] = []

    def says(step: str, connection: int) -> str | None:
        if step == "RCPT":
            refused.append(True)
            return "550 5.1.1 no such user" if len(refused) == 2 else None
        if step == "DATA" and len(refused) == 2:
            return to_data
        if step == "body" and len(refused) == 2:
            return "554 5.5.1 no valid recipients"
        return None

    heard = piped(says)
    post(*"abc")
    sending.work(NOW)
    assert (row("b").given_up_at, row("b").error) == (NOW, "the mail server said 550 5.1.1 no such user")
    assert [row(once).done_at for once in "ac"] == [NOW, NOW]
    assert len(heard.steps) == 1, "the connection is good for the next one"
    assert [mail for mail in heard.mails if mail] == [heard.mails[0], heard.mails[-1]]
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["a@example.net", "b@example.net", "c@example.net"]
    assert Mail.objects.get(to="b@example.net").bounced == "hard"


def test_a_sender_that_is_refused_and_a_server_that_goes_on_all_the_same(piped: Callable[..., Talking]) -> None:
    heard = piped(once_only("MAIL", "451 4.7.1 not now"))
    post("a", "b")
    sending.work(NOW)
    assert row("a").error == "the mail server said 451 4.7.1 not now"
    assert row("a").done_at is None
    assert row("b").done_at == NOW
    assert len(heard.mails) == 1, "nothing went to the one whose sender was refused"
    assert not Mail.objects.filter(to="a@example.net").exists()


def test_data_that_is_refused_leaves_no_doubt(piped: Callable[..., Talking]) -> None:
    heard = piped(once_only("DATA", "451 4.3.0 disk full"))
    post("a", "b")
    sending.work(NOW)
    assert row("a").given_up_at is None
    assert row("b").done_at == NOW
    sending.work(row("a").due_at)
    assert len(heard.mails) == 2


@pytest.mark.parametrize("said", [HANG_UP, STALL])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_is_gone_before_it_has_the_mail_gets_it_again(
    piped: Callable[..., Talking], step: str, said: str
) -> None:
    heard = piped(once_only(step, said))
    post("a")
    sending.work(NOW)
    assert row("a").given_up_at is None
    for _ in range(2):
        if row("a").done_at is None:
            sending.work(row("a").due_at)
    assert len(heard.mails) == 1
    assert row("a").done_at is not None


@pytest.mark.parametrize("said", [HANG_UP, STALL])
def test_a_server_that_is_gone_afterwards_leaves_a_doubt(piped: Callable[..., Talking], said: str) -> None:
    heard = piped(once_only("body", said))
    post("a")
    sending.work(NOW)
    assert row("a").given_up_at == NOW
    assert "perhaps has the mail" in row("a").error
    assert sending.work(NOW + timedelta(days=2)) == 0
    assert len(heard.mails) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_says_good_bye_gets_the_rest_later_or_anew(piped: Callable[..., Talking], step: str) -> None:
    heard = piped(once_only(step, "421 4.3.2 going down", 2))
    post("a", "b", "c")
    sending.work(NOW)
    for once in "abc":
        if row(once).done_at is None:
            sending.work(row(once).due_at)
    assert [row(once).done_at is not None for once in "abc"] == [True, True, True]
    assert len(heard.mails) == 3
