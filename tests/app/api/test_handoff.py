"""From an event to a hot lead, its reasons, a verdict and an outcome, all by the API."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.agreement.models import State, Version
from pyrometer.app.api.models import Answered
from pyrometer.app.clock.loop import turn_until_idle
from pyrometer.app.delivery import actions
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.handoff.models import Rep, Team
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import Role, User
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint
from tests.app.conftest import person
from tests.app.delivery.conftest import Receiver, receiver

from .conftest import NOW, Program, ada

__all__ = ["receiver"]
pytestmark = pytest.mark.django_db

DEFINITION = """\
format: 1
name: Tiny
events: {demo_requested: {}}
scores:
  interest: {rules: [{name: Asked for a demo, points: 5, event: demo_requested}]}
temperature: {hot: {when: {score: interest, at_least: 4}}}
"""


@pytest.fixture
def live(db: None) -> Version:
    """A definition by which a demo makes a lead hot."""
    return Version.objects.create(
        number=1,
        text=DEFINITION,
        fingerprint=fingerprint(load(DEFINITION)),
        name="Tiny",
        state=State.LIVE,
        created_at=NOW,
        live_at=NOW,
    )


@pytest.fixture
def rep(bob: User) -> Rep:
    """Bob, who takes leads at any time."""
    hours = {day: ["00:00", "23:59"] for day in "mon tue wed thu fri sat sun".split()}
    return Rep.objects.create(user=bob, team=Team.objects.create(name="North"), hours=hours)


def ask_for_a_demo(crm: Program) -> int:
    """Ada asks for a demo, and everything that follows is done."""
    event = ada(id="1", event="demo_requested", occurred_at=timezone.now().isoformat())
    (lead,) = crm.post("events", {"events": [event]}).json()["leads"].values()
    turn_until_idle(timezone.now())
    return lead


def test_a_demo_makes_a_lead_hot_with_its_reasons(crm: Program, live: Version, rep: Rep) -> None:
    lead = ask_for_a_demo(crm)
    assert [each["id"] for each in crm.get("leads?temperature=hot").json()["items"]] == [lead]
    assert crm.get(f"leads/{lead}/reading").json()["scores"] == {"interest": 5}
    reasons = crm.get(f"leads/{lead}/reasons").json()
    (interest,) = reasons["sums"]
    assert (interest["score"], interest["points"]) == ("interest", 5)
    assert [(line["rule"], line["points"], line["hits"]) for line in interest["contributions"]] == [
        ("Asked for a demo", 5, 1)
    ]
    kinds = [(row["kind"], row["after"]) for row in crm.get(f"leads/{lead}/transitions").json()["items"]]
    assert ("temperature", "hot") in kinds
    assert [row["lead"] for row in crm.get("transitions?kind=temperature").json()["items"]] == [lead]


def test_sales_works_on_it_from_a_crm(crm: Program, live: Version, rep: Rep) -> None:
    lead = ask_for_a_demo(crm)
    (assignment,) = crm.get("assignments?open=true").json()["items"]
    assert (assignment["lead"], assignment["rep"]) == (lead, "bob@example.com")
    attempt = crm.post(f"leads/{lead}/attempts", {"channel": "call", "reached": True, "note": "nice"})
    assert attempt.status_code == 201
    verdict = crm.post(f"leads/{lead}/verdicts", {"verdict": "accepted"})
    assert (verdict.status_code, verdict.json()["attempted"]) == (201, True)
    assert [row["verdict"] for row in crm.get("verdicts").json()["items"]] == ["accepted"]
    won = {"won": True, "decided_at": "2026-06-01T12:00:00Z", "revenue": "1200.50", "currency": "EUR"}
    outcome = crm.post(f"leads/{lead}/outcomes", won)
    assert (outcome.status_code, outcome.json()["revenue"]) == (201, "1200.50")
    assert [row["lead"] for row in crm.get("outcomes").json()["items"]] == [lead]
    assert crm.get(f"leads/{lead}").json()["reading"]["stage"] == "customer"


def test_what_was_said_of_an_erased_lead_is_repeated_to_nobody(crm: Program, live: Version, rep: Rep) -> None:
    """An answer that is kept for a repeat shows what the call wrote."""
    lead = ask_for_a_demo(crm)
    other = crm.post("leads", {"handles": [{"kind": "email", "value": "bo@other.example"}]}, Idempotency_Key="bo")
    said = ada(id="2", traits={"need": "boats"}, occurred_at="2026-06-01T12:00:00Z")
    calls = {
        "attempts": {"channel": "call", "reached": True, "note": "wants boats"},
        "verdicts": {"verdict": "accepted", "note": "wants boats"},
        "outcomes": {"won": True, "decided_at": "2026-06-01T12:00:00Z", "source": "boats"},
    }
    for name, body in calls.items():
        assert crm.post(f"leads/{lead}/{name}", body, Idempotency_Key=name).status_code == 201
    assert crm.post("leads", ada(traits={"need": "boats"}), Idempotency_Key="lead").status_code == 200
    assert crm.post("answers", {"answers": [said]}, Idempotency_Key="answers").status_code == 200
    assert Answered.objects.count() == 6
    assert crm.call("delete", f"leads/{lead}").status_code == 204
    (kept,) = Answered.objects.all()
    assert (kept.key, kept.body) == ("bo", other.content.decode())


def test_a_colleagues_lead_is_closed_by_nobody_else_of_sales(
    crm: Program, live: Version, rep: Rep, alice: User, client_of: Callable[[User], Client]
) -> None:
    lead = ask_for_a_demo(crm)
    bea = person("Bea", Role.SALES)
    Rep.objects.create(user=bea, team=rep.team)
    lost = json.dumps({"won": False, "decided_at": "2026-06-01T12:00:00Z"})
    address = f"/api/v1/leads/{lead}/outcomes"
    for other in (bea, alice):
        assert client_of(other).post(address, lost, content_type="application/json").status_code == 403
    assert crm.get("outcomes").json()["items"] == []
    assert client_of(rep.user).post(address, lost, content_type="application/json").status_code == 201


def test_nothing_is_said_of_a_lead_that_nobody_has(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    assert crm.post(f"leads/{lead}/verdicts", {"verdict": "junk"}).status_code == 409
    assert crm.post(f"leads/{lead}/attempts", {"channel": "call", "reached": False}).status_code == 409


@pytest.mark.parametrize("revenue", [1200.5, "1e3", "-1", "1.001", "NaN", "9999999999999", ""])
def test_an_amount_is_exact_text(crm: Program, revenue: object) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    won = {"won": True, "decided_at": "2026-06-01T12:00:00Z", "revenue": revenue}
    answer = crm.post(f"leads/{lead}/outcomes", won)
    if revenue == "1e3":
        assert answer.json()["revenue"] == "1000.00"
    else:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == "body.revenue"


def test_webhooks_hear_of_it(crm: Program, live: Version, rep: Rep, receiver: Receiver) -> None:
    actions.create_webhook(actor=Actor("a test"), url=receiver.url, topics=[], now=NOW)
    lead = ask_for_a_demo(crm)
    told = [json.loads(heard.body) for heard in receiver.heard]
    assert {each["type"] for each in told} >= {"transition", "assignment"}
    assert {each["data"]["lead"] for each in told} == {lead}
    assert not Outgoing.objects.filter(channel__in=["webhook", "hook"], done_at=None).exists()


def test_reasons_are_those_of_the_page(crm: Program, live: Version, rep: Rep) -> None:
    refused = crm.post("leads/1/verdicts", {"verdict": "junk", "reason": "bad_mood"})
    assert refused.status_code == 422
    assert "wrong_contact" in refused.content.decode()
