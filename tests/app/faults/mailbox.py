"""A mail server that keeps what it is handed, and whom a test can have withhold its answers."""

from __future__ import annotations

import asyncio
import threading
from email import message_from_bytes
from email.policy import default
from typing import NamedTuple, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.app.faults.installation import PATIENCE
from tests.servers.ports import free_port


class Mail(NamedTuple):
    """What was handed over."""

    to: str
    subject: str
    message_id: str


class Mailbox:
    """Runs while a block lasts. With `answers`, the mail of that number and all behind it wait until `free` is set."""

    def __init__(self) -> None:
        self.got: list[Mail] = []
        self.answers: int | None = None
        self.free = threading.Event()
        self._taken = threading.Semaphore(0)
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.free.set()
        self._controller.stop()

    @property
    def settings(self) -> dict[str, str]:
        """What an installation has in its environment to hand mails over here."""
        return {"PYROMETER_SMTP": f"smtp://127.0.0.1:{self._controller.port}?tls=no"}

    def take(self, count: int) -> None:
        """Wait until so many more mails came."""
        for _ in range(count):
            assert self._taken.acquire(timeout=PATIENCE), "no mail comes any more"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail."""
        mail = message_from_bytes(bytes(envelope.content or b""), policy=default)
        self.got.append(Mail(envelope.rcpt_tos[0], str(mail["Subject"]), str(mail["Message-ID"])))
        self._taken.release()
        if self.answers is not None and len(self.got) >= self.answers:
            await asyncio.get_running_loop().run_in_executor(None, self.free.wait)
        return "250 taken"
