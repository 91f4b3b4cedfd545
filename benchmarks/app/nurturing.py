"""How long it takes until everybody who is due in a programme at once was stepped, mail left aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.app.fresh import filled
from benchmarks.app.workers import alone, ready, together

SECONDS = 60
"""The budget of 100,000 enrolments that are due at once."""
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
    with filled(kind, leads, events, say) as environment:
        say("enrolling everybody")
        alone(enrol_all, environment)
        say("reading everybody")
        reading = together(read_share, environment)
        say("stepping everybody")
        stepping = together(step_share, environment)
        mails, ended, left = alone(outcome, environment)
    if left:
        raise RuntimeError(f"{left} enrolments are still due")
    return Stepped(stepping, mails, ended, reading)


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
    ready()
    while touched.exists():
        read(AT)


def step_share() -> None:
    """Wait for a word, then step enrolments until none is due."""
    from pyrometer.app.nurture.models import Enrolment
    from pyrometer.app.nurture.stepping import step

    due = Enrolment.objects.filter(due_at__lte=AT, ended_at__isnull=True)
    ready()
    while step(AT) or due.exists():
        pass


def outcome() -> tuple[int, int, int]:
    """The mails in the outbox, the enrolments that ended, and those that are still due."""
    from pyrometer.app.delivery.models import Outgoing
    from pyrometer.app.nurture.models import Enrolment

    left = Enrolment.objects.filter(due_at__lte=AT, ended_at__isnull=True).count()
    mails = Outgoing.objects.filter(group__startswith="nurture:").count()
    return mails, Enrolment.objects.filter(ended_at__isnull=False).count(), left
