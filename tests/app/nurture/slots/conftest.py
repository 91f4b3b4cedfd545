"""A definition, contents, a write key and leads for the tests of slots."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.agreement.models import Version
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import Content, Slot
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.people.models import ApiKey
from pyrometer.app.temperature.reading import read
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
KEY = "wk_slots"
DEFINITION = """
format: 1
name: Kettles
profile:
  industry: {type: text, unknown: ["?"]}
  budget: {type: number}
  staff: {type: integer}
  open: {type: boolean}
  since: {type: date}
events:
  demo_requested: {}
  page_viewed: {properties: {topic: text}}
scores:
  fit:
    rules: [{name: Care, points: 20.5, when: {trait: industry, is: care}}]
    grades: {A: 20, B: 10, C: 0}
  interest:
    rules:
      - {name: Asked for a demo, points: 30, event: demo_requested, count: latest}
      - {name: Pages, points: 1, event: page_viewed, cap: 10}
criteria:
  budget: {met: {trait: budget, at_least: 1000}, unmet: {trait: budget, below: 1000}, ask: {en: What may it cost?}}
frameworks:
  money: {letters: {M: budget}}
flags:
  researcher: {event: page_viewed, at_least: 3}
temperature:
  hot: {when: {score: interest, at_least: 30}}
  warm: {when: {score: interest, at_least: 2}}
"""
CONTENTS = {
    "hello": ("low", "Read **how it works**: [have a look](https://www.example.com/how)."),
    "compare": ("medium", "[Compare our plans](https://www.example.com/plans)"),
    "buy": ("sales", "[Talk to sales](https://www.example.com/buy)"),
    "code": ("medium", "Take {{ coupon }} with you: [to the shop](https://www.example.com/shop)"),
    "personal": ("low", "Hello {{ lead.first_name }}"),
}


_turns = count()


def _moment() -> datetime:
    """A time of its own for each change: what is kept ready in a process is known by it."""
    return NOW + timedelta(microseconds=next(_turns))


@pytest.fixture
def world(db: None) -> None:
    """What all tests of slots stand on."""
    definition = load(DEFINITION)
    Version.objects.create(
        number=1,
        text=DEFINITION,
        fingerprint=fingerprint(definition),
        name=definition.name,
        state="live",
        created_at=NOW,
        live_at=NOW,
    )
    ApiKey.objects.create(kind="write", name="Site", public=KEY)
    for name, (pitch, text) in CONTENTS.items():
        content(name, pitch, text)
    Purpose.objects.filter(slug="profiling").update(basis="consent")


def content(name: str, pitch: str, text: str, *, kind: str = "slot", number: int = 1) -> Content:
    """A content as a person keeps it."""
    subject = "" if kind == "slot" else "subject: {en: Hello}\n"
    whole = f"---\nname: {name}\nkind: {kind}\npurpose: email\npitch: {pitch}\n{subject}---\n{text}\n"
    row, _ = Content.objects.update_or_create(
        name=name, defaults={"kind": kind, "pitch": pitch, "text": whole, "number": number, "at": _moment()}
    )
    return row


def slot(*choices: Choice, name: str = "hero", **more: Any) -> Slot:
    """A slot with choices."""
    given = {"choices": [each.stored() for each in choices], "at": _moment()} | more
    made, _ = Slot.objects.update_or_create(name=name, defaults=given)
    return made


def lead_of(
    visitor: str, *, pages: int = 0, demo: bool = False, agreed: bool = True, user: str = "", **traits: Any
) -> Lead:
    """A visitor who did something, and was read."""
    handles = (("anonymous", visitor), *((("user", user),) if user else ()))
    events = ["page_viewed"] * pages + ["demo_requested"] * demo
    messages = [
        Incoming(
            once=f"{visitor}:{place}",
            occurred_at=NOW - timedelta(hours=1, minutes=place),
            received_at=NOW - timedelta(hours=1),
            source="wire",
            handles=handles,
            event=event,
        )
        for place, event in enumerate(events)
    ]
    messages.append(
        Incoming(
            once=f"{visitor}:traits",
            occurred_at=NOW - timedelta(days=1),
            received_at=NOW - timedelta(days=1),
            source="form",
            handles=handles,
            traits=traits,
        )
    )
    taken = take(incoming=messages, now=NOW)
    lead = Lead.objects.get(pk=taken.lead_of[f"{visitor}:traits"])
    if agreed:
        purpose = Purpose.objects.get(slug="profiling")
        Consent.objects.create(lead=lead, purpose=purpose, given=True, at=NOW, basis="consent", source="hand")
    Lead.objects.filter(pk=lead.pk).update(touched_at=NOW)
    while read(NOW + timedelta(seconds=1)):
        pass
    lead.refresh_from_db()
    return lead


Ask = Callable[..., Any]


@pytest.fixture
def ask(world: None) -> Ask:
    """Ask for a slot as a site does."""

    def asked(name: str = "hero", *, key: str = KEY, client: Client | None = None, **params: str) -> Any:
        headers = params.pop("headers", None)
        return (client or Client()).get(f"/v1/content/{name}", {"writeKey": key, **params}, headers=headers)

    return asked
