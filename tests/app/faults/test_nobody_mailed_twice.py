"""A worker is killed while a mail server has its mails: no lead gets one twice, and every notification arrives."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.app.faults.installation import PATIENCE, Installation, until
from tests.servers.ports import free_port
from tests.servers.postgres import postgres

KILLS = 5
AT_ONCE = 10
"""Mails that a worker has marked and not answered for, in each of its two runs."""
EACH = 60
"""Mails of each kind."""

_POST = """
from datetime import UTC, datetime
from pyrometer.app.delivery import outbox
now = datetime.now(UTC)
for number in range(EACH):
    mail = {"subject": "s", "text": "t"}
    news = {"unsubscribe": "https://leads.example/u/"}
    outbox.post(channel="email", once=f"news:{number}", payload=mail | {"to": f"n{number}@example.net",
        "marketing": news}, now=now)
    outbox.post(channel="email", once=f"note:{number}", payload=mail | {"to": f"r{number}@example.org"}, now=now)
print(json.dumps(None))
"""
_COUNT = """
from pyrometer.app.delivery.models import *
rows = Outgoing.objects.all()
print(json.dumps({
    "waiting": rows.filter(done_at=None, given_up_at=None).count(),
    "doubtful": [row.payload["to"] for row in rows.filter(given_up_at__isnull=False, error__contains="perhaps")],
    "failed": [row.error for row in rows.filter(given_up_at__isnull=False).exclude(error__contains="perhaps")],
    "done": [row.payload["to"] for row in rows.filter(done_at__isnull=False)],
}))
"""


class Mailbox:
    """Takes mails, and holds back the answer to one where the test wants to kill who waits for it."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.to: Counter[str] = Counter()
        self.taken = threading.Semaphore(0)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail."""
        self.to[envelope.rcpt_tos[0]] += 1
        self.ids[message_from_bytes(bytes(envelope.content or b""), policy=default)["Message-ID"]] += 1
        self.taken.release()
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """One on each database."""
    if request.param == "sqlite":
        found = Installation(tmp_path)
        yield found
        found.close()
        return
    with postgres() as url:
        found = Installation(tmp_path, url)
        yield found
        found.close()


def test_whoever_is_killed_nobody_is_mailed_twice(installation: Installation, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    installation.environment |= {
        "PYROMETER_SMTP": f"smtp://127.0.0.1:{port}?tls=no",
        # What a killed worker had claimed is free after some seconds instead of minutes.
        "PYROMETER_HOLD_FACTOR": "0.05",
    }
    installation.script(f"EACH = {EACH}\n{_POST}")
    draw = random.Random(3)
    workers = [installation.start("worker"), installation.start("worker")]
    for _ in range(KILLS):
        for _ in range(draw.randrange(1, 12)):
            assert box.taken.acquire(timeout=PATIENCE), "no mail comes any more"
        # The moment after the server took one, and before the worker can have heard of it or written it down.
        victim = draw.randrange(2)
        installation.kill(workers[victim])
        workers[victim] = installation.start("worker")
    until(lambda: not installation.script(_COUNT)["waiting"], "all mails are sent or given up")
    found: dict[str, Any] = installation.script(_COUNT)
    news = {to: count for to, count in box.to.items() if to.startswith("n")}
    assert set(news.values()) == {1}, "somebody got the news twice"
    assert set(news) - set(found["doubtful"]) == {to for to in found["done"] if to.startswith("n")}
    assert {to for to in box.to if to.startswith("r")} == {f"r{number}@example.org" for number in range(EACH)}
    assert set(found["done"]) <= set(box.to), "written down as sent, and never was"
    assert {f"n{number}@example.net" for number in range(EACH)} == {
        to for to in (*found["done"], *found["doubtful"]) if to.startswith("n")
    }
    # Each kill leaves few in doubt in each of the runs that a worker has under way.
    assert len(found["doubtful"]) <= 2 * AT_ONCE * KILLS
    assert found["failed"] == []
    assert len(box.ids) == len(box.to), "a repeat has the Message-ID of the first"
