"""Web and workers are killed at random moments under load, again and again: nothing accepted is lost or done twice.

`KILLS=100` kills so many times on each database.
"""

from __future__ import annotations

import os
import random
import threading
from functools import partial
from typing import Any

import pytest

from tests.app.faults.installation import PATIENCE, Installation, until
from tests.app.faults.receiver import Receiver

KILLS = {"sqlite": 8, "postgresql": 6}
AT_ONCE = (1, 2, 1, 3)
"""How many of the three processes are killed at the same moment, in turn."""
BATCH = 10
SENDERS = 3
AHEAD = 60
"""How many messages may be accepted beyond those that a kill waits for, so that it comes while some are under way."""
WAITING = ("accepted_waiting", "leads_touched", "outgoing_waiting")
KEEPING_UP = 10
"""With at most so many requests waiting, the workers that live have come back to their work."""
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


class Load:
    """Sends batches from several threads until it is stopped; what isn't answered with 200 is sent again."""

    def __init__(self, installation: Installation, key: str) -> None:
        self.installation, self.key = installation, key
        self.accepted: set[str] = set()
        self.callers: set[str] = set()
        self.allowed = 0
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def until(self, count: int) -> None:
        """Let so many messages and some more be sent; wait until so many are accepted."""
        with self.changed:
            self.allowed = count + AHEAD
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: len(self.accepted) >= count, PATIENCE), "nothing is accepted any more"

    def stop(self) -> None:
        self.stopping.set()
        with self.changed:
            self.changed.notify_all()
        for thread in self.threads:
            thread.join()

    def _may_go_on(self) -> bool:
        """Wait for leave to send more; False where it is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.stopping.is_set() or len(self.accepted) < self.allowed)
        return not self.stopping.is_set()

    def _send(self, number: int) -> None:
        draw, turn = random.Random(number), 0
        while self._may_go_on():
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


def test_whatever_is_killed_everything_accepted_is_digested_once(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    """SIGKILL for one or more at moments that the load decides; then all is let finish, and counted."""
    kills = int(os.environ.get("KILLS") or KILLS[request.node.callspec.params["installation"]])
    with Receiver() as receiver:
        # What a killed worker had claimed is free after some seconds instead of minutes.
        installation.environment |= {"PYROMETER_WEBHOOK_NETWORKS": "127.0.0.0/8", "PYROMETER_HOLD_FACTOR": "0.05"}
        file = installation.folder / "definition.yaml"
        file.write_text(DEFINITION, encoding="utf-8")
        given = {"definition": str(file), "text": DEFINITION, "url": receiver.url}
        key = installation.script(f"GIVEN = {given!r}\n{_SETTLE}")
        commands = {"web": "web", "one": "worker", "two": "worker"}
        running = {name: installation.start(command) for name, command in commands.items()}
        until(installation.healthy, "the web process answers")
        load, draw = Load(installation, key), random.Random(7)
        load.start()
        try:
            for turn in range(kills):
                load.until(len(load.accepted) + draw.randrange(20, 100))
                victims = draw.sample(sorted(running), AT_ONCE[turn % len(AT_ONCE)])
                installation.kill(*(running[victim] for victim in victims))
                for victim in victims:
                    running[victim] = installation.start(commands[victim])
                until(lambda: _waiting(installation, "accepted_waiting") <= KEEPING_UP, "the workers keep up again")
        finally:
            load.stop()
        found = _finished(installation)
    assert sorted(found["events"]) == sorted(set(found["events"])), "a message was digested twice"
    assert load.accepted <= set(found["events"])
    assert found["dead"] == []
    assert found["hot"] == found["turned_hot"] == found["assigned"] == found["open"]
    assert found["hot"] >= len(load.callers)
    assert found["undone"] == 0
    assert set(found["told"]) <= set(receiver.ids), "something was done and never arrived"


def _finished(installation: Installation) -> dict[str, Any]:
    """What there is when nothing waits any more but mails, for which there is no server."""
    while True:
        before = _waiting(installation, *WAITING)
        found: dict[str, Any] = installation.script(_COUNT)
        if not (found["waiting"] or found["touched"] or found["undone"]):
            return found
        until(partial(_moved_on, installation, before), "anything moves on")


def _moved_on(installation: Installation, before: float) -> bool:
    return _waiting(installation, *WAITING) < before


def _waiting(installation: Installation, *what: str) -> float:
    """How many requests, leads and deliveries wait; endlessly many where nobody answers."""
    figures = installation.figures()
    return float("inf") if figures is None else sum(figures[each] for each in what)
