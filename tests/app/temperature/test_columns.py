"""What is read by column is what rows of the same evidence say, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.actions import mark_bot, merge, retract_events
from pyrometer.app.evidence.columns import columns_of
from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.evidence.queries import Rows, rows_of
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.reading import score, temperatures
from pyrometer.app.temperature.scoring import scorer
from pyrometer.definition import load
from pyrometer.live import LiveScorer
from pyrometer.result import Reading
from tests.app.temperature.conftest import NOW, publish

DEFINITION = """
format: 1
name: Wide
profile:
  size: {type: integer, unknown: [NA]}
  need: {type: text, values: [confirmed, none]}
  known: boolean
  buying_on: date
  budget: number
events:
  seen: {properties: {topic: {type: text, column: Topic, unknown: ["-"]}, seconds: integer, price: number}}
  asked: {properties: {urgent: boolean, day: date}}
  "odd name": {}
scores:
  fit:
    rules:
      - {name: Size, trait: size, bands: [{from: 50, points: 40}], unknown: 5}
      - {name: Need, points: 7, when: {trait: need, is: confirmed}}
      - {name: Known, points: 2, when: {trait: known, is: true}}
      - {name: Budget, points: 3, when: {trait: budget, at_least: 9.5}}
      - {name: Soon, points: 4, when: {trait: buying_on, within_next: 30d}}
    grades: {A: 30, B: 0}
  interest:
    cooling: {half_life: 10d}
    rules:
      - {name: Asked, points: 40, event: asked, count: latest}
      - {name: Urgent, points: 11, event: asked, where: {urgent: true}}
      - {name: Pricing, points: 8, event: seen, where: {topic: pricing}, cap: 24}
      - {name: Nested, points: 9, event: seen, where: {topic: '{"a": [1, "\u00e4"]}'}}
      - {name: Long, points: 1, event: seen, where: {seconds: {at_least: 30}}}
      - {name: Dear, points: 1.5, event: seen, where: {price: {at_least: 9.9}}}
      - {name: Odd, points: 13, event: "odd name"}
criteria:
  need: {met: {trait: need, is: confirmed}, unmet: {trait: need, is: none}, stale_after: 90d, ask: What goes wrong?}
temperature:
  hot: {when: {all: [{grade: fit, is: A}, {score: interest, at_least: 30}]}, stay: {score: interest, at_least: 15}}
  warm: {when: {any: [{score: interest, at_least: 15}, {grade: fit, is: A}]}}
examples:
  - {name: Nobody, expect: {temperature: cool}}
"""

TEXTS = st.sampled_from(
    ["pricing", "pricing ", " ", "", "-", "ä\x1f", "12", "{", "[x]", "a\tb", "\U0001f600", "true", "NA", "2026-07-04"]
)
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example takes half a second: to look for the smallest that fails would take long."""
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 90), st.just(2**70), st.sampled_from([9.9, 49.5, -0.25]), TEXTS
)
NESTED = st.sampled_from([{"a": [1, "ä"]}, ["pricing"], {}, [], {"name": "pricing"}, {"name": None}])
VALUES = st.one_of(PLAIN, PLAIN, NESTED)
NAMES = st.sampled_from(
    ["Topic", "topic", "seconds", "price", "urgent", "day", "lead_id", "message_id", "event", "a/b~"]
)
PROPERTIES = st.dictionaries(NAMES, VALUES, max_size=5)
DAYS = st.sampled_from([-400.0, -30.5, -3.000001, -1.0, 0.0, 0.25, 12.0])
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["seen", "seen", "asked", "odd name", "undeclared"]),
        DAYS,
        DAYS,
        st.sampled_from(["m1", "m2", "m3", "m\x1f4", "m5", "m6", "m7"]),
        PROPERTIES,
        st.sampled_from(["", "", "", "bot", "retracted"]),
    ),
    max_size=25,
)
ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["size", "need", "known", "buying_on", "budget", "undeclared"]),
        st.one_of(VALUES, st.just("confirmed"), st.just("2026-07-04")),
        DAYS,
        DAYS,
    ),
    max_size=20,
)


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    phases=WITHOUT_SHRINKING,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=EVENTS, answers=ANSWERS, shared=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_columns_are_read_as_rows_are(events: list[Any], answers: list[Any], shared: list[int]) -> None:
    with transaction.atomic():
        version = publish(DEFINITION)
        leads = [Lead.objects.create(created_at=NOW, last_seen_at=NOW) for _ in range(6)]
        for place, lead in enumerate(leads):
            # Some are their own root, the others share that of one that is.
            lead.root = leads[shared[place]] if shared[shared[place]] == shared[place] else lead
            lead.save()
        _write(leads, events, answers)
        roots = [lead.pk for lead in leads if lead.root_id == lead.pk]
        seen = score(roots, version, NOW)
        rows = rows_of(roots)
        assert list(seen.readings) == by_rows(rows, roots, version)
        assert seen.wakes == _waking(rows)
        transaction.set_rollback(True)


