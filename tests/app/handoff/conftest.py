"""Reps, leads and readings to hand off. Clocks start on a Monday at ten in the morning, UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.handoff.models import Rep, Team
from pyrometer.app.people.models import User
from pyrometer.app.temperature import listeners
from pyrometer.app.temperature.models import Reading, Transition, followed, graded

MONDAY = datetime(2026, 6, 15, 10, tzinfo=UTC)
HOURS = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

DEFINITION = """format: 1
name: Ours
profile: {size: integer, need: {type: text, values: [met, unmet]}, budget: {type: text, values: [met, unmet]}}
events: {asked_us: {}, viewed: {}, met_us: {properties: {minutes: integer}}}
flags:
  sales_action:
    any:
      - {event: asked_us, within: 10d}
      - {event: met_us, where: {minutes: {at_least: 10}}}
frameworks: {own: {letters: [need, budget], ready: {some: 2}}}
scores:
  fit:
    rules: [{name: Size, trait: size, bands: [{from: 10, points: 100}]}]
    grades: {A: 60, B: 40, C: 20, D: 0}
temperature: {hot: {when: {score: fit, at_least: 90}}}
"""

NewLead = Callable[..., Reading]
_numbers = count(1)


@pytest.fixture
def now() -> datetime:
    return MONDAY


@pytest.fixture(autouse=True)
def live(db: None) -> Version:
    """The definition in force."""
    return Version.objects.create(
        number=1, text=DEFINITION, fingerprint="f", name="Ours", state="live", created_at=MONDAY, live_at=MONDAY
    )


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(
        name="New business", first_response_minutes=60, between_minutes=480, escalate_minutes=120, attempts=3
    )


@pytest.fixture
def bobs(team: Team, bob: User) -> Rep:
    """Bob as a rep."""
    return Rep.objects.create(user=bob, team=team, hours=HOURS)


@pytest.fixture
def beas(team: Team) -> Rep:
    """Bea, Bob's colleague."""
    bea = User.objects.create_user(email="bea@example.com", role="sales", name="Bea")
    return Rep.objects.create(user=bea, team=team, hours=HOURS)


@pytest.fixture
def new_lead(db: None, now: datetime) -> NewLead:
    """Makes a lead that was read once; its reading."""

    def make(
        temperature: str = "cool", *, stage: str = "lead", fit: str = "B", at: datetime = now, **more: Any
    ) -> Reading:
        number = next(_numbers)
        reading = {key: more.pop(key) for key in list(more) if key in READING}
        lead = Lead.objects.create(
            **{"name": f"Lead {number}", "email": f"lead{number}@example.com", "anonymous": False}
            | {"created_at": at, "last_seen_at": at}
            | more
        )
        lead.root = lead
        lead.save()
        return Reading.objects.create(
            lead=lead,
            temperature=temperature,
            stage=stage,
            stage_since=at - timedelta(days=1),
            hot_since=at if temperature == "hot" else None,
            grades={"fit": fit},
            graded=graded({"fit": fit}),
            fingerprint="sha256:0",
            as_of=at,
            **followed(lead),
            **reading,
        )

    return make


READING = {"scores", "total", "missing_count", "strongest", "criteria", "frameworks", "flags"}


def turn(reading: Reading, temperature: str, at: datetime, cause: str = "evidence") -> Reading:
    """Let a lead change its temperature, as scoring does."""
    reading.refresh_from_db()
    before, reading.temperature, reading.as_of = reading.temperature, temperature, at
    reading.hot_since = (reading.hot_since or at) if temperature == "hot" else None
    if temperature == "hot" and before != "hot":
        reading.hot_since = at
    reading.save()
    Lead.objects.filter(pk=reading.pk).update(last_seen_at=at)
    reading.lead.last_seen_at = at
    # In one transaction, as scoring has it: who is told may lock something.
    with transaction.atomic():
        transition = Transition.objects.create(
            lead_id=reading.pk, kind="temperature", before=before, after=temperature, cause=cause, at=at
        )
        listeners.tell([(reading, transition)], at)
        listeners.tell_read([listeners.Read(reading, before, cause)], at)
    reading.refresh_from_db()
    return reading


def did(reading: Reading, event: str, at: datetime, **more: Any) -> None:
    """Let a lead do something. Asking us is a sales action for ten days, as the definition's flag says."""
    number = next(_numbers)
    Event.objects.create(
        lead_id=reading.pk, name=event, occurred_at=at, received_at=at, message_id=f"m{number}", source="wire", **more
    )
    Lead.objects.filter(pk=reading.pk).update(last_seen_at=at)
    if event == "asked_us" and not more and at > MONDAY - timedelta(days=10):
        Reading.objects.filter(pk=reading.pk).update(flags={"sales_action": True})


def read(reading: Reading, at: datetime) -> None:
    """Let a lead be read again, with the same temperature."""
    reading.refresh_from_db()
    with transaction.atomic():
        listeners.tell_read([listeners.Read(reading, reading.temperature, "evidence")], at)
