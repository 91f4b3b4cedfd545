"""A small world for tests of pages: a definition in force, and leads that came in, were read, and were handed over."""

from __future__ import annotations

from datetime import datetime, timedelta

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Rep, Team
from pyrometer.app.people.models import User
from pyrometer.app.temperature.reading import read
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

DEFINITION = """
format: 1
name: Kettles
profile:
  name: {type: text}
  job_title: {type: text}
  country: {type: text}
  budget: {type: number}
events:
  demo_requested: {}
  page_viewed: {properties: {topic: text}}
  call_held: {properties: {minutes: integer}}
scores:
  fit:
    rules: [{name: In our country, points: 20.5, when: {trait: country, is: DE}}]
    grades: {A: 20, B: 0}
  interest:
    rules:
      - {name: Asked for a demo, points: 30.25, event: demo_requested, count: latest}
      - {name: Pages, points: 1, event: page_viewed, cap: 10}
criteria:
  budget: {met: {trait: budget, at_least: 1000}, unmet: {trait: budget, below: 1000}, ask: {en: What may it cost?}}
temperature:
  hot: {when: {score: interest, at_least: 30}}
  warm: {when: {score: interest, at_least: 2}}
"""


def publish(now: datetime) -> Version:
    """The definition, in force."""
    Version.objects.all().delete()
    definition = load(DEFINITION)
    return Version.objects.create(
        number=1,
        text=DEFINITION,
        fingerprint=fingerprint(definition),
        name=definition.name,
        state="live",
        created_at=now,
        live_at=now,
    )


def rep_of(user: User) -> Rep:
    """A rep who works at all hours, so that clocks of tests run."""
    team, _ = Team.objects.get_or_create(name="North")
    every = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    return Rep.objects.create(user=user, team=team, hours=every)


def came_in(name: str, now: datetime, *, events: tuple[str, ...] = ("demo_requested",), **traits: object) -> Lead:
    """A lead that did something, and was read."""
    email = f"{name.split()[0].lower()}@kettles.example"
    messages = [
        Incoming(
            once=f"{name}-{place}",
            occurred_at=now - timedelta(minutes=len(events) - place),
            received_at=now - timedelta(minutes=len(events) - place),
            source="form",
            handles=(("email", email),),
            event=event,
            properties={"topic": "pricing"} if event == "page_viewed" else {},
            traits={"name": name, "country": "DE", **traits} if place == 0 else {},
        )
        for place, event in enumerate(events)
    ]
    taken = take(incoming=messages, now=now)
    assert not taken.refused, taken.refused
    while read(now):
        pass
    return Lead.objects.get(pk=taken.lead_of[f"{name}-0"])


def handed_to(rep: Rep | None, lead: Lead, now: datetime, *, due: timedelta = timedelta(hours=1)) -> Assignment:
    """A lead in a rep's hands, whatever hand-off did with it so far."""
    Assignment.objects.filter(lead=lead).delete()
    return Assignment.objects.create(
        lead=lead, rep=rep, because="for the test", at=now, due_at=now + due if rep else None
    )