def _write(leads: Sequence[Lead], events: Sequence[Any], answers: Sequence[Any]) -> None:
    made = set()
    for who, name, at, known, message, properties, fate in events:
        if (who, message) not in made:
            made.add((who, message))
            Event.objects.create(
                lead=leads[who],
                name=name,
                occurred_at=NOW + timedelta(days=at),
                received_at=NOW + timedelta(days=known),
                message_id=message,
                properties=properties,
                source="wire",
                bot=fate if fate == "bot" else "",
                retracted_at=NOW if fate == "retracted" else None,
            )
    for place, (who, trait, value, at, known) in enumerate(answers):
        TraitChange.objects.create(
            lead=leads[who],
            trait=trait,
            value=value,
            occurred_at=NOW + timedelta(days=at, seconds=place),
            received_at=NOW + timedelta(days=known, seconds=place),
            message_id=f"t{place}",
            source="wire",
        )


def by_rows(rows: Rows, roots: Sequence[int], version: Version) -> list[Reading]:
    """The readings of the same leads, scored one row after the other."""
    with scorer(version) as engine:
        return engine.readings(rows.leads, rows.events, traits=rows.traits, previous=temperatures(roots), as_of=NOW)


def _waking(rows: Rows) -> dict[int, Any]:
    declared = load(DEFINITION)
    ahead = [row for row in rows.events if row["event"] in declared.events]
    ahead += [row for row in rows.traits if row["trait"] in declared.profile]
    # Of a message that leads of one root have each, the one that was known first is the one that counts.
    first: dict[Any, Any] = {}
    for place, row in enumerate(ahead):
        key = (row["lead_id"], row.get("message_id", place))
        known = max(row["occurred_at"], row["received_at"])
        first[key] = min(known, first.get(key, known))
    found: dict[int, Any] = {}
    for (lead, _), known in first.items():
        if known > NOW:
            found[int(lead)] = min(known, found.get(int(lead), known))
    return found


@pytest.mark.django_db
def test_what_does_not_count_is_not_handed_over(version: Version, does: Any) -> None:
    root = does("ada", "asked", properties={"topic": "pricing"})
    other = does("bea", "seen")
    does("bea", "never declared")
    declared = load(version.text)

    def counted() -> int:
        return columns_of([root.pk, other.pk], events=declared.events, traits=declared.profile).events.rows

    assert counted() == 2
    hand = Actor("carol@example.com")
    merge(winner=root.pk, loser=other.pk, reason="the same", actor=hand, now=NOW)
    assert counted() == 2, "who was merged brings the evidence along"
    ids = dict(Event.objects.values_list("name", "pk"))
    mark_bot(events=[ids["seen"]], reason="a crawler", actor=hand, now=NOW)
    assert counted() == 1
    retract_events(events=[ids["asked"]], reason="a test", actor=hand, now=NOW)
    assert counted() == 0
    assert [reading.temperature for reading in score([root.pk], version, NOW).readings] == ["cool"]


@pytest.mark.django_db
def test_without_declared_events_only_leads_are_left(does: Any) -> None:
    root = does("ada", "asked", traits={"size": 80})
    text = """
format: 1
name: Fit only
profile: {size: integer}
scores: {fit: {rules: [{name: Size, trait: size, bands: [{from: 50, points: 40}]}]}}
temperature: {hot: {when: {score: fit, at_least: 40}}}
"""
    found = columns_of([root.pk], events=(), traits=("size",))
    with LiveScorer(text) as engine:
        (reading,) = engine.readings(found.leads, found.events, traits=found.traits, as_of=NOW)
        assert reading.temperature == "hot"
        assert engine.ahead(NOW) == {}
