"""A small world for the pages of nurture: a live definition, a live programme with contents, leads in it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import contents, programmes
from pyrometer.app.nurture.models import Enrolment, Programme, Version
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.pages.world import publish as agree

HELLO = """---
name: hello
purpose: email
pitch: low
subject: {en: Hello there, de: Guten Tag}
---
Hello {{ lead.first_name | default: "there" }}, this is [what we do](https://example.org/).

--- de ---
Guten Tag, das [tun wir](https://example.org/).
"""
TEXT = """# Keeps in touch.
format: 1
programme: keep-warm
name: {en: Keep them warm, de: Warmhalten}
purpose: email
enter:
  when: {temperature: warm}
  held_back: 20%
exits:
  - {when: {temperature: cool}, because: cooled off}
steps:
  - send: hello  # the first
  - {id: pause, wait: 1w}
  - branch:
      - when: {missing: budget}
        then:
          - notify: {to: rep, say: {en: It keeps quiet.}}
    else:
      - wait: 2d
  - {id: later, wait: {until: {event: page_viewed, within: 7d}, at_most: 30d}}
  - leave: it was enough
"""


def counted(programme: Programme, now: datetime) -> None:
    """Whom the draft would reach, counted as workers do it."""
    reaching.ask(programme, programme.draft, now)
    while reaching.count(now):
        pass


def released(programme: Programme, by: Actor, now: datetime) -> Version:
    """The draft, counted and published."""
    counted(programme, now)
    found = reaching.latest(programme, programme.draft, now)
    assert found is not None
    return programmes.publish(programme=programme, actor=by, now=now, sure=found.would_enter)


def inside(version: Version, number: int, now: datetime, **more: object) -> list[Enrolment]:
    """Leads that stand at a step of a version."""
    leads = Lead.objects.bulk_create(
        Lead(name=f"Lead {each}", email=f"lead{each}@kettles.example", created_at=now, last_seen_at=now)
        for each in range(number)
    )
    for lead in leads:
        lead.root = lead
    Lead.objects.bulk_update(leads, ["root"])
    kept: dict[str, object] = {"step": "pause", "waits_for": "time", "due_at": now + timedelta(days=3), **more}
    return Enrolment.objects.bulk_create(
        Enrolment(programme=version.programme, version=version, lead=lead, since=now, entered_at=now, **kept)
        for lead in leads
    )


@pytest.fixture
def now() -> datetime:
    """When it all happens."""
    return timezone.now()


@pytest.fixture
def programme(alice: User, now: datetime) -> Programme:
    """A draft without problems."""
    agree(now)
    contents.save(text=HELLO, actor=Actor.of(alice), now=now)
    return programmes.save_draft(text=TEXT, actor=Actor.of(alice), now=now)


@pytest.fixture
def live(programme: Programme, alice: User, now: datetime) -> Version:
    """The programme, published."""
    version = released(programme, Actor.of(alice), now)
    programme.refresh_from_db()
    return version
