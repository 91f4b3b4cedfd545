"""Web and workers are killed at random moments under load, again and again: nothing accepted is lost or done twice."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.app.faults.installation import PATIENCE, Installation
from tests.app.faults.receiver import Receiver
from tests.servers.postgres import postgres

KILLS = 12
BATCH = 10
SENDERS = 3
DEFINITION = """format: 1
name: Callers
events: {called: {}, looked: {}}
scores:
  interest:
    rules:
      - {name: Called, points: 50, event: called}
      - {name: Looked, points: 1, event: looked, cap: 20}
temperature:
  hot: {when: {score: interest, at_least: 50}}
  warm: {when: {score: interest, at_least: 5}}
"""

_SETTLE = """
from datetime import UTC, datetime
from pyrometer.app.people.models import *
from pyrometer.app.agreement.models import *
from pyrometer.app.handoff.models import *
from pyrometer.app.delivery.actions import create_webhook
from pyrometer.app.people.audit import Actor
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint
now = datetime.now(UTC)
user = User.objects.create_user(email="bob@example.com", role="sales")
team = Team.objects.create(name="all")
Rep.objects.create(user=user, team=team, capacity=30000,
    hours={day: ["00:00", "23:59"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})
definition = load(GIVEN["definition"])
Version.objects.create(number=1, text=GIVEN["text"], fingerprint=fingerprint(definition), name="Callers",
    state="live", created_at=now, live_at=now)
key = ApiKey.objects.create(kind="write", name="site", public="write-key-of-the-test")
create_webhook(actor=Actor("test"), url=GIVEN["url"], topics=["transition"], now=now)
print(json.dumps(key.public))
"""

_COUNT = """
from pyrometer.app.capture.models import *
from pyrometer.app.evidence.models import *
from pyrometer.app.temperature.models import *
from pyrometer.app.handoff.models import *
from pyrometer.app.delivery.models import *
from pyrometer.app.delivery.webhook.channel import message_id
print(json.dumps({
    "events": [name.partition(":")[2] for name in Event.objects.values_list("message_id", flat=True)],
    "waiting": Accepted.objects.count(),
    "dead": list(DeadLetter.objects.values_list("reason", flat=True)[:3]),
    "touched": Lead.objects.filter(touched_at__isnull=False).count(),
    "hot": Reading.objects.filter(temperature="hot").count(),
    "turned_hot": Transition.objects.filter(kind="temperature", after="hot").count(),
    "assigned": Assignment.objects.count(),
    "open": Assignment.objects.filter(ended_at__isnull=True).count(),
    "undone": Outgoing.objects.filter(done_at__isnull=True).exclude(channel="email").count(),
    "told": [message_id(row.once) for row in Outgoing.objects.filter(channel="hook")],
}))
"""


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


class Load:
    """Sends batches from several threads until it is stopped; what isn't answered with 200 is sent again."""

    def __init__(self, installation: Installation, key: str) -> None:
        self.installation, self.key = installation, key
        self.accepted: set[str] = set()
        self.callers: set[str] = set()
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def until(self, count: int) -> None:
        """Wait until so many messages are accepted."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.accepted) >= count, PATIENCE), "nothing is accepted any more"

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _send(self, number: int) -> None:
        draw, turn = random.Random(number), 0
        while not self.stopping.is_set():
            turn += 1
            batch = []
            for place in range(BATCH):
                lead = f"{number}-{turn}-{place // 2}@example.com"
                event = "called" if draw.random() < 0.2 else "looked"
                batch.append({"type": "track", "event": event, "userId": lead, "messageId": f"{number}-{turn}-{place}"})
            while self.installation.post("/v1/batch", {"batch": batch}, self.key) != 200:
                if self.stopping.wait(0.05):
                    return
            with self.changed:
                self.accepted |= {message["messageId"] for message in batch}
                self.callers |= {message["userId"] for message in batch if message["event"] == "called"}
                self.changed.notify_all()


def test_whatever_is_killed_everything_accepted_is_digested_once(installation: Installation) -> None:
    """SIGKILL for web or a worker, at moments that the load decides; then all is let finish, and counted."""
    with Receiver() as receiver:
        # What a killed worker had claimed is free after some seconds instead of minutes.
        installation.environment |= {"PYROMETER_WEBHOOK_NETWORKS": "127.0.0.0/8", "PYROMETER_HOLD_FACTOR": "0.1"}
        file = installation.folder / "definition.yaml"
        file.write_text(DEFINITION, encoding="utf-8")
        given = {"definition": str(file), "text": DEFINITION, "url": receiver.url}
        key = installation.script(f"GIVEN = {given!r}\n{_SETTLE}")
        running = {
            "web": installation.start("web"),
            "one": installation.start("worker"),
            "two": installation.start("worker"),
        }
        load, draw = Load(installation, key), random.Random(7)
        load.start()
        try:
            for _ in range(KILLS):
                load.until(len(load.accepted) + draw.randrange(50, 400))
                victim = draw.choice(sorted(running))
                installation.kill(running[victim])
                running[victim] = installation.start("web" if victim == "web" else "worker")
        finally:
            load.stop()
        _finish(installation)
        found = installation.script(_COUNT)
    assert sorted(found["events"]) == sorted(set(found["events"])), "a message was digested twice"
    assert load.accepted <= set(found["events"])
    assert found["dead"] == []
    assert found["hot"] == found["turned_hot"] == found["assigned"] == found["open"]
    assert found["hot"] >= len(load.callers)
    assert found["undone"] == 0
    assert set(found["told"]) <= set(receiver.ids), "something was done and never arrived"


def _finish(installation: Installation) -> None:
    """Wait until nothing waits any more but mails, for which there is no server."""
    again = threading.Event()
    for _ in range(PATIENCE):
        if _waiting(installation) == 0 and not installation.script(_COUNT)["undone"]:
            return
        again.wait(1)
    raise AssertionError("the workers didn't finish")


def _waiting(installation: Installation) -> int | None:
    """How many requests and leads wait, as `/metrics` tells it; None where nobody answers."""
    connection = HTTPConnection("127.0.0.1", installation.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    figures: dict[str, Any] = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    return sum(json.loads(figures[f"pyrometer_{name}"]) for name in ("accepted_waiting", "leads_touched"))
