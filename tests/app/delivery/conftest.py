"""Receivers that the outbox is tested with: a real HTTP server, and a real mail server, on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.email.server import Server
from tests.servers.web import Quiet, serving

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@dataclass
class Heard:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A server that notes what it hears and answers what the test says."""

    port: int
    heard: list[Heard] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"thanks"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver of webhooks, in a network that the installation allows."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append(Heard(self.path, dict(self.headers), body))
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

    with serving(Handler) as port:
        told = Receiver(port)
        yield told


@dataclass
class Mailbox:
    """A mail server that keeps what it takes. `says` is asked before a mail is taken: None, or a refusal."""

    mails: list[Envelope] = field(default_factory=list)
    says: Callable[[str, Envelope], str | None] = lambda command, envelope: None

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A sender."""
        refusal = self.says("MAIL", envelope)
        if refusal is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return refusal or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """An address."""
        refusal = self.says("RCPT", envelope)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The mail itself."""
        refusal = self.says("DATA", envelope)
        if refusal == "dies":
            # The mail was taken, and the server is gone before it could say so.
            self.mails.append(envelope)
            assert server.transport is not None
            server.transport.abort()
            return "250 nobody hears this"
        if refusal is None:
            self.mails.append(envelope)
        return refusal or "250 OK"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """No connection to a mail server outlives its test."""
    yield
    pool.close()


@pytest.fixture
def mailbox(settings: Any, hung_up: None) -> Iterator[Mailbox]:
    """A mail server without TLS on loopback."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.MAIL_SERVER = Server("127.0.0.1", controller.port, tls="none")
    yield box
    pool.close()
    controller.stop()
