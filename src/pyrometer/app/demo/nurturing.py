"""Programmes that are shipped, published in the demo; most of its leads agreed to mail."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F

from pyrometer import nurture
from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.purposes import EMAIL
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import contents, programmes
from pyrometer.app.nurture.models import Programme
from pyrometer.app.people.audit import Actor

PUBLISHED = ("educate", "re-engage", "warm-up")
"""The others are there as drafts."""
_BY = Actor("demo")


def agree(now: datetime) -> int:
    """Have four of five leads with an address say yes to mail when they came, the same each time; how many did."""
    count = 0
    for lead in Lead.objects.filter(root=F("pk")).exclude(email="").order_by("pk"):
        if hashlib.sha256(lead.email.encode()).digest()[0] < 205:
            at = min(lead.created_at, now - timedelta(minutes=1))
            consent.record(
                lead=lead.pk, purpose=EMAIL, given=True, text="May we write to you?", at=at, now=now, source="import"
            )
            count += 1
    return count


def settle(now: datetime) -> list[Programme]:
    """Keep what is shipped, and publish some of it; the programmes."""
    for content in nurture.shipped_contents().values():
        contents.save(text=Path(str(content.file)).read_text(encoding="utf-8"), actor=_BY, now=now)
    kept = []
    for key, file in nurture.shipped().items():
        programme = programmes.save_draft(text=file.read_text(encoding="utf-8"), actor=_BY, now=now)
        if key in PUBLISHED:
            reach = reaching.ask(programme, programme.draft, now)
            while reaching.count(now):
                pass
            reach.refresh_from_db()
            programmes.publish(programme=programme, actor=_BY, now=now, sure=reach.would_enter)
        kept.append(programme)
    return kept
