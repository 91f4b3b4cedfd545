"""How many mails a worker hands over, against a bare loop of smtplib over one connection to the same server."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.ports import free_port
from tests.servers.postfix import postfix
from tests.servers.postgres import postgres

ROOT = Path(__file__).parents[2]
TURNS = 2
"""Both sides are run so often in turn; the fastest run counts."""


@dataclass(frozen=True)
class Handed:
    """Mails a second: of the bare loop, and of a worker's runs; and the worker's seconds of CPU for one."""

    bare: float
    worker: float
    processor: float


def measured(kind: str, server: str, mails: int, *, signed: bool, say: Callable[..., Any]) -> Handed:
    """Hand the same mails to `aiosmtpd` or `postfix`, with the outbox on SQLite or PostgreSQL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="pyrometer-bench-")))
        port = stack.enter_context(_sink() if server == "aiosmtpd" else _postfix())
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings",
            "PYROMETER_DATA": str(folder),
            "PYROMETER_SMTP": f"smtp://127.0.0.1:{port}?tls=no",
        }
        if kind == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(postgres())
        if signed:
            key = folder / "dkim.pem"
            subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
            names = {"DOMAIN": "leads.example", "SELECTOR": "p1", "KEY": str(key)}
            environment |= {f"PYROMETER_DKIM_{name}": value for name, value in names.items()}
        say(f"{mails:,} mails to {server}, {kind}{', signed' if signed else ''}")
        bare, worker, processor = 0.0, 0.0, float("inf")
        for turn in range(TURNS):
            bare = max(bare, _bare(port, mails))
            call = f"print(*handed({turn}, {mails}))"
            program = f"import django; django.setup(); from benchmarks.app.mail import handed; {call}"
            command = [sys.executable, "-c", program]
            done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
            speed, spent = map(float, done.stdout.split())
            worker, processor = max(worker, speed), min(processor, spent)
    return Handed(bare, worker, processor)


def handed(turn: int, mails: int) -> tuple[float, float]:
    """Write mails into the outbox and empty it, one run after the other; mails a second, and CPU for one."""
    from datetime import UTC, datetime

    from django.db import transaction

    from pyrometer.app.delivery import outbox, sending
    from pyrometer.app.delivery.models import Outgoing
    from pyrometer.app.starting import migrate

    migrate()
    now = datetime.now(UTC)
    marketing = {"unsubscribe": "https://leads.example/u/"}
    with transaction.atomic():
        for number in range(mails):
            mail = {"to": f"lead{number}@example.net", "marketing": marketing, **_content()}
            outbox.post(channel="email", once=f"{turn}:{number}", payload=mail, now=now)
    begun, spent = time.perf_counter(), time.process_time()
    while sending.send(now):
        pass
    seconds, spent = time.perf_counter() - begun, time.process_time() - spent
    if Outgoing.objects.filter(done_at__isnull=True).exists():
        raise RuntimeError("not all mails were taken")
    return mails / seconds, spent / mails


def _content() -> dict[str, str]:
    """A newsletter of 10 KB."""
    paragraph = "A hot lead is one that wants to buy and can. Here is how to tell it from the others.\n"
    return {
        "subject": "News",
        "text": paragraph * 20,
        "html": f"<html><body>{f'<p>{paragraph}</p>' * 80}</body></html>",
    }


def _bare(port: int, mails: int) -> float:
    """What can be had at best: bytes that are there already, over one connection, and nothing written down."""
    content = _content()
    raw = (
        "From: news@leads.example\r\nTo: lead@example.net\r\nSubject: News\r\n\r\n"
        + content["text"].replace("\n", "\r\n")
        + content["html"].replace("\n", "\r\n")
    ).encode()
    with smtplib.SMTP("127.0.0.1", port, "leads.example") as smtp:
        smtp.ehlo()
        begun = time.perf_counter()
        for number in range(mails):
            smtp.sendmail("news@leads.example", [f"lead{number}@example.net"], raw)
        return mails / (time.perf_counter() - begun)


@contextmanager
def _sink() -> Iterator[int]:
    """An aiosmtpd that throws mails away."""
    port = free_port()
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            try:
                smtplib.SMTP("127.0.0.1", port, "leads.example").quit()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _postfix() -> Iterator[int]:
    """A Postfix that queues mails, and throws them away."""
    with postfix(1, relayhost="", default_transport="discard:bench") as found:
        yield found.port
