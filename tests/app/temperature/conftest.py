"""A definition that is live, and leads that do things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pyrometer.app.agreement.models import State, Version
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature import listeners, scoring
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)

DEFINITION = """
format: 1
name: Ours
profile:
  size: integer
  need: {type: text, values: [confirmed, none]}
  buying_on: date
events:
  seen: {properties: {topic: text}}
  asked: {label: A demo request}
flags:
  sales_action: {event: asked, within: 30d}
scores:
  fit:
    rules:
      - {name: Size, trait: size, bands: [{from: 50, points: 40}], unknown: 5}
    grades: {A: 30, B: 0}
  interest:
    cooling: {half_life: 10d}
    rules:
      - {name: Asked, points: 40, event: asked, count: latest}
      - {name: Pricing, points: 8, event: seen, where: {topic: pricing}, cap: 24}
criteria:
  need:
    met: {trait: need, is: confirmed}
    unmet: {trait: need, is: none}
    stale_after: 90d
    ask: {en: What goes wrong today?, de: Was läuft heute schief?}
temperature:
  hot:
    when: {all: [{grade: fit, is: A}, {score: interest, at_least: 30}, {criterion: need, is: met}]}
    stay: {score: interest, at_least: 15}
  warm:
    when: {any: [{score: interest, at_least: 15}, {grade: fit, is: A}]}
examples:
  - {name: Nobody, expect: {temperature: cool}}
"""


def publish(text: str = DEFINITION, number: int = 1) -> Version:
    """A version that is live, without the ceremony."""
    Version.objects.filter(state=State.LIVE).update(state=State.RETIRED)
    mark = fingerprint(load(text))
    return Version.objects.create(
        number=number, text=text, fingerprint=mark, name="Ours", state=State.LIVE, created_at=NOW, live_at=NOW
    )


@pytest.fixture
def version(db: None) -> Version:
    """The live version."""
    return publish()


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """What rooms further on do with readings is tested there."""
    heard = listeners._listeners[:], listeners._readers[:]
    listeners._listeners.clear()
    listeners._readers.clear()
    yield
    listeners._listeners[:], listeners._readers[:] = heard
    scoring.close()


Does = Callable[..., Lead]


@pytest.fixture
def does(db: None) -> Does:
    """Something that somebody does at a time, or says: `does("ada", "asked", at=NOW, traits={…})`; gives the root."""
    count = 0

    def do(who: str, event: str | None = None, *, at: datetime = NOW, received: Any = None, **more: Any) -> Lead:
        nonlocal count
        count += 1
        known = received or max(at, NOW)
        message = Incoming(
            once=f"m{count}",
            occurred_at=at,
            received_at=known,
            source="wire",
            handles=(("email", f"{who}@example.org"),),
            event=event,
            **more,
        )
        taken = take(incoming=[message], now=known)
        return Lead.objects.get(pk=taken.lead_of[f"m{count}"]).root

    return do


def ago(days: float) -> datetime:
    """So many days before NOW."""
    return NOW - timedelta(days=days)
