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
from pyrometer.app.nurture.models import Programme, Slot
from pyrometer.app.nurture.slots import rendering
from pyrometer.app.nurture.slots.actions import save_coupons, save_slot
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.nurture.slots.queries import ground_of
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


_BANNERS = {
    "guide-banner": ("low", "**New to this?** Read [the five questions](https://www.example.com/five) everybody asks."),
    "plans-banner": ("medium", "**What would it cost for you?** [Compare the plans](https://www.example.com/plans)."),
    "first-order": ("low", "Begin with **{{ coupon }}**: a tenth off the first year."),
}
_BANNER = """---
name: {name}
kind: slot
purpose: email
pitch: {pitch}
---
{text}
"""


def furnish(now: datetime) -> Slot:
    """A slot of the site that shows the warm something else than everybody, and a list of coupons for the mildest."""
    for name, (pitch, text) in _BANNERS.items():
        contents.save(text=_BANNER.format(name=name, pitch=pitch, text=text), actor=_BY, now=now)
    save_coupons(
        source=None, name="first-year", codes=(), shared="FIRST-YEAR", limit=500, per_lead=1, valid_from=None,
        valid_until=None, note="For who comes by the site", actor=_BY, now=now,
    )  # fmt: skip
    choices = [
        Choice("plans-banner", temperature=("warm", "hot")),
        Choice("first-order", temperature=("cool",), stage=("lead", "mql"), coupon="first-year"),
        Choice("guide-banner"),
    ]
    return save_slot(
        slot=None, name="hero", about="Above the first paragraph of the home page", active=True, most_seen=5,
        choices=choices, ground=ground_of(rendering.contents()), actor=_BY, now=now,
    )  # fmt: skip


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
