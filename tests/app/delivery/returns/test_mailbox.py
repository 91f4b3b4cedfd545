"""The mailbox that bounces come to is read by IMAP: each message once, and nothing in it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from pyrometer.app.delivery import outbox, sending, suppressing
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.models import BoxState, Returned
from pyrometer.app.delivery.returns import mailbox as looking
from pyrometer.app.delivery.returns.box import Box, box
from pyrometer.errors import UsageError
from tests.app.delivery.conftest import NOW, Mailbox
from tests.servers.imap import PASSWORD, USER, Imap

from .mails import plain, proper

pytestmark = pytest.mark.django_db


@pytest.fixture
def imap(settings: Any) -> Iterator[Imap]:
    with Imap() as found:
        settings.MAIL_BOX = Box("127.0.0.1", found.port, USER, PASSWORD, tls="none", timeout=5)
        yield found


def state() -> tuple[int, str]:
    found = BoxState.objects.get()
    return found.last, found.error


def test_each_message_is_read_once_and_the_mailbox_left_as_it_is(imap: Imap, mailbox: Mailbox) -> None:
    news = {"to": "ada@acme.example", "subject": "s", "text": "t", "marketing": {"unsubscribe": "https://x.example/"}}
    outbox.post(channel="email", once="a", payload=news, now=NOW)
    sending.work(NOW)
    assert looking.look(NOW) == 0
    imap.add(plain("somebody@example.com", "Hello", "there"))
    imap.add(proper(token=token("a")))
    assert looking.look(NOW + timedelta(minutes=1)) == 2
    assert suppressing.found("ada@acme.example") is not None
    assert state() == (2, "")
    assert looking.look(NOW + timedelta(minutes=2)) == 0
    imap.add(plain("somebody@example.com", "Hello", "again"))
    assert looking.look(NOW + timedelta(minutes=3)) == 1
    assert sorted(Returned.objects.values_list("kind", flat=True)) == ["bounce", "other", "other"]
    assert BoxState.objects.get().looked_at == NOW + timedelta(minutes=3)
    said = {command.split(" ")[0] for command in imap.commands}
    assert said == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
    assert not any("STORE" in command or "COPY" in command for command in imap.commands)


def test_numbers_that_begin_anew_are_read_from_the_beginning(imap: Imap) -> None:
    imap.add(plain("a@example.com", "one", "1"))
    imap.add(plain("a@example.com", "two", "2"))
    looking.look(NOW)
    imap.messages = {1: plain("a@example.com", "two", "2"), 2: plain("a@example.com", "three", "3")}
    imap.validity += 1
    assert looking.look(NOW) == 2
    assert Returned.objects.count() == 3, "what was read before counts once"


def test_a_message_that_was_deleted_meanwhile_stops_nothing(imap: Imap) -> None:
    for number in range(3):
        imap.add(plain("a@example.com", str(number), "x"))
    del imap.messages[2]
    assert looking.look(NOW) == 2
    assert state() == (3, "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wrong"}, "doesn't accept the user or password"),
        ({"folder": "Elsewhere"}, "there is no folder 'Elsewhere'"),
        ({"port": 1}, "can't be reached"),
        ({"tls": "starttls"}, "can't be reached"),
    ],
)
def test_what_is_wrong_is_said(imap: Imap, settings: Any, change: dict[str, Any], said: str) -> None:
    settings.MAIL_BOX = Box(**{**settings.MAIL_BOX.__dict__, **change})
    assert looking.look(NOW) == 0
    assert said in state()[1]


def test_without_a_mailbox_nothing_is_looked_at(settings: Any) -> None:
    settings.MAIL_BOX = None
    assert looking.look(NOW) == 0
    assert not BoxState.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "imaps://mail.example",
        "imaps://ada@mail.example",
        "imaps://ada:secret@mail.example:abc",
        "imaps://ada:secret@mail.example?tls=no",
        "imap://ada:secret@mail.example?tls=yes",
        "imaps://ada:sec%22ret@mail.example",
        "imaps://ada:secret@mail.example/%0ax",
    ],
)
def test_a_url_that_is_none_is_said_without_its_password(url: str) -> None:
    with pytest.raises(UsageError, match="PYROMETER_IMAP") as raised:
        box(url)
    assert "secret" not in str(raised.value)


def test_a_url() -> None:
    found = box("imap://ada:s%40x@127.0.0.1/Returned%20mail?tls=no")
    assert found == Box("127.0.0.1", 143, "ada", "s@x", "Returned mail", "none")
    assert "s@x" not in repr(found)
    assert box("") is None
