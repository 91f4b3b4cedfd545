"""The database goes away and comes back: who sends is told to come again, and nobody has to start anything anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from segment.analytics.client import Client

from tests.app.faults.installation import Installation, until
from tests.servers.postgres import Server, server

_KEY = """
from datetime import UTC, datetime
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.keys import create
print(json.dumps(create(actor=Actor("tests"), kind="write", name="site", now=datetime.now(UTC)).token))
"""
_EVENTS = """
from pyrometer.app.evidence.models import Event
print(json.dumps(sorted(Event.objects.values_list("name", "properties__number"))))
"""


@pytest.fixture
def database() -> Iterator[Server]:
    """A server of the test's own."""
    with server() as running:
        yield running


@pytest.fixture
def installation(database: Server, tmp_path: Path) -> Iterator[Installation]:
    """Web and a worker on it, both at work."""
    found = Installation(tmp_path, database.url)
    try:
        found.start("web")
        found.start("worker")
        until(found.healthy, "the web process answers")
        yield found
    finally:
        found.close()


def test_while_it_is_gone_senders_come_again_and_then_all_goes_on(database: Server, installation: Installation) -> None:
    key = installation.script(_KEY)
    processes = list(installation.running)

    def send(number: int) -> Any:
        message = {"event": "sent", "userId": "ada", "messageId": str(number), "properties": {"number": number}}
        return installation.ask("POST", "/v1/track", message, key)

    def digested() -> bool:
        figures = installation.figures()
        return figures is not None and figures["accepted_waiting"] == 0

    assert send(1).status == 200
    until(digested, "the worker is at work")
    database.stop()
    refused = send(2)
    assert refused.status == 503, refused
    assert int(refused.headers["retry-after"]) > 0
    assert installation.ask("GET", "/healthz").status == 503
    failures: list[Any] = []
    origin = f"http://127.0.0.1:{installation.port}"
    client = Client(key, host=origin, on_error=lambda *said: failures.append(said))
    for number in range(3, 8):
        client.track("ada", "queued", {"number": number})
    database.start()
    assert send(2).status == 200, "the same web process stores again what it refused"
    client.shutdown()
    assert failures == []
    until(digested, "the same worker digests again")
    assert installation.script(_EVENTS) == [["queued", number] for number in range(3, 8)] + [["sent", 1], ["sent", 2]]
    assert installation.running == processes
    assert [process.poll() for process in processes] == [None, None]
