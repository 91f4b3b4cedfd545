"""Leads, events and answers by the API."""

from __future__ import annotations

import pytest

from pyrometer.app.api.models import Answered
from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.people.models import AuditEntry

from .conftest import Program, ada

pytestmark = pytest.mark.django_db


def test_a_lead_is_written_once_by_its_handle(crm: Program) -> None:
    first = crm.post("leads", ada(traits={"industry": "software", "seats": 40}, channel="trade fair"))
    assert first.status_code == 201
    lead = first.json()
    assert lead["email"] == "ada@acme.example"
    assert lead["channel"] == "trade fair"
    assert {"kind": "email", "value": "ada@acme.example"} in lead["handles"]
    assert lead["traits"]["seats"]["value"] == 40
    assert (lead["traits"]["industry"]["source"], lead["traits"]["industry"]["author"]) == ("api", "CRM")
    again = crm.post("leads", ada(traits={"industry": "retail"}))
    assert (again.status_code, again.json()["id"]) == (200, lead["id"])
    assert again.json()["traits"]["industry"]["value"] == "retail"
    assert again.json()["traits"]["seats"]["value"] == 40
    assert Lead.objects.count() == 1


def test_a_lead_is_found_by_id_handle_and_words(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    crm.post("leads", {"handles": [{"kind": "email", "value": "bo@other.example"}]})
    assert crm.get(f"leads/{lead}").json()["id"] == lead
    for query in ("handle_kind=email&handle=ADA@acme.example", "q=ada@acme"):
        assert [each["id"] for each in crm.get(f"leads?{query}").json()["items"]] == [lead], query
    assert crm.get("leads?handle_kind=email&handle=nobody@acme.example").json() == {"items": [], "next": None}


def test_a_company_is_told_by_its_name_where_no_address_tells_its_domain(crm: Program) -> None:
    bo = {"handles": [{"kind": "phone", "value": "+442079460000"}], "traits": {"company": "Acme Care"}}
    assert crm.post("leads", bo).json()["company"] == {"domain": None, "name": "Acme Care"}
    assert crm.post("leads", ada()).json()["company"]["domain"] == "acme.example"
    cleo = {"handles": [{"kind": "phone", "value": "+442079460001"}]}
    assert crm.post("leads", cleo).json()["company"] is None


def test_pages_are_stable_while_leads_come_in(crm: Program) -> None:
    def write(number: int) -> int:
        handle = {"kind": "email", "value": f"lead{number}@acme.example"}
        return crm.post("leads", {"handles": [handle]}).json()["id"]

    written = [write(number) for number in range(7)]
    seen, cursor = [], ""
    while cursor is not None:
        answer = crm.get(f"leads?limit=3{cursor and '&cursor=' + cursor}").json()
        seen += [lead["id"] for lead in answer["items"]]
        cursor = answer["next"]
        if len(seen) == 3:
            written.append(write(8))
    assert seen == written


def test_events_are_taken_once_and_one_bad_one_sinks_no_other(crm: Program) -> None:
    def event(number: str, value: str = "ada@acme.example") -> dict[str, object]:
        return {
            "id": number,
            "handles": [{"kind": "email", "value": value}],
            "event": "demo_requested",
            "properties": {"topic": "prices", "seconds": 4.5},
            "occurred_at": "2026-06-01T12:00:00+02:00",
        }

    answer = crm.post("events", {"events": [event("1"), event("2", "no address"), event("1"), event("3")]}).json()
    lead = Lead.objects.get().pk
    assert answer["leads"] == {"1": lead, "3": lead}
    assert answer["duplicates"] == ["1"]
    assert [each["id"] for each in answer["refused"]] == ["2"]
    assert crm.post("events", {"events": [event("3")]}).json()["duplicates"] == ["3"]
    (third, first) = crm.get(f"leads/{lead}/events").json()["items"]
    assert first["event"] == third["event"] == "demo_requested"
    assert first["occurred_at"] == "2026-06-01T10:00:00Z"
    assert first["properties"] == {"topic": "prices", "seconds": 4.5}
    assert Event.objects.count() == 2


def test_answers_keep_source_and_author(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    answer = {
        "id": "call-7",
        "handles": [{"kind": "email", "value": "ada@acme.example"}],
        "traits": {"budget": 5000, "timeline": None},
        "occurred_at": "2026-06-01T12:00:00Z",
        "source": "call",
        "author": "Bob",
    }
    assert crm.post("answers", {"answers": [answer]}).json()["leads"] == {"call-7": lead}
    found = {row["trait"]: row for row in crm.get(f"leads/{lead}/answers").json()["items"]}
    assert (found["budget"]["value"], found["budget"]["source"], found["budget"]["author"]) == (5000, "call", "Bob")
    assert found["timeline"]["value"] is None


def test_an_erased_lead_is_gone(crm: Program) -> None:
    lead = crm.post("leads", ada(traits={"industry": "software"})).json()["id"]
    assert crm.call("delete", f"leads/{lead}").status_code == 204
    assert crm.get(f"leads/{lead}").status_code == 404
    assert crm.get("leads").json()["items"] == []
    assert not TraitChange.objects.exists()
    assert AuditEntry.objects.filter(subject=f"lead:{lead}", key=crm.key).exists()


def test_an_erased_lead_is_in_no_answer_that_was_kept(crm: Program) -> None:
    lead = crm.post("leads", ada(), Idempotency_Key="one").json()["id"]
    other = {"handles": [{"kind": "email", "value": "bo@other.example"}]}
    crm.post("leads", other, Idempotency_Key="two")
    crm.call("delete", f"leads/{lead}")
    assert [answered.key for answered in Answered.objects.all()] == ["two"]


def test_a_lead_is_exported(crm: Program) -> None:
    lead = crm.post("leads", ada(traits={"industry": "software"})).json()["id"]
    assert "software" in crm.post(f"leads/{lead}/export").content.decode()


def test_before_a_definition_is_live_there_is_no_reading(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()
    assert lead["reading"] is None
    assert crm.get(f"leads/{lead['id']}/reading").status_code == 404
    assert crm.get("readings").json() == {"items": [], "next": None}
    assert crm.get("transitions").json() == {"items": [], "next": None}


def test_definitions_are_uploaded_as_drafts(crm: Program) -> None:
    made = crm.post("definitions", {"text": "format: 1\nname: Tiny\n", "note": "first"})
    assert made.status_code == 201
    number = made.json()["number"]
    assert crm.get(f"definitions/{number}").json()["text"].startswith("format: 1")
    assert [each["state"] for each in crm.get("definitions").json()["items"]] == ["draft"]
    assert crm.get("definitions/live").status_code == 404
    broken = crm.post("definitions", {"text": "format: 1\nname: Tiny\nscores: {fit: {rulez: []}}\n"})
    assert broken.status_code == 201
    told = [(each["level"], each["line"], each["what"]) for each in broken.json()["problems"]]
    assert ("error", 3, "unknown key `rulez`") in told
