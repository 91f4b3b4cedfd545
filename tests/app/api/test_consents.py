"""Consent by the API: written with its proof, read again, and told to webhooks."""

from __future__ import annotations

import pytest

from pyrometer.app.consent.models import Consent
from pyrometer.app.consent.queries import may_mail, may_profile
from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.people.models import AuditEntry, User

from .conftest import Program, ada, program

pytestmark = pytest.mark.django_db
SAID = {"purpose": "email", "given": True, "text": "Write to me.", "at": "2026-06-01T12:00:00Z",
        "address": "2001:db8::7", "page": "https://shop.example/checkout"}  # fmt: skip


def test_a_word_is_kept_with_its_proof_and_read_again(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    Webhook.objects.create(url="https://hook.example", secret="s")
    made = crm.post(f"leads/{lead}/consents", SAID)
    assert made.status_code == 201
    assert may_mail([lead]) == {lead}
    no = crm.post(f"leads/{lead}/consents", {"purpose": "profiling", "given": False, "text": "No thanks."})
    assert (no.status_code, may_profile([lead])) == (201, set())
    latest, first = crm.get(f"leads/{lead}/consents").json()["items"]
    assert (latest["purpose"], latest["given"], latest["counts"], latest["current"]) == (
        "profiling",
        False,
        False,
        True,
    )
    # To the last digit of its time, which a database may have rounded.
    assert first | {"recorded_at": ""} == made.json() | {"recorded_at": ""}
    assert {name: first[name] for name in ("text", "page", "address", "source", "at")} == {
        **{name: SAID[name] for name in ("text", "page", "address", "at")},
        "source": "api",
    }
    assert AuditEntry.objects.filter(actor="CRM", action="consent.recorded", subject=f"lead:{lead}").count() == 2
    told = [row.payload["data"] for row in Outgoing.objects.filter(channel="webhook").order_by("pk")]
    assert [(each["lead"], each["purpose"], each["given"], each["counts"]) for each in told] == [
        (lead, "email", True, True),
        (lead, "profiling", False, False),
    ]
    assert "address" not in told[0]


def test_a_double_opt_in_counts_once_it_was_confirmed(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    assert crm.post(f"leads/{lead}/consents", {**SAID, "double_opt_in": True}).json()["counts"] is False
    assert may_mail([lead]) == set()
    assert Outgoing.objects.get(channel="email").payload["to"] == "ada@acme.example"
    phone = crm.post("leads", {"handles": [{"kind": "phone", "value": "+442079460000"}]}).json()["id"]
    refused = crm.post(f"leads/{phone}/consents", {**SAID, "double_opt_in": True})
    assert (refused.status_code, "no address" in refused.json()["detail"]) == (422, True)


def test_what_makes_no_sense_is_refused(crm: Program) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    for wrong in ({"purpose": "pigeons"}, {"at": "2199-01-01T00:00:00Z"}, {"address": "1.2.3"}, {"text": ""},
                  {"given": "yes"}, {"more": 1}):  # fmt: skip
        assert crm.post(f"leads/{lead}/consents", {**SAID, **wrong}).status_code == 422, wrong
    assert crm.post("leads/999/consents", SAID).status_code == 404
    assert not Consent.objects.exists()


def test_keys_do_what_their_scopes_say(crm: Program, dora: User) -> None:
    lead = crm.post("leads", ada()).json()["id"]
    reads = program("read", by=dora)
    assert reads.post(f"leads/{lead}/consents", SAID).status_code == 403
    assert reads.get(f"leads/{lead}/consents").json() == {"items": [], "next": None}
    found = {each["slug"]: each["basis"] for each in reads.get("purposes").json()["items"]}
    assert found == {"email": "consent", "profiling": "interest"}
    assert program("write", by=dora).get(f"leads/{lead}/consents").status_code == 403
