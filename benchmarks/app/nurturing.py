"""How long it takes until everybody who is due in a programme at once was stepped, mail left aside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.postgres import postgres

WORKERS = 2
"""Processes that step together, as on a machine with two cores."""
SECONDS = 60
"""The budget of 100,000 enrolments that are due at once."""
ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 26, 11, tzinfo=UTC)
"""A Thursday, at a time at which mails may go out."""


@dataclass(frozen=True)
class Stepped:
    """Seconds until all were stepped, how many mails that made, and how many ended; and of reading as many leads once,
    which is what all else here is measured by."""

    seconds: float
    mails: int
    ended: int
    reading: float


def measured(kind: str, leads: int, events: int, say: Callable[..., Any]) -> Stepped:
    """Fill a database, enrol everybody, and step them."""
    with TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        if kind == "sqlite":
            return _measured({"PYROMETER_DATA": folder}, leads, events, say)
        with postgres() as url:
            return _measured({"PYROMETER_DATA": folder, "DATABASE_URL": url}, leads, events, say)


def _measured(more: dict[str, str], leads: int, events: int, say: Callable[..., Any]) -> Stepped:
    environment = {**os.environ, **more, "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
    say(f"filling {'PostgreSQL' if 'DATABASE_URL' in more else 'SQLite'}")
    seeding = [sys.executable, "-m", "benchmarks.app", "--seed", "--leads", str(leads), "--events", str(events)]
    subprocess.run(seeding, env=environment, check=True, cwd=ROOT)
    say("enrolling everybody")
    with _begun("enrol_all()", environment) as first:
        first.communicate()
    reading = _together("read_share()", environment, say, "reading everybody")
    stepping = _together("step_share()", environment, say, "stepping everybody")
    with _begun("print(*outcome())", environment) as last:
        mails, ended, left = map(int, last.communicate()[0].split())
    if left:
        raise RuntimeError(f"{left} enrolments are still due")
    return Stepped(stepping, mails, ended, reading)


def _together(what: str, environment: dict[str, str], say: Callable[..., Any], said: str) -> float:
    """Seconds until all workers are done with something."""
    say(said)
    workers = [_begun(what, environment) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    begun = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate()
    return time.perf_counter() - begun


def _begun(what: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """A process that does something of this module."""
    program = f"import django; django.setup(); from benchmarks.app.nurturing import *; settled(); {what}"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def settled() -> None:
    """What a worker does once it has begun."""
    from pyrometer.app.memory import settle

    settle()


def enrol_all() -> None:
    """Have half of the leads due in one shipped programme and half in another; all agreed to mail, and none is hot."""
    from django.db.models import F

    from pyrometer import nurture
    from pyrometer.app.consent.models import Consent, Purpose
    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.nurture.entering import Open, entry
    from pyrometer.app.nurture.models import Content, Enrolment, Programme, Version
    from pyrometer.app.temperature.models import Reading

    for name, content in nurture.shipped_contents().items():
        Content.objects.create(name=name, text=Path(str(content.file)).read_text(encoding="utf-8"), at=AT)
    Reading.objects.filter(temperature="hot").update(temperature="warm")
    Reading.objects.update(stage="lead", recheck_on=None, rough=False, wakes_at=None)
    Lead.objects.update(anonymous=False)
    Lead.objects.filter(root=F("pk")).update(touched_at=AT - timedelta(minutes=1), claimed_until=None)
    purpose = Purpose.objects.get(slug="email")
    roots = list(Lead.objects.filter(root=F("pk")).order_by("pk").values_list("pk", flat=True))
    Consent.objects.bulk_create(
        (Consent(lead_id=root, purpose=purpose, given=True, at=AT, recorded_at=AT) for root in roots), batch_size=5000
    )
    programmes = []
    for key in ("re-engage", "educate"):
        text = nurture.shipped()[key].read_text(encoding="utf-8")
        row = Programme.objects.create(key=key, draft=text, drafted_at=AT, created_at=AT)
        read = nurture.load(text)
        row.live = Version.objects.create(programme=row, number=1, digest=read.version, text=text, published_at=AT)
        row.save()
        programmes.append(Open(row, read))
    entries = []
    for place, root in enumerate(roots):
        found = programmes[place % 2]
        made = entry(found.row, found.programme, root, AT - timedelta(hours=1))
        made.held_back, made.due_at = False, AT
        entries.append(made)
    Enrolment.objects.bulk_create(entries, batch_size=5000)


def read_share() -> None:
    """Wait for a word, then read leads again until all were."""
    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.temperature.reading import read

    touched = Lead.objects.filter(touched_at__isnull=False)
    print("ready", flush=True)
    sys.stdin.readline()
    while touched.exists():
        read(AT)


def step_share() -> None:
    """Wait for a word, then step enrolments until none is due."""
    from pyrometer.app.nurture.models import Enrolment
    from pyrometer.app.nurture.stepping import step

    due = Enrolment.objects.filter(due_at__lte=AT, ended_at__isnull=True)
    print("ready", flush=True)
    sys.stdin.readline()
    while step(AT) or due.exists():
        pass


def outcome() -> tuple[int, int, int]:
    """The mails in the outbox, the enrolments that ended, and those that are still due."""
    from pyrometer.app.delivery.models import Outgoing
    from pyrometer.app.nurture.models import Enrolment

    left = Enrolment.objects.filter(due_at__lte=AT, ended_at__isnull=True).count()
    mails = Outgoing.objects.filter(group__startswith="nurture:").count()
    return mails, Enrolment.objects.filter(ended_at__isnull=False).count(), left
