"""How many mails workers hand over, against a bare loop of smtplib over one connection to the same server.

Workers are processes as an installation has them: `pyrometer worker`, one or several, with a database of their own.
"""

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
from typing import Any

from benchmarks.app.fresh import ROOT, fresh
from tests.servers.ports import free_port
from tests.servers.postfix import postfix

TURNS = 2
"""Each is measured so often; the fastest turn counts."""
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 600
"""Seconds after which a turn has failed."""


@dataclass(frozen=True)
class Handed:
    """Mails a second: of the bare loop, and of the workers; and the workers' seconds of CPU for one."""

    bare: float
    worker: float
    processor: float


def measured(
    kind: str, server: str, mails: int, *, workers: int = 1, signed: bool = False, say: Callable[..., Any] = print
) -> Handed:
    """Hand mails to `sink`, `aiosmtpd` or `postfix`, with the outbox on SQLite or PostgreSQL."""
    with ExitStack() as stack:
        port = stack.enter_context(_postfix() if server == "postfix" else _server(server))
        say(f"{mails:,} mails to {server}, {workers} x worker, {kind}{', signed' if signed else ''}")
        bare, worker, processor = 0.0, 0.0, float("inf")
        for turn in range(TURNS):
            bare = max(bare, _bare(port, max(500, mails // 10)))
            speed, spent = _turn(kind, port if server == "sink" else None, port, mails, workers, signed, turn)
            say(f"  {speed:,.0f} a second, {spent * 1000:.2f} ms of CPU each, load {os.getloadavg()[0]:.1f}")
            worker, processor = max(worker, speed), min(processor, spent)
    return Handed(bare, worker, processor)


def _turn(
    kind: str, counts: int | None, port: int, mails: int, workers: int, signed: bool, turn: int
) -> tuple[float, float]:
    """Mails a second, and CPU of the workers for one. Raises RuntimeError where one is missing, or came twice."""
    with ExitStack() as stack:
        environment = {
            **stack.enter_context(fresh(kind)),
            "PYROMETER_SMTP": f"smtp://127.0.0.1:{port}?tls=no",
            # Postfix takes no address of a number for a sender.
            "PYROMETER_MAIL_FROM": "news@leads.example",
        }
        if signed:
            key = Path(environment["PYROMETER_DATA"]) / "dkim.pem"
            subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)
            names = {"DOMAIN": "leads.example", "SELECTOR": "p1", "KEY": str(key)}
            environment |= {f"PYROMETER_DKIM_{name}": value for name, value in names.items()}
        _call(environment, f"filled({turn}, {mails})")
        before = _taken(counts)
        begun = [
            subprocess.Popen([sys.executable, "-m", "pyrometer.cli", "worker"], env=environment, cwd=ROOT)
            for _ in range(workers)
        ]
        try:
            return _watched(environment, counts, before, mails, [process.pid for process in begun])
        finally:
            for process in begun:
                process.terminate()
            for process in begun:
                process.wait()


def _watched(
    environment: dict[str, str], counts: int | None, before: tuple[int, int], mails: int, workers: list[int]
) -> tuple[float, float]:
    """From when the first tenth is through, by when all workers have started, to the end."""
    with _asked(environment) as written:

        def done() -> int:
            return _taken(counts)[0] - before[0] if counts else written()

        _until(lambda: done() >= mails // 10)
        begun, first, spent = time.perf_counter(), done(), _processor(workers)
        _until(lambda: done() >= mails)
        seconds, spent = time.perf_counter() - begun, _processor(workers) - spent
        _until(lambda: written() == mails)
    if counts and (_taken(counts)[0] - before[0], _taken(counts)[1] - before[1]) != (mails, mails):
        raise RuntimeError("a mail is missing, or came twice")
    return (mails - first) / seconds, spent / (mails - first)


@contextmanager
def _asked(environment: dict[str, str]) -> Iterator[Callable[[], int]]:
    """A process that says, whenever it is asked, how many mails are written down as sent."""
    loop = "import sys; [print(sent(), flush=True) for _ in sys.stdin]"
    program = f"import django; django.setup(); from benchmarks.app.mail import sent; {loop}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=ROOT, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask() -> int:
            process.stdin.write("\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield ask


def _until(true: Callable[[], bool]) -> None:
    end = time.perf_counter() + PATIENCE
    while not true():
        if time.perf_counter() > end:
            raise RuntimeError("the workers took too long")
        time.sleep(0.05)


def _processor(workers: list[int]) -> float:
    """Seconds of CPU that processes used up to now."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in workers]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS


def _taken(port: int | None) -> tuple[int, int]:
    """How many mails the sink has, and to how many recipients."""
    if port is None:
        return 0, 0
    with smtplib.SMTP("127.0.0.1", port, "leads.example") as smtp:
        mails, recipients, _ = smtp.docmd("XSTAT")[1].split()
    return int(mails), int(recipients)


def _call(environment: dict[str, str], call: str) -> None:
    program = f"import django; django.setup(); from benchmarks.app.mail import filled; {call}"
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=ROOT, check=True)


def filled(turn: int, mails: int) -> None:
    """Write mails into the outbox, to leads who agreed to them."""
    from datetime import UTC, datetime

    from django.db.models import F

    from pyrometer.app.consent.models import Consent, Purpose
    from pyrometer.app.delivery import outbox
    from pyrometer.app.delivery.outbox import Posting
    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.starting import migrate

    migrate()
    now = datetime.now(UTC)
    leads = [
        Lead(created_at=now, last_seen_at=now, email=f"lead{turn}.{number}@example.net") for number in range(mails)
    ]
    leads = Lead.objects.bulk_create(leads, batch_size=5000)
    Lead.objects.update(root=F("pk"))
    purpose = Purpose.objects.get(slug="email")
    Consent.objects.bulk_create(
        [Consent(lead=lead, purpose=purpose, given=True, at=now, recorded_at=now) for lead in leads], batch_size=5000
    )
    news = {"unsubscribe": "https://leads.example/u/", "purpose": "email"}
    whole = {**content(), "marketing": news, "about": {"campaign": 7}}
    rows = (
        Posting("email", f"{turn}:{lead.pk}", {**whole, "to": lead.email, "lead": lead.pk}, "campaign:7")
        for lead in leads
    )
    outbox.post_many(rows, now)


def sent() -> int:
    """How many mails are written down as sent."""
    from pyrometer.app.delivery.models import Mail, Outgoing

    return min(
        Outgoing.objects.filter(done_at__isnull=False).count(), Mail.objects.filter(taken_at__isnull=False).count()
    )


def content() -> dict[str, str]:
    """A newsletter of 10 KB."""
    paragraph = "A hot lead is one that wants to buy and can. Here is how to tell it from the others.\n"
    return {
        "subject": "News",
        "text": paragraph * 20,
        "html": f"<html><body>{f'<p>{paragraph}</p>' * 80}</body></html>",
    }


def _bare(port: int, mails: int) -> float:
    """What can be had at best: bytes that are there already, over one connection, and nothing written down."""
    written = content()
    raw = (
        "From: news@leads.example\r\nTo: lead@example.net\r\nSubject: News\r\n\r\n"
        + written["text"].replace("\n", "\r\n")
        + written["html"].replace("\n", "\r\n")
    ).encode()
    with smtplib.SMTP("127.0.0.1", port, "leads.example") as smtp:
        smtp.ehlo()
        begun = time.perf_counter()
        for number in range(mails):
            smtp.sendmail("news@leads.example", [f"bare{number}.{begun}@example.net"], raw)
        return mails / (time.perf_counter() - begun)


@contextmanager
def _server(name: str) -> Iterator[int]:
    """Our own sink, or an aiosmtpd that throws mails away; each in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.app.sink", str(port)]
    if name == "aiosmtpd":
        command = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT)
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
