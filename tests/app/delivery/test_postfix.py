"""The same with a real Postfix: it takes, defers and refuses, and passes on what it took."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.email.server import Server
from pyrometer.app.delivery.models import Outgoing, Returned, Suppression
from pyrometer.app.delivery.returns import taking
from tests.servers.postfix import Postfix, postfix

from .conftest import NOW, free_port

pytestmark = pytest.mark.django_db
PATIENCE = 60


class Receiver:
    """The server that Postfix passes mail on to."""

    def __init__(self) -> None:
        self.mails: queue.Queue[Envelope] = queue.Queue()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """An address: some are refused only here, so that Postfix has to report it."""
        if address == "unknown-later@example.net":
            return "550 5.1.1 no such user"
        if address == "full-later@example.net":
            return "552 5.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail."""
        self.mails.put(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def relay() -> Iterator[tuple[Postfix, Receiver]]:
    """Postfix, and whom it passes mail on to. What it thinks of some addresses stands in its settings."""
    receiver = Receiver()
    controller = Controller(receiver, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    access = (
        "inline:{{gone@example.net=550 5.1.1 no such user},{full@example.net=450 4.2.2 mailbox full},"
        "{closing@example.net=421 4.3.2 closing}}"
    )
    with postfix(controller.port, smtpd_recipient_restrictions=f"check_recipient_access {access}, permit") as found:
        yield found, receiver
    controller.stop()


def post(once: str, to: str, **payload: object) -> None:
    whole = {"to": to, "subject": "s", "text": "t", "marketing": {"unsubscribe": "https://x.example/u/"}, **payload}
    outbox.post(channel="email", once=once, payload=whole, now=NOW)


def test_postfix_takes_defers_and_refuses(relay: tuple[Postfix, Receiver], settings: Any) -> None:
    found, receiver = relay
    settings.MAIL_SERVER = Server("127.0.0.1", found.port, tls="none")
    for number, to in enumerate(["ada", "gone", "full", "closing", "änne", "bob"]):
        post(str(number), f"{to}@example.net")
    sending.work(NOW)
    pool.close()
    errors = {row.payload["to"].partition("@")[0]: row.error for row in Outgoing.objects.exclude(error="")}
    assert "550 5.1.1" in errors["gone"]
    assert "450 4.2.2" in errors["full"]
    assert "421 4.3.2" in errors["closing"]
    given_up = set(Outgoing.objects.filter(given_up_at__isnull=False).values_list("payload__to", flat=True))
    assert given_up == {"gone@example.net"}
    arrived = {receiver.mails.get(timeout=PATIENCE).rcpt_tos[0] for _ in range(3)}
    assert arrived == {"ada@example.net", "änne@example.net", "bob@example.net"}


def test_postfix_takes_five_hundred(relay: tuple[Postfix, Receiver], settings: Any) -> None:
    found, receiver = relay
    settings.MAIL_SERVER = Server("127.0.0.1", found.port, tls="none")
    for number in range(500):
        post(str(number), f"lead{number}@example.net")
    while sending.work(NOW):
        pass
    pool.close()
    assert Outgoing.objects.filter(done_at=NOW).count() == 500
    arrived = sorted(receiver.mails.get(timeout=PATIENCE).rcpt_tos[0] for _ in range(500))
    assert arrived == sorted(f"lead{number}@example.net" for number in range(500))


def test_what_postfix_sends_back_suppresses_the_address(relay: tuple[Postfix, Receiver], settings: Any) -> None:
    """The whole way: handed over, refused by the next server, reported by Postfix, read, and acted on."""
    found, receiver = relay
    settings.MAIL_SERVER = Server("127.0.0.1", found.port, tls="none")
    settings.MAIL_BOUNCES = "bounces@leads.example"
    for name in ("unknown", "full"):
        post(name, f"{name}-later@example.net")
    sending.work(NOW)
    pool.close()
    for _ in range(2):
        envelope = receiver.mails.get(timeout=PATIENCE)
        assert envelope.mail_from in ("", "<>")
        assert envelope.rcpt_tos[0].startswith("bounces+")
        assert taking.take(raw=bytes(envelope.content or b""), now=NOW) == "bounce"
    assert set(Suppression.objects.values_list("address", flat=True)) == {"unknown-later@example.net"}
    assert set(Returned.objects.values_list("severity", "status")) == {("hard", "5.1.1"), ("soft", "5.2.2")}
