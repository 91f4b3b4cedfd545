"""A programme is paused while workers hand over its mails: only what was in their hands still leaves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.app.faults.installation import PATIENCE, Installation, until
from tests.app.faults.test_programmes_killed import _BEGIN
from tests.servers.ports import free_port

PEOPLE = 300
FREE = 40
"""Mails that are taken before the pause; the others are answered only once somebody paused."""
AT_ONCE = 10
RUNS = 2
WORKERS = 2

_PAUSE = """
from datetime import UTC, datetime
from pyrometer.app.nurture.actions import programmes
from pyrometer.app.nurture.models import Programme
from pyrometer.app.people.audit import Actor
programme = Programme.objects.get()
print(json.dumps(programmes.pause(programme=programme, actor=Actor("x"), now=datetime.now(UTC))))
"""
_LEFT = """
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.nurture.models import Enrolment
open = Outgoing.objects.filter(channel="email", done_at=None, given_up_at=None)
print(json.dumps({
    "free": open.filter(held_at=None).count(),
    "held": open.filter(held_at__isnull=False).count(),
    "inside": Enrolment.objects.count(),
}))
"""


class Mailbox:
    """Counts mails, and tells when so many came."""

    def __init__(self) -> None:
        self.count = 0
        self.taken = threading.Semaphore(0)
        self.paused = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail."""
        self.count += 1
        self.taken.release()
        if self.count >= FREE:
            await asyncio.get_running_loop().run_in_executor(None, self.paused.wait)
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


def test_what_is_in_hand_leaves_and_nothing_more(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    found = Installation(tmp_path)
    try:
        found.environment["PYROMETER_SMTP"] = f"smtp://127.0.0.1:{port}?tls=no"
        found.script(f"PEOPLE = {PEOPLE}\n{_BEGIN}")
        for _ in range(WORKERS):
            found.start("worker")
        for _ in range(FREE):
            assert box.taken.acquire(timeout=PATIENCE), "no mail comes"
        held = found.script(_PAUSE)
        after = box.count
        box.paused.set()
        assert held > 0, "all of them had left already"
        until(lambda: not found.script(_LEFT)["free"], "nothing is in anybody's hands")
        left: dict[str, Any] = found.script(_LEFT)
        assert box.count - after <= WORKERS * RUNS * AT_ONCE
        assert left["held"] > 0
        assert box.count + left["held"] <= 2 * PEOPLE
    finally:
        found.close()
