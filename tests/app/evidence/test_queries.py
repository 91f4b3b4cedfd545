"""Rows to score, timelines, and who somebody means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer.app.evidence.actions import merge
from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.queries import by_handle, deciders, rows_of, search, timeline
from pyrometer.app.people.audit import Actor
from pyrometer.errors import UsageError
from pyrometer.live import LiveScorer
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db
Say = Callable[..., int]

DEFINITION = """
format: 1
name: Tiny
profile: {industry: text, employees: integer, email: {type: text, personal: true}}
events:
  page_viewed: {properties: {topic: text, seconds: integer}}
  demo_requested: {}
scores:
  fit:
    rules:
      - {name: Care, points: 10, when: {trait: industry, is: care}}
      - {name: Size, points: 5, when: {trait: employees, at_least: 50}}
  interest:
    rules:
      - {name: Pricing, points: 3, event: page_viewed, where: {topic: pricing}}
      - {name: Demo, points: 20, event: demo_requested}
temperature: {hot: {when: {score: interest, at_least: 20}}}
"""


def test_the_scorer_takes_the_rows(say: Say, carol: Actor) -> None:
    lead = say("email:ada@acme.test", properties={"topic": "pricing", "seconds": 12, "event": "x", "lead_id": "y"})
    say("email:ada@acme.test", event="demo_requested", traits={"industry": "retail", "employees": "120"})
    say("email:ada@acme.test", event=None, traits={"industry": "care"})
    other = say("email:bea@beta.test", properties={"topic": "pricing"}, agent="Googlebot/2.1")
    device = say("anonymous:a1", properties={"topic": "pricing"})
    merge(winner=lead, loser=device, reason="the same", actor=carol, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        rows = rows_of([lead, other])
    assert len(queries) == 5, "three for the rows, and two for what counts of them"
    with LiveScorer(DEFINITION) as scorer:
        readings = scorer.readings(rows.leads, rows.events, traits=rows.traits, as_of=NOW + timedelta(days=1))
    found = {reading.lead_id: reading for reading in readings}
    points = {name: list(reading.scores.values()) for name, reading in found.items()}
    assert points == {str(lead): [150_000, 260_000], str(other): [0, 0]}, "fit and interest, in units"
    assert found[str(lead)].temperature == "hot"


def test_rows_of_what_is_no_root_are_none(say: Say, carol: Actor) -> None:
    lead, device = say("email:ada@acme.test"), say("anonymous:a1")
    merge(winner=lead, loser=device, reason="", actor=carol, now=NOW)
    assert rows_of([device]).leads == []
    assert rows_of([]).events == []
    assert {row["lead_id"] for row in rows_of([lead]).events} == {str(lead)}


def test_a_timeline_goes_on_where_it_ended(say: Say, carol: Actor) -> None:
    same = [message("user:u1", event=f"e{number}", traits={f"t{number}": number}) for number in range(7)]
    took(*same)
    lead = Lead.objects.get()
    device = say("anonymous:a1", event="from the device")
    merge(winner=lead.pk, loser=device, reason="the same", actor=carol, now=NOW)
    whole = timeline(lead.pk, limit=100)
    assert len(whole) == 16
    pages, cursor = [], None
    while page := timeline(lead.pk, limit=3, before=cursor):
        pages += page
        cursor = page[-1].cursor
    assert pages == whole
    assert {entry.kind for entry in whole} == {"event", "answer", "merge"}
    assert [entry.at for entry in whole] == sorted((entry.at for entry in whole), reverse=True)
    for bad in ("", "x~y~z", "2026~1"):
        with pytest.raises(UsageError, match="can't go on from there"):
            timeline(lead.pk, before=bad)


def test_who_is_meant(say: Say) -> None:
    ada = say("email:ada.lovelace@acme.test", "phone:+49301234567", traits={"name": "Ada Lovelace"})
    bea = say("email:bea@beta.test", "user:u-17", traits={"name": "Bea Å. Müller"})
    for text, lead in {
        "Ada.Lovelace@ACME.test": ada,
        "ada.l": ada,
        "lovelace": ada,
        "+49 30 1234567": ada,
        "acme.t": ada,
        f"#{ada}": ada,
        str(bea): bea,
        "u-17": bea,
        "müller": bea,
    }.items():
        assert [row.pk for row in search(text)] == [lead], text
    assert search("  ") == search("nobody@nowhere.test") == search("%") == search("_") == []
    assert len(search("a", limit=1)) == 1


def test_a_handle_leads_to_the_root(say: Say, carol: Actor) -> None:
    lead, other = say("email:ada@acme.test"), say("phone:+49301234567")
    merge(winner=lead, loser=other, reason="", actor=carol, now=NOW)
    found = by_handle("phone", "+49 30 1234567")
    assert found is not None
    assert found.pk == lead
    assert by_handle("phone", "nonsense") is None
    assert by_handle("email", "bea@acme.test") is None


def test_the_other_deciders_of_a_company(say: Say) -> None:
    ada, bea, carl = (say(f"email:{name}@acme.test") for name in ("ada", "bea", "carl"))
    say("email:dan@gmail.com")
    assert [row.pk for row in deciders(ada)] == [carl, bea]
    assert deciders(say("anonymous:a1")) == []
