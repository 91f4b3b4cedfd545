"""A live definition, programmes that are published, and leads that do things, by a clock that the tests set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pyrometer.app.agreement.models import State, Version
from pyrometer.app.clock.jobs import jobs
from pyrometer.app.consent import actions as consent
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture import answering, noting, reaching
from pyrometer.app.nurture.actions import contents, programmes
from pyrometer.app.nurture.models import Content, Enrolment, Programme
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature import reading, scoring
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""Nine in the morning, UTC, on a Monday."""
MARKETING = Actor("alice@example.com")

DEFINITION = """
format: 1
name: Ours
profile:
  size: integer
  need: {type: text, values: [met, unmet]}
  budget: {type: text, values: [met, unmet]}
  trial_ends: date
  liking: text
events: {seen: {}, asked: {}, email_clicked: {}}
flags:
  sales_action: {event: asked, within: 30d}
  large: {trait: size, at_least: 1000}
frameworks: {own: {letters: [need, budget], ready: {some: 2}}}
scores:
  fit:
    rules: [{name: Size, trait: size, bands: [{from: 10, points: 50}, {from: 5000, points: 95}]}]
    grades: {A: 60, B: 40, C: 20, D: 0}
temperature:
  hot: {when: {all: [{score: fit, at_least: 90}, {flag: sales_action}]}}
  warm: {when: {event: seen, within: 30d}}
"""
CONTENT = """---
name: {name}
purpose: {purpose}
pitch: low
subject: {{en: About {name}}}
---
Hello {{{{ lead.first_name | default: "there" }}}}, this is {name}, and it says enough words to be a mail.
"""
PLAIN = """format: 1
programme: {key}
name: {key}
purpose: email
enter:
  when: {when}
  held_back: {held}
{more}
steps:
{steps}
"""


def text_of(
    key: str,
    steps: str,
    *,
    when: str = "{temperature: [cool, warm]}",
    held: str = "0%",
    enter: str = "",
    more: str = "",
) -> str:
    """A programme's text; `steps` are lines without their indent."""
    lines = "\n".join(f"  {line}" for line in steps.strip("\n").splitlines())
    inside = "".join(f"\n  {line}" for line in enter.strip().splitlines())
    return PLAIN.format(key=key, when=when, held=held + inside, more=more, steps=lines)


@pytest.fixture
def version(db: None) -> Version:
    """The definition in force."""
    mark = fingerprint(load(DEFINITION))
    return Version.objects.create(
        number=1, text=DEFINITION, fingerprint=mark, name="Ours", state=State.LIVE, created_at=MONDAY, live_at=MONDAY
    )


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """No engine outlives its test."""
    yield
    answering.close()
    scoring.close()


def content(name: str, now: datetime = MONDAY, purpose: str = "email") -> Content:
    """A content that can be sent."""
    return contents.save(text=CONTENT.format(name=name, purpose=purpose), actor=MARKETING, now=now)


def publish(text: str, now: datetime = MONDAY) -> Programme:
    """A programme that people enter, with the contents that it names."""
    programme = draft(text, now)
    reaching.ask(programme, programme.draft, now)
    while reaching.count(now):
        pass
    reach = reaching.latest(programme, programme.draft, now)
    assert reach is not None
    programmes.publish(programme=programme, actor=MARKETING, now=now, sure=reach.would_enter)
    programme.refresh_from_db()
    return programme


def draft(text: str, now: datetime = MONDAY) -> Programme:
    """A programme that is only written, with the contents that it names."""
    for name in re.findall(r"send: ([a-z0-9-]+)", text):
        if not Content.objects.filter(name=name).exists():
            content(name, now)
    key = text.partition("programme: ")[2].splitlines()[0]
    known = key if Programme.objects.filter(key=key).exists() else ""
    return programmes.save_draft(text=text, key=known, actor=MARKETING, now=now)


Person = Callable[..., Lead]
_numbers = count(1)


@pytest.fixture
def person(version: Version) -> Person:
    """Makes a lead that agreed to mails and was read: `person("ada", size=20)`."""

    def make(
        name: str, *, at: datetime = MONDAY, agrees: bool | None = True, event: str | None = None, **traits: Any
    ) -> Lead:
        lead = does(name, event, at=at, **traits)
        if agrees is not None:
            consent.record(lead=lead.pk, purpose="email", given=agrees, text="Yes?", at=at, now=at, source="hand")
        read(at)
        return lead

    return make


def does(name: str, event: str | None = None, *, at: datetime, **traits: Any) -> Lead:
    """Something that somebody does or says; gives the root."""
    once = f"m{next(_numbers)}"
    message = Incoming(
        once=once,
        occurred_at=at,
        received_at=at,
        source="api",
        handles=(("email", f"{name}@example.org"),),
        event=event,
        traits={"name": name.capitalize(), "first_name": name.capitalize(), **traits},
    )
    taken = take(incoming=[message], now=at)
    root = Lead.objects.get(pk=taken.lead_of[once]).root
    assert root is not None
    return root


def read(now: datetime) -> None:
    """Read all leads that are touched or due."""
    while reading.read(now):
        pass


JOBS = ("temperature.read", "nurture.enter", "nurture.walk", "nurture.step", "nurture.reach")
"""What a year is travelled with; the other rooms have years of their own."""


def work(now: datetime) -> None:
    """Have the workers do what is due at a time in this room, and what leads say become readings."""
    mine = [job for job in jobs() if job.name in JOBS]
    assert len(mine) == len(JOBS)
    while sum(job.work(now) for job in mine) or _noted(now):
        pass


def _noted(now: datetime) -> int:
    rows = list(Outgoing.objects.filter(channel=noting.CHANNEL))
    return sum(noting.record(row, now).done for row in rows)


def travel(start: datetime, end: datetime) -> None:
    """Let the workers run from one time to another: at the start, and whenever something is due or a day begins."""
    now = start
    while now <= end:
        work(now)
        later = Enrolment.objects.filter(ended_at__isnull=True, due_at__gt=now).order_by("due_at")
        due = later.values_list("due_at", flat=True).first()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        now = min(midnight, due) if due else midnight
