"""A worker is killed while a mail server has its mails: no lead gets one twice, and every notification arrives."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from pyrometer.app.delivery.email.handing import AT_ONCE
from pyrometer.app.delivery.sending import RUNS
from tests.app.faults.installation import Installation, until
from tests.app.faults.mailbox import Mailbox

KILLS = 5
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


def test_whoever_is_killed_nobody_is_mailed_twice(installation: Installation, mailbox: Mailbox) -> None:
    installation.environment |= {
        **mailbox.settings,
        # What a killed worker had claimed is free after some seconds instead of minutes.
        "PYROMETER_HOLD_FACTOR": "0.05",
    }
    installation.script(f"EACH = {EACH}\n{_POST}")
    draw = random.Random(3)
    workers = [installation.start("worker"), installation.start("worker")]
    for _ in range(KILLS):
        mailbox.take(draw.randrange(1, 12))
        # The moment after the server took one, and before the worker can have heard of it or written it down.
        victim = draw.randrange(2)
        installation.kill(workers[victim])
        workers[victim] = installation.start("worker")
    until(lambda: not installation.script(_COUNT)["waiting"], "all mails are sent or given up")
    found: dict[str, Any] = installation.script(_COUNT)
    got = Counter(mail.to for mail in mailbox.got)
    news = {to: count for to, count in got.items() if to.startswith("n")}
    assert set(news.values()) == {1}, "somebody got the news twice"
    assert set(news) - set(found["doubtful"]) == {to for to in found["done"] if to.startswith("n")}
    assert {to for to in got if to.startswith("r")} == {f"r{number}@example.org" for number in range(EACH)}
    assert set(found["done"]) <= set(got), "written down as sent, and never was"
    assert {f"n{number}@example.net" for number in range(EACH)} == {
        to for to in (*found["done"], *found["doubtful"]) if to.startswith("n")
    }
    # Each kill leaves few in doubt in each of the runs that a worker has under way.
    assert len(found["doubtful"]) <= RUNS * AT_ONCE * KILLS
    assert found["failed"] == []
    assert len({mail.message_id for mail in mailbox.got}) == len(got), "a repeat has the Message-ID of the first"
