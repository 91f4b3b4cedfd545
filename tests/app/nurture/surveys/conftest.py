"""Leads that are asked something: a definition with questions, a programme, and mails that arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pyrometer.app.agreement.models import Version
from pyrometer.app.consent.actions import record
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.models import Mail
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import Asked, Enrolment, Programme
from pyrometer.app.nurture.models import Version as Published
from pyrometer.app.nurture.surveys.ignoring import mail_key
from pyrometer.app.temperature.reading import read
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)

DEFINITION = """format: 1
name: Kettles
profile:
  need: {type: text, values: [confirmed, possible, none]}
  other_tool: {type: text, values: [spread_sheet, paper]}
  budget_amount: {type: number}
  seats: {type: integer}
  signs_alone: {type: boolean}
  buying_on: {type: date}
  wish: {type: text, unknown: [n/a]}
events:
  page_viewed: {properties: {topic: text}}
  survey_answered: {properties: {criterion: text, question: text, programme: text, channel: text, text: text}}
  survey_ignored: {properties: {criterion: text, question: text}}
criteria:
  need:
    met: {any: [{trait: need, is: confirmed}, {event: page_viewed, at_least: 20}]}
    unmet: {trait: need, is: none}
    ask:
      en: What goes wrong today?
      de: Was läuft heute schief?
      sv: Vad går fel i dag?
      ja: お困りのことは何ですか
  budget: {met: {trait: budget_amount, at_least: 1800}, unmet: {trait: budget_amount, below: 1000}}
  influence: {met: {trait: signs_alone, is: true}, ask: {en: "Do you decide alone?"}}
  timeline: {met: {trait: buying_on, within_next: 120d}, ask: {en: "When will you decide?"}}
  size: {met: {trait: seats, at_least: 10}, ask: {en: "How many are you?"}}
  mood: {met: {event: page_viewed, at_least: 3}, ask: {en: "How do you like it?"}}
  silent: {met: {event: page_viewed, at_least: 9}}
frameworks: {bant: {ready: {some: 3}}}
scores:
  interest:
    range: [-100, 100]
    rules:
      - {name: Answers, event: survey_answered, points: 5}
      - {name: Lets questions lie, event: survey_ignored, points: -3}
flags: {quiet: {event: any, within: 60d, at_most: 0}}
temperature: {warm: {when: {score: interest, at_least: 5}}}
"""

_numbers = count(1)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def live(db: None) -> Version:
    """The definition in force."""
    return Version.objects.create(
        number=1,
        text=DEFINITION,
        fingerprint=fingerprint(load(DEFINITION)),
        name="Kettles",
        state="live",
        created_at=NOW,
        live_at=NOW,
    )


NewLead = Callable[..., Lead]


@pytest.fixture
def new_lead(live: Version) -> NewLead:
    """Makes a lead that agreed to everything."""

    def make(name: str = "ada", *, at: datetime = NOW - timedelta(days=30), agrees: bool = True, **traits: Any) -> Lead:
        message = Incoming(
            once=f"in:{name}:{next(_numbers)}",
            occurred_at=at,
            received_at=at,
            source="form",
            handles=(("email", f"{name}@kettles.example"),),
            event="page_viewed",
            traits={"name": name.title(), "first_name": name.title(), "language": "en", **traits},
        )
        lead = take(incoming=[message], now=at).lead_of[message.once]
        for purpose in ("email", "profiling") if agrees else ():
            record(lead=lead, purpose=purpose, given=True, text="Yes.", at=at, now=at, source="form:x")
        return Lead.objects.get(pk=lead)

    return make


@pytest.fixture
def programme(db: None) -> Programme:
    return programme_of("welcome")


def programme_of(key: str) -> Programme:
    """A programme with one version."""
    found = Programme.objects.create(key=key, draft="", drafted_at=NOW, created_at=NOW)
    Published.objects.create(programme=found, number=1, digest=key, text="", published_at=NOW)
    return found


Ask = Callable[..., Asked]


@pytest.fixture
def ask(programme: Programme) -> Ask:
    """Asks a lead something in a programme."""

    def make(
        lead: Lead, criterion: str = "need", *, at: datetime = NOW, by: Programme = programme, **more: Any
    ) -> Asked:
        version = Published.objects.get(programme=by)
        enrolment, _ = Enrolment.objects.get_or_create(
            programme=by, lead=lead, defaults={"version": version, "step": "ask", "since": at, "entered_at": at}
        )
        act = enrolment.acts = enrolment.acts + 1
        enrolment.save()
        return Asked.objects.create(lead=lead, enrolment=enrolment, act=act, criterion=criterion, at=at, **more)

    return make


def handed(asked: Asked, at: datetime, *, taken: bool = True, bounced: str = "") -> Mail:
    """The mail of a question as the mail server got it."""
    return Mail.objects.create(
        token=token(mail_key(asked)),
        lead=asked.lead,
        to=asked.lead.email,
        digest="x",
        marketing=True,
        handed_at=at,
        taken_at=at if taken else None,
        bounced=bounced,
    )


def read_all(at: datetime) -> None:
    """Have every lead read that waits for it."""
    while read(at):
        pass
