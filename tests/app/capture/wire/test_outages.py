"""Clients whose messages can't be stored for a while: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from requests import Response
from segment.analytics import request
from segment.analytics.client import Client

from tests.app.capture.wire.conftest import PATIENCE, Wire, started

SMALL = 8192
"""Bytes that a file may have while the disk is full."""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Wire]:
    """A server of the test's own, which may come to harm."""
    installation = started(tmp_path)
    try:
        yield Wire(installation)
    finally:
        installation.close()


@contextmanager
def disk_full(wire: Wire) -> Iterator[None]:
    """No file of the server's can grow, as if there were no room left."""
    [web] = wire.installation.running
    numbers = [web.pid, *_children(web.pid)]
    before = {number: resource.prlimit(number, resource.RLIMIT_FSIZE) for number in numbers}
    for number, (_, hard) in before.items():
        resource.prlimit(number, resource.RLIMIT_FSIZE, (SMALL, hard))
    try:
        yield
    finally:
        for number, limits in before.items():
            resource.prlimit(number, resource.RLIMIT_FSIZE, limits)


def _children(number: int) -> list[int]:
    own = [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    return own + [each for child in own for each in _children(child)]


def fill(wire: Wire) -> int:
    """Send until it can't be stored; how many were accepted before."""
    for number in range(50):
        text = {"type": "track", "event": "filling", "userId": "filler", "properties": {"text": "x" * 3000}}
        status = wire.installation.post("/v1/batch", {"batch": [{**text, "messageId": f"f-{number}"}]}, wire.key)
        if status == 503:
            return number
        assert status == 200
    pytest.fail("the disk doesn't get full")


@contextmanager
def answers() -> Iterator[list[Response]]:
    """What a client is answered, as it comes in."""
    heard: list[Response] = []

    def note(answer: Response, *_: object, **__: object) -> None:
        heard.append(answer)

    hooks = request._session.hooks["response"]
    hooks.append(note)
    try:
        yield heard
    finally:
        hooks.remove(note)


def test_what_was_refused_for_want_of_room_comes_again(own: Wire) -> None:
    failures: list[Any] = []
    with answers() as heard:
        client = Client(own.key, host=own.origin, on_error=lambda *said: failures.append(said))
        with disk_full(own):
            accepted = fill(own)
            for number in range(10):
                client.track("ada", "page_viewed", {"number": number})
            give_up = time.monotonic() + PATIENCE
            while not heard and time.monotonic() < give_up:
                threading.Event().wait(0.02)
        client.shutdown()
    assert failures == []
    assert [answer.status_code for answer in heard[:1]] == [503]
    assert int(heard[0].headers["Retry-After"]) > 0
    assert heard[-1].status_code == 200
    evidence = own.digest()
    assert (evidence.letters, evidence.waiting) == ([], 0)
    assert evidence.names == sorted(["filling"] * accepted + ["page_viewed"] * 10)


def test_a_key_that_sends_too_much_comes_again_later(tmp_path: Path) -> None:
    installation = started(tmp_path, PYROMETER_WIRE_RATE="0.5")
    failures: list[Any] = []
    try:
        wire = Wire(installation)
        with answers() as heard:
            client = Client(wire.key, host=wire.origin, upload_size=2, on_error=lambda *said: failures.append(said))
            for number in range(4):
                client.track("ada", "page_viewed", {"number": number})
            client.shutdown()
        assert failures == []
        assert 429 in {answer.status_code for answer in heard}
        assert wire.digest().names == ["page_viewed"] * 4
    finally:
        installation.close()
