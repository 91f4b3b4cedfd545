"""What a yes is worth that comes by a write key, which everybody can read, and who is asked whether it was theirs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.capture.digest import agreeing, queue
from pyrometer.app.capture.models import Accepted
from pyrometer.app.consent import links
from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import may_mail, may_profile
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey
from pyrometer.app.people.sealed import MAILED_LINK, unseal

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)
"""Links in mails are good for a while, and nobody tells a page what time it is."""
SECOND = timedelta(seconds=1)
ADA = "ada@acme.example"


@pytest.fixture
def key() -> ApiKey:
    return keys.create(actor=Actor("tests"), kind="write", name="site", now=NOW).key


@pytest.fixture(autouse=True)
def _asked_for() -> None:
    Purpose.objects.update_or_create(slug="profiling", defaults={"basis": "consent", "texts": {"en": "Look."}})
    Purpose.objects.get_or_create(slug="email")


def told(key: ApiKey, *messages: dict[str, Any], at: datetime = NOW, says: dict[str, bool] | None = None) -> None:
    """One request, whose first message says what somebody agreed to; and what becomes of it."""
    batch: list[dict[str, Any]] = [{"type": "page", "anonymousId": "v", "context": {}, **each} for each in messages]
    batch[0]["context"] = {"locale": "de-DE", "consent": {"categoryPreferences": says or {}}}
    body = json.dumps({"batch": batch, "sentAt": at.isoformat()}).encode()
    Accepted.objects.create(key=key, body=body, messages=len(batch), received_at=at)
    queue.work(at + SECOND)


def is_ada(**more: Any) -> dict[str, Any]:
    return {"type": "identify", "traits": {"email": ADA}, **more}


def listed(says: bool | None = None) -> int:
    """Somebody whom a list brought yesterday, and what they said to being looked at."""
    at = NOW - timedelta(days=1)
    lead = take(incoming=[Incoming("m", at, at, "import", (("email", ADA),), event="x")], now=at).lead_of["m"]
    if says is not None:
        record(lead=lead, purpose="profiling", given=says, text="", at=at, now=at, source="hand")
    return lead


def root() -> int:
    found = Lead.objects.get(handles__value="v").root_id
    assert found is not None
    return found


def asked() -> list[tuple[str, str]]:
    """Who was asked by mail, and in which language."""
    return [(row.payload["to"], row.payload["language"]) for row in Outgoing.objects.order_by("pk")]


def test_a_yes_in_the_request_that_says_who_a_new_visitor_is_counts_at_once(key: ApiKey) -> None:
    told(key, {}, is_ada(), says={"profiling": True})
    assert may_profile([root()]) == {root()}
    assert asked() == []


def test_a_yes_of_the_visit_counts_when_the_visitor_is_known_by_the_next_request(key: ApiKey) -> None:
    told(key, {}, says={"profiling": True})
    told(key, is_ada(), at=NOW + SECOND)
    assert may_profile([root()]) == {root()}
    assert asked() == []


def test_a_yes_for_somebody_who_was_here_before_is_asked_about_and_counts_once_confirmed(
    key: ApiKey, client: Client
) -> None:
    lead = listed()
    told(key, {}, is_ada(), says={"profiling": True})
    assert root() == lead
    assert may_profile([lead]) == set()
    assert asked() == [(ADA, "de")]
    assert Consent.objects.get().asked_at == NOW + SECOND
    # A library repeats what it was told; nobody is asked twice.
    told(key, {}, at=NOW + timedelta(days=2), says={"profiling": True})
    assert len(asked()) == Consent.objects.count() == 1
    client.post(unseal(Outgoing.objects.get().payload["sealed_link"], purpose=MAILED_LINK))
    assert may_profile([lead]) == {lead}


def test_nobody_is_asked_where_nothing_hangs_on_the_answer(key: ApiKey, client: Client) -> None:
    Purpose.objects.filter(slug="profiling").update(basis="interest", reason="It helps.")
    lead = listed()
    told(key, {}, is_ada(), says={"profiling": True})
    assert may_profile([lead]) == {lead}
    assert asked() == []
    page = client.get(links.choices(lead, NOW)).content.decode()
    assert "nobody has asked you" not in page


def test_who_objected_is_asked(key: ApiKey) -> None:
    Purpose.objects.filter(slug="profiling").update(basis="interest", reason="It helps.")
    lead = listed(says=False)
    told(key, {}, is_ada(), says={"profiling": True})
    assert may_profile([lead]) == set()
    assert asked() == [(ADA, "de")]


def test_who_said_no_is_not_asked_at_an_address_that_a_stranger_names(key: ApiKey) -> None:
    at = NOW - timedelta(days=1)
    lead = take(incoming=[Incoming("m", at, at, "import", (("user", "7"),), event="x")], now=at).lead_of["m"]
    record(lead=lead, purpose="profiling", given=False, text="", at=at, now=at, source="hand")
    told(key, is_ada(userId="7"), says={"profiling": True})
    assert Handle.objects.get(value=ADA).lead.root_id == lead
    # Nor when the stranger comes back, whose address is known by now.
    told(key, {"userId": "7"}, at=NOW + SECOND, says={"email": True})
    told(key, {"userId": "7"}, at=NOW + 2 * SECOND, says={"profiling": False})
    told(key, {"userId": "7"}, at=NOW + 3 * SECOND, says={"profiling": True})
    assert [to for to, _ in asked()] == [ADA], "of mails nothing was said before"
    assert Consent.objects.get(purpose__slug="email").asked_at is not None
    assert not Consent.objects.filter(purpose__slug="profiling", asked_at__isnull=False).exists()
    assert may_profile([lead]) == set()


@pytest.mark.parametrize("says", [None, False])
def test_an_address_that_a_stranger_names_beside_a_lead_answers_for_nobody(key: ApiKey, *, says: bool | None) -> None:
    at = NOW - timedelta(days=1)
    handles = (("user", "7"), ("email", ADA))
    lead = take(incoming=[Incoming("m", at, at, "import", handles, event="x")], now=at).lead_of["m"]
    if says is not None:
        record(lead=lead, purpose="email", given=says, text="", at=at, now=at, source="hand")
    told(key, {"type": "identify", "userId": "7", "traits": {"email": "evil@acme.example"}})
    assert Handle.objects.get(value="evil@acme.example").lead.root_id == lead
    told(key, {"userId": "7"}, at=NOW + SECOND, says={"email": True})
    assert asked() == [(ADA, "de")]


def test_one_visitor_who_says_yes_and_no_leaves_letters_for_others(
    key: ApiKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreeing, "AN_HOUR", 3)
    told(key, is_ada(), says={"email": True})
    for number in range(1, 9):
        told(key, {}, at=NOW + number * SECOND, says={"email": number % 2 == 0})
    assert asked() == [(ADA, "de")]
    # What the mail of today asks about has its time.
    yes = Consent.objects.filter(given=True)
    assert set(yes.values_list("asked_at", flat=True)) == {NOW + SECOND}
    who = {"anonymousId": "w", "type": "identify", "traits": {"email": "bo@acme.example"}}
    told(key, who, at=NOW + 9 * SECOND, says={"email": True})
    assert asked()[-1] == ("bo@acme.example", "de")


def test_a_yes_to_mails_is_asked_about_as_soon_as_there_is_an_address(key: ApiKey) -> None:
    told(key, {}, says={"email": True})
    assert asked() == []
    told(key, is_ada(), at=NOW + SECOND, says={"email": True})
    assert asked() == [(ADA, "de")]
    assert may_mail([root()]) == set()
    told(key, {}, at=NOW + 2 * SECOND, says={"email": True})
    assert len(asked()) == 1


def test_a_write_key_doesnt_write_to_the_world(key: ApiKey, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(agreeing, "AN_HOUR", 2)
    for number in range(4):
        who = {"anonymousId": f"v{number}", "traits": {"email": f"a{number}@acme.example"}, "type": "identify"}
        told(key, who, at=NOW + number * SECOND, says={"email": True})
    assert [to for to, _ in asked()] == ["a0@acme.example", "a1@acme.example"]
    # The lead's own page says so, and the button there asks.
    last = Lead.objects.get(handles__value="v3")
    page = client.get(links.choices(last.pk, NOW)).content.decode()
    assert "nobody has asked you by mail whether it was you" in page
    first = client.get(links.choices(Lead.objects.get(handles__value="v0").pk, NOW)).content.decode()
    assert "once you have clicked the link that we mailed you" in first
    # An hour later there is room again.
    who = {"anonymousId": "v3", "type": "page"}
    told(key, who, at=NOW + timedelta(hours=2), says={"email": True})
    assert asked()[-1] == ("a3@acme.example", "de")
