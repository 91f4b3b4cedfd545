"""What is entered by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from pyrometer.app.capture.imports.hand import BadEntryError, met
from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.people.models import AuditEntry, User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

CALL = {
    "once": "a" * 32,
    "email": "Ada@acme.example",
    "name": "Ada",
    "at": "2026-06-01T14:30",
    "direction": "outbound",
    "result": "answered",
    "minutes": "12",
    "trait-0": "Budget amount",
    "value-0": "12000",
    "event": "call_held",
}


def test_a_call_is_an_event_with_answers(bob: User, client_of: ClientOf) -> None:
    bob.time_zone = "Europe/Stockholm"
    bob.save()
    assert client_of(bob).post("/capture/by-hand/call", CALL).status_code == 302
    (event,) = Event.objects.all()
    assert (event.name, event.source) == ("call_held", "call")
    assert event.properties == {"direction": "outbound", "result": "answered", "minutes": 12}
    assert event.occurred_at == datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    answer = TraitChange.objects.get(trait="budget_amount")
    assert (answer.value, answer.author, answer.source) == ("12000", "bob@example.com", "call")
    assert AuditEntry.objects.filter(action="hand.call", subject=f"lead:{event.lead_id}").count() == 1


def test_a_button_pressed_twice_records_once(bob: User, client_of: ClientOf) -> None:
    for _ in range(2):
        page = client_of(bob).post("/capture/by-hand/call", CALL, follow=True).content.decode()
    assert "recorded before" in page
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": ""}, "Write an email or a phone number"),
        ({"email": "ada"}, "no email address"),
        ({"minutes": "many"}, "whole minutes"),
        ({"at": ""}, "Write the day"),
        ({"at": "2999-01-01T00:00"}, "still to come"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    bob: User, client_of: ClientOf, changes: dict[str, str], said: str
) -> None:
    answer = client_of(bob).post("/capture/by-hand/call", CALL | changes)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'value="12000"' in page
    assert not Lead.objects.exists()


def test_people_met_at_an_event(alice: User, client_of: ClientOf) -> None:
    lines = "Ada Lovelace <ada@acme.example>, Acme\r\n\r\n+46 8 123 456 78; Bo\r\n"
    sent = {"once": "b" * 32, "at": "2026-06-01T10:00", "title": "Care Fair", "people": lines}
    page = client_of(alice).post("/capture/by-hand/people", sent, follow=True).content.decode()
    assert "2 people are recorded, 2 new." in page
    assert {event.name for event in Event.objects.all()} == {"event_attended"}
    assert Event.objects.filter(properties__event="Care Fair", source="hand").count() == 2
    assert sorted(Lead.objects.values_list("name", flat=True)) == ["Ada Lovelace", "Bo"]


def test_a_line_that_names_nobody_is_named_and_none_is_recorded(alice: User, client_of: ClientOf) -> None:
    sent = {"at": "2026-06-01T10:00", "people": "ada@acme.example\nsomebody"}
    answer = client_of(alice).post("/capture/by-hand/people", sent)
    assert answer.status_code == 422
    assert "Line 2: neither an email nor a phone number" in answer.content.decode()
    assert not Lead.objects.exists()


def test_an_empty_list_says_so() -> None:
    with pytest.raises(BadEntryError, match="at least one line"):
        met(" \n ")


def test_charlie_enters_nothing(charlie: User, client_of: ClientOf) -> None:
    for client in (client_of(charlie), Client()):
        assert client.post("/capture/by-hand/call", CALL).status_code in (302, 403)
        assert client.get("/capture/by-hand/").status_code in (302, 403)
    assert not Lead.objects.exists()
