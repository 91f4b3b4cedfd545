"""A real server with a database of its own, and what it made of what clients sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.app.faults.installation import PATIENCE, Installation

_KEYS = """
from datetime import UTC, datetime
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.keys import create
now = datetime.now(UTC)
made = [create(actor=Actor("tests"), kind="write", name="site", now=now) for _ in range(COUNT)]
print(json.dumps([[each.key.pk, each.token] for each in made]))
"""
_DIGEST = """
from datetime import UTC, datetime
from pyrometer.app.capture.digest import queue
from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.evidence.models import Event, Handle, TraitChange
while queue.work(datetime.now(UTC)):
    pass
begin = f"{int(KEY)}:"
events = Event.objects.filter(message_id__startswith=begin).order_by("pk")
answers = TraitChange.objects.filter(message_id__startswith=begin).exclude(source="inference").order_by("pk")
roots = {event.lead.root_id for event in events} | {answer.lead.root_id for answer in answers}
print(json.dumps({
    "waiting": Accepted.objects.filter(key=int(KEY)).count(),
    "letters": [[letter.reason, letter.body] for letter in DeadLetter.objects.filter(key=int(KEY))],
    "events": [[event.name, event.properties, event.occurred_at.isoformat(), event.bot] for event in events],
    "traits": {answer.trait: answer.value for answer in answers},
    "roots": sorted(roots),
    "handles": sorted([kind, value] for kind, value in
                      Handle.objects.filter(lead__root__in=roots).values_list("kind", "value")),
}))
"""
MOST = 20
"""Tests of a module that want a key, or more."""


@dataclass(frozen=True)
class Evidence:
    """What is known after all was digested that came with a key."""

    waiting: int
    letters: list[list[Any]]
    events: list[list[Any]]
    traits: dict[str, Any]
    roots: list[int]
    handles: list[list[str]]

    @property
    def names(self) -> list[str]:
        """The events' names, sorted."""
        return sorted(name for name, *_ in self.events)

    def properties(self, name: str) -> dict[str, Any]:
        """Those of an event that was there once."""
        [found] = [properties for each, properties, *_ in self.events if each == name]
        return found

    def at(self, name: str) -> str:
        """When an event that was there once occurred."""
        [found] = [at for each, _, at, _ in self.events if each == name]
        return found


class Wire:
    """The server that clients send to, and a key of the test's own, with its number."""

    def __init__(self, installation: Installation, key: tuple[int, str] | None = None) -> None:
        self.installation = installation
        self.origin = f"http://127.0.0.1:{installation.port}"
        self.key_number, self.key = key or keys(installation, 1)[0]

    def digest(self) -> Evidence:
        """Have everything digested; what came of what was sent with the key."""
        return Evidence(**self.installation.script(_DIGEST.replace("KEY", repr(str(self.key_number)))))


def keys(installation: Installation, count: int) -> list[tuple[int, str]]:
    """New write keys and their numbers; many take no longer than one, as it is a process that makes them."""
    return [(number, token) for number, token in installation.script(f"COUNT = {count}\n{_KEYS}")]


def started(folder: Path, **environment: str) -> Installation:
    """An installation whose web answers."""
    installation = Installation(folder)
    installation.environment |= {"PYROMETER_ORIGIN": f"http://127.0.0.1:{installation.port}", **environment}
    installation.start("web")
    give_up = time.monotonic() + PATIENCE
    while not _answers(installation):
        if time.monotonic() > give_up:
            installation.close()
            pytest.fail(f"the server doesn't answer:\n{(folder / 'log').read_text(errors='replace')[-4000:]}")
        # Another process has no event of ours to wait for.
        threading.Event().wait(0.05)
    return installation


def _answers(installation: Installation) -> bool:
    connection = HTTPConnection("127.0.0.1", installation.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for all tests of a module; each has a key of its own."""
    installation = started(tmp_path_factory.mktemp("wire"))
    try:
        yield installation
    finally:
        installation.close()


@pytest.fixture(scope="module")
def unused(server: Installation) -> list[tuple[int, str]]:
    """Keys that no test has had yet."""
    return keys(server, MOST)


@pytest.fixture
def wire(server: Installation, unused: list[tuple[int, str]]) -> Wire:
    """The server, with a new key."""
    return Wire(server, unused.pop())
