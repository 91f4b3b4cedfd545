"""What a site asks for: slots of a full database, by visitors that are known and others."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

KEY = "write-key-of-the-benchmark"
BUDGET = 0.02
"""Seconds of server time, at the 95th percentile."""
_VISITORS = """
INSERT INTO evidence_handle (kind, value, lead_id, first_seen_at)
SELECT 'anonymous', 'visitor-' || id, id, created_at FROM evidence_lead
"""
_CONSENTS = """
INSERT INTO consent_consent ({columns}) SELECT {values} FROM evidence_lead WHERE id % 2 = 0
"""
_TEXT = """---
name: {name}
kind: slot
purpose: email
pitch: {pitch}
---
## {name}

Something that is worth a look, in **two** sentences. [Have a look](https://www.example.com/{name})

--- de ---
## {name}

Etwas, das sich anzusehen lohnt. [Ansehen](https://www.example.com/{name})
"""


def prepare() -> None:
    """Give every lead a device, every other one a yes to being profiled, and the site slots with contents."""
    from django.db import connection

    from pyrometer.app.evidence.models import Handle, Lead
    from pyrometer.app.nurture.models import Content, Offered, Seen, Slot
    from pyrometer.app.nurture.slots.choices import Choice
    from pyrometer.app.people.models import ApiKey

    if Slot.objects.exists():
        return
    now = datetime.now(UTC)
    if not Handle.objects.filter(kind="anonymous").exists():
        with connection.cursor() as cursor:
            cursor.execute(_VISITORS)
        _consents(now)
    for name, pitch in (("learn", "low"), ("compare", "medium"), ("buy", "sales"), ("offer", "low"), ("help", "low")):
        Content.objects.create(name=name, kind="slot", pitch=pitch, text=_TEXT.format(name=name, pitch=pitch), at=now)
    plain = [Choice("buy", temperature=("hot",)), Choice("compare", temperature=("warm",)), Choice("learn")]
    deep = [
        Choice("help", when="all: [{trait: industry, is: hospitality}, {missing: budget}, {grade: fit, at_least: B}]"),
        Choice("help", when="{sent: intro, within: 30d}"),
        Choice("help", when="{programme: educate, is: finished}"),
        *plain,
    ]
    hero, _ = (
        Slot.objects.create(name=name, choices=[each.stored() for each in some], most_seen=3, at=now)
        for name, some in (("hero", plain), ("deep", deep))
    )
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True)[0]
    some = range(1, last + 1, 10)
    Seen.objects.bulk_create(
        (Seen(lead_id=lead, slot=hero, content="learn", count=2, last_at=now) for lead in some), batch_size=5000
    )
    Offered.objects.bulk_create(
        (Offered(lead_id=lead, slot="hero", content="offer", at=now, until=now + timedelta(days=9)) for lead in some),
        batch_size=5000,
    )
    ApiKey.objects.create(kind="write", name="site", public=KEY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _consents(now: datetime) -> None:
    from django.db import connection

    from pyrometer.app.consent.models import Consent, Purpose
    from pyrometer.app.evidence.models import Lead

    purpose = Purpose.objects.get(slug="profiling")
    sample = Consent(lead=Lead.objects.first(), purpose=purpose, given=True, at=now, basis="consent", source="wire")
    sample.save()
    fields = [field for field in Consent._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join("id" if field.name == "lead" else "%s" for field in fields)
    given = [
        field.get_db_prep_save(getattr(sample, field.attname), connection) for field in fields if field.name != "lead"
    ]
    sample.delete()
    with connection.cursor() as cursor:
        cursor.execute(_CONSENTS.format(columns=columns, values=values).replace("id % 2", "id %% 2"), given)


def contents(draw: random.Random, leads: int) -> dict[str, tuple[str, Callable[[], str]]]:
    """By name: nobody who is signed in asks, each time for another visitor."""

    def asked(slot: str, visitor: Callable[[], str], language: str = "de") -> Callable[[], str]:
        return lambda: f"/v1/content/{slot}?writeKey={KEY}&language={language}&anonymousId={visitor()}"

    def known() -> str:
        return f"visitor-{draw.randrange(leads) + 1}"

    return {
        "content, a known visitor": ("nobody", asked("hero", known)),
        "content, traits and programmes": ("nobody", asked("deep", known)),
        "content, a stranger": ("nobody", asked("hero", lambda: f"stranger-{draw.randrange(10**9)}")),
    }
