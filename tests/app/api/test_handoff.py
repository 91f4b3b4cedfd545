"""From an event to a hot lead, its reasons, a verdict and an outcome, all by the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.agreement.models import State, Version
from pyrometer.app.api.models import Answered
from pyrometer.app.clock.loop import turn_until_idle
from pyrometer.app.delivery import actions
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.handoff.models import Rep, Team, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, Role, User
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint
from tests.app.conftest import person
from tests.app.delivery.conftest import Receiver, receiver

from .conftest import NOW, Program, ada, program

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


def junk(crm: Program, **headers: str) -> tuple[int, int]:
    """A lead that asked for a demo and was called junk, and the verdict."""
    lead = ask_for_a_demo(crm)
    given = crm.post(f"leads/{lead}/verdicts", {"verdict": "junk", "reason": "wrong_contact"}, **headers)
    assert given.status_code == 201
    return lead, given.json()["id"]


def test_a_verdict_is_taken_back(crm: Program, live: Version, rep: Rep) -> None:
    lead, verdict = junk(crm)
    assert crm.get(f"leads/{lead}").json()["reading"]["stage"] == "unqualified"
    assert crm.get("assignments?open=true").json()["items"] == []
    answer = crm.call("delete", f"verdicts/{verdict}")
    assert answer.status_code == 200
    (held,) = crm.get("assignments?open=true").json()["items"]
    assert (held["id"], held["due_at"][:19]) == (answer.json()["id"], answer.json()["due_at"][:19])
    assert (answer.json()["lead"], answer.json()["rep"], answer.json()["ended_at"]) == (lead, "bob@example.com", None)
    assert crm.get(f"leads/{lead}").json()["reading"]["stage"] == "sql"
    assert crm.get("verdicts").json()["items"] == []
    entry = AuditEntry.objects.get(action="lead.verdict_taken_back")
    assert (entry.subject, entry.actor) == (f"lead:{lead}", "CRM")
    again = crm.call("delete", f"verdicts/{verdict}")
    assert (again.status_code, again["Content-Type"]) == (404, "application/problem+json")
    assert "taken back already" in again.json()["detail"]
    assert crm.post(f"leads/{lead}/verdicts", {"verdict": "accepted"}).status_code == 201


def test_a_verdict_is_taken_back_once_by_a_call_that_is_repeated(crm: Program, live: Version, rep: Rep) -> None:
    lead, verdict = junk(crm)
    first, second = (crm.call("delete", f"verdicts/{verdict}", Idempotency_Key="oops") for _ in range(2))
    assert (first.status_code, second.status_code, second.content) == (200, 200, first.content)
    assert second["Idempotent-Replayed"] == "true"
    assert AuditEntry.objects.filter(action="lead.verdict_taken_back").count() == 1
    # What is kept for a repeat goes with the lead.
    assert Answered.objects.filter(key="oops").exists()
    assert crm.call("delete", f"leads/{lead}").status_code == 204
    assert not Answered.objects.filter(key="oops").exists()


def test_a_verdict_is_final_where_the_lead_has_gone_on(crm: Program, live: Version, rep: Rep) -> None:
    lead, verdict = junk(crm)
    crm.post(f"leads/{lead}/outcomes", {"won": True, "decided_at": timezone.now().isoformat()})
    refused = crm.call("delete", f"verdicts/{verdict}")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert "the lead has gone on since" in refused.json()["detail"]


def test_a_verdict_is_final_after_three_days(crm: Program, live: Version, rep: Rep) -> None:
    _, verdict = junk(crm)
    Verdict.objects.update(at=timezone.now() - timedelta(days=3, seconds=1))
    refused = crm.call("delete", f"verdicts/{verdict}")
    assert refused.status_code == 409
    assert "it can be taken back for 3 days" in refused.json()["detail"]
    assert [row["id"] for row in crm.get("verdicts").json()["items"]] == [verdict]


def test_only_who_gave_a_verdict_and_managers_take_it_back(
    crm: Program,
    live: Version,
    rep: Rep,
    alice: User,
    carol: User,
    charlie: User,
    client_of: Callable[[User], Client],
) -> None:
    lead = ask_for_a_demo(crm)
    bea = person("Bea", Role.SALES)
    Rep.objects.create(user=bea, team=rep.team)
    said = json.dumps({"verdict": "junk"})
    address = f"/api/v1/leads/{lead}/verdicts"
    for taker in (rep.user, carol):
        given = client_of(rep.user).post(address, said, content_type="application/json")
        verdict = f"/api/v1/verdicts/{given.json()['id']}"
        assert client_of(charlie).delete(verdict).status_code == 401
        for other in (bea, alice):
            assert client_of(other).delete(verdict).status_code == 403
        assert program("read").call("delete", verdict.removeprefix("/api/v1/")).status_code == 403
        assert Verdict.objects.count() == 1
        assert client_of(taker).delete(verdict).status_code == 200
        assert Verdict.objects.count() == 0


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
