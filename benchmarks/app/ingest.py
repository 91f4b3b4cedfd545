"""How much the wire takes while workers digest and score, and how soon a temperature is seen."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tests.app.faults.installation import Installation
from tests.servers.postgres import postgres

SECONDS = 20
SENDERS = 16
KEY = "write-key-of-the-benchmark"
WORKERS = 2
"""As many as `pyrometer serve` starts on two cores."""
VISIT = 20
"""Messages of a lead."""
_SETTLE = f"""
from datetime import UTC, datetime
from pathlib import Path
from pyrometer.app.demo.people import settle
from pyrometer.app.people.models import ApiKey
settle(Path(FILE), datetime.now(UTC))
ApiKey.objects.create(kind="write", name="site", public={KEY!r})
print("null")
"""


@dataclass(frozen=True)
class Rate:
    """What was accepted and digested in a time."""

    accepted: int
    seconds: float
    drained: float
    """Seconds until all of it was digested and scored, from the beginning."""


@contextmanager
def installation(kind: str, definition: Path) -> Iterator[Installation]:
    """Web and workers on a database of the kind, with a live definition and two reps who get the hot leads."""
    with TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        if kind == "sqlite":
            yield from _started(Installation(Path(folder)), definition)
            return
        with postgres() as url:
            yield from _started(Installation(Path(folder), url), definition)


def _started(found: Installation, definition: Path) -> Iterator[Installation]:
    found.environment["PYROMETER_WIRE_RATE"] = "1000000"
    found.script(f"FILE = {str(definition)!r}\n{_SETTLE}")
    found.start("web")
    for _ in range(WORKERS):
        found.start("worker")
    try:
        _until(lambda: found.post("/v1/batch", {"batch": [_message(0, 0)]}, KEY) == 200)
        # Every worker reads something, and so has the definition ready, before anything is measured.
        for visit in range(1000):
            found.post("/v1/batch", {"batch": [_message(0, visit * VISIT)]}, KEY)
        _until(lambda: waiting(found) == 0)
        yield found
    finally:
        found.close()


def rate(found: Installation, size: int, offered: int) -> Rate:
    """Send batches of a size for some seconds from several connections, then wait until nothing waits.

    They are `offered` at so many events a second: senders, web and workers share the processors, and who sends as fast
    as it can measures mostly itself.
    """
    counts = [0] * SENDERS
    begun = time.perf_counter()

    def send(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", found.port)
        head = {"Content-Type": "application/json", "Authorization": "Basic " + b64encode(f"{KEY}:".encode()).decode()}
        turn = 0
        while time.perf_counter() - begun < SECONDS:
            time.sleep(max(0.0, begun + turn * size * SENDERS / offered - time.perf_counter()))
            turn += 1
            body = {"batch": [_message(number, turn * size + place) for place in range(size)]}
            connection.request("POST", "/v1/batch", json.dumps(body), head)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                counts[number] += size

    threads = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    _until(lambda: waiting(found) == 0)
    return Rate(sum(counts), seconds, time.perf_counter() - begun)


def visible(found: Installation, per_second: int = 100) -> float:
    """The 95th percentile of the seconds from an event's acceptance until the lead's reading knows it.

    A fifth of the events are the first of somebody new, who is watched; the others are of leads that are known.
    """
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    done = threading.Event()

    def look() -> None:
        with _rows(found) as rows:
            [(floor,)] = rows("SELECT max(id) FROM evidence_lead")
            there: set[int] = set()
            while not done.is_set():
                for number, name in rows(_READ.format(floor)):
                    seen.setdefault(name, time.perf_counter())
                    there.add(int(number))
                # Who looks must not be what the others wait for: those that were seen aren't asked about again.
                while floor + 1 in there:
                    floor += 1
                done.wait(0.02)

    watcher = threading.Thread(target=look)
    watcher.start()
    begun = time.perf_counter()
    for number in range(per_second * SECONDS):
        message = _message(number % SENDERS, number // SENDERS % 2000 * VISIT + 1)
        name = f"watched{number}@example.com"
        if number % 5 == 0:
            message["userId"] = name
        found.post("/v1/batch", {"batch": [message]}, KEY)
        if number % 5 == 0:
            sent[name] = time.perf_counter()
        time.sleep(max(0.0, begun + (number + 1) / per_second - time.perf_counter()))
    _until(lambda: len(seen.keys() & sent.keys()) == len(sent))
    done.set()
    watcher.join()
    return quantiles([seen[name] - sent[name] for name in sent], n=20)[-1]


_READ = """SELECT lead.id, lead.email FROM evidence_lead AS lead
JOIN temperature_reading AS reading ON lead.id = reading.lead_id WHERE lead.id > {} AND lead.email LIKE 'watched%'"""


@contextmanager
def _rows(found: Installation) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """What asks the installation's database, beside it."""
    url = found.environment.get("DATABASE_URL")
    if url is not None:
        with psycopg.connect(url, autocommit=True) as server:
            yield lambda sql: server.execute(sql).fetchall()
        return
    with closing(sqlite3.connect(found.folder / "pyrometer.db", check_same_thread=False)) as file:
        yield lambda sql: file.execute(sql).fetchall()


def waiting(found: Installation) -> int:
    """What `/metrics` says of requests and leads that wait."""
    connection = HTTPConnection("127.0.0.1", found.port)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    figures = dict(line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return sum(int(figures[f"pyrometer_{name}"]) for name in ("accepted_waiting", "leads_touched"))


def _message(sender: int, number: int) -> dict[str, object]:
    """A message of a visit: the form that says who it is, then pages, half a minute each; one in 20 asks for a demo.

    What comes all in a moment would be a machine's.
    """
    visit, place = divmod(number, VISIT)
    told = {
        "userId": f"u{sender}-{visit}@company{visit % 1000}.example",
        "messageId": f"{sender}-{number}-{time.perf_counter_ns()}",
        "timestamp": (datetime.now(UTC) - timedelta(seconds=30) * (VISIT - place)).isoformat(),
    }
    if place == 0:
        traits = {"name": f"Person {visit}", "job_title": "Head of operations", "industry": "care", "employees": 120}
        return {"type": "identify", "traits": {**traits, "country": "GB", "need": "confirmed"}, **told}
    if place == VISIT - 1 and visit % 20 == 0:
        return {"type": "track", "event": "demo_requested", **told}
    return {"type": "track", "event": "page_viewed", "properties": {"topic": "pricing", "seconds": 40}, **told}


def _until(held: Callable[[], bool], patience: float = 300.0) -> None:
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        try:
            if held():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError("it didn't finish")
