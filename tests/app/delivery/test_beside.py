"""A real worker: a receiver that is slow holds up no other, and what a killed worker had under way is sent again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.app.faults.installation import PATIENCE, Installation

_BEGIN = """
from datetime import UTC, datetime
from pyrometer.app.delivery import actions
from pyrometer.app.delivery.models import *
from pyrometer.app.people.audit import Actor
now = datetime.now(UTC)
"""
_POST = """
for path in ("slow", "quick"):
    webhook, _ = actions.create_webhook(actor=Actor("test"), url=URL + path, topics=[], now=now)
    actions.test_webhook(actor=Actor("test"), webhook=webhook, now=now)
print(json.dumps(None))
"""
_LATER = """
from pyrometer.app.delivery.sending import HOLD
held = Outgoing.objects.filter(done_at=None, claimed_until__isnull=False)
print(json.dumps([held.count(), held.update(claimed_until=now - HOLD)]))
"""
_DONE = """
print(json.dumps(sorted(row.attempts for row in Outgoing.objects.exclude(done_at=None))))
"""


class Receiver:
    """Answers at once, but for what goes to /slow, which waits until the test lets it go."""

    def __init__(self) -> None:
        self.heard: dict[str, list[str]] = {"/slow": [], "/quick": []}
        self.came = {path: threading.Semaphore(0) for path in self.heard}
        self.go = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                receiver.heard[self.path].append(self.headers["webhook-id"])
                receiver.came[self.path].release()
                if self.path == "/slow":
                    receiver.go.wait(PATIENCE)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

            def handle(self) -> None:
                # The worker may be killed before it can hear the answer.
                with suppress(OSError):
                    super().handle()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def waits_for(self, path: str) -> None:
        """Wait until a message has come."""
        assert self.came[path].acquire(timeout=PATIENCE), f"nothing came to {path}"

    def close(self) -> None:
        """Let everybody go."""
        self.go.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def slow_and_quick() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installed = Installation(tmp_path)
    installed.environment["PYROMETER_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    yield installed
    installed.close()


def test_slow_receivers_and_killed_workers(installation: Installation, slow_and_quick: Receiver) -> None:
    installation.script(_BEGIN + f"URL = {slow_and_quick.url!r}\n" + _POST)
    worker = installation.start("worker")
    slow_and_quick.waits_for("/slow")
    slow_and_quick.waits_for("/quick")
    installation.kill(worker)

    slow_and_quick.go.set()
    held, freed = installation.script(_BEGIN + _LATER)
    assert held == freed >= 1
    installation.start("worker")
    slow_and_quick.waits_for("/slow")
    first, again = slow_and_quick.heard["/slow"]
    assert first == again
    for _ in range(PATIENCE):
        done = installation.script(_BEGIN + _DONE)
        if len(done) == 2:
            break
    assert done[-1] == 2
