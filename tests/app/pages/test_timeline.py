"""How a lead's timeline reads: what came in together in one line, and why a temperature changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.views.timeline import timeline
from pyrometer.app.people.models import User
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.app.temperature.reasons import what_happened

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def said(once: str, traits: Mapping[str, Any], *, source: str = "import", author: str = "", minutes: int = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    handles = (("email", "ada@care.example"),)
    message = Incoming(
        once=once,
        occurred_at=at,
        received_at=at,
        source=source,
        handles=handles,
        event=None,
        properties={},
        traits=traits,
        author=author,
    )
    take(incoming=[message], now=at)


def test_what_a_file_said_is_one_line(alice: User) -> None:
    for number in range(5):
        said(f"row-{number}", {f"trait_{number}": number, "name": "Ada"}, author=alice.email)
    ((_, entries),) = timeline(Lead.objects.get().pk).days
    (entry,) = entries
    # The address and what it says of itself are known since the first row, too.
    assert len(entry.moments) == 8
    assert entry.origin.author == "Alice"


def test_two_calls_are_two_lines(alice: User) -> None:
    said("one", {"need": "yes", "budget": 4000}, source="call")
    said("two", {"need": "no", "budget": 5000}, source="call", minutes=30)
    ((_, entries),) = timeline(Lead.objects.get().pk).days
    assert [len(entry.moments) for entry in entries] == [2, 4]


def test_the_page_says_it_and_keeps_the_answers(alice: User, client_of: Callable[[User], Client]) -> None:
    said("row", {"need": "rotas", "budget": 4000, "name": "Ada"}, author=alice.email)
    lead = Lead.objects.get()
    reading = Reading.objects.create(
        lead=lead, temperature="hot", stage_since=NOW, as_of=NOW, last_seen_at=NOW, fingerprint="x"
    )
    for kind, before, after, cause, reasons in (
        ("temperature", "warm", "hot", "evidence", [{"rule": "Asked for a demo", "points": 30, "before": 0}]),
        ("stage", "lead", "mql", "evidence", ["it looks like a customer"]),
    ):
        Transition.objects.create(
            lead=lead, kind=kind, before=before, after=after, cause=cause, reasons=reasons, at=NOW
        )
    page = client_of(alice).get(f"/leads/{reading.pk}/").content.decode()
    assert "Imported, Alice: 5 traits</summary>" in page
    assert "rotas" in page
    assert "Asked for a demo +30" in page
    assert "it looks like a customer" in page
    assert "by evidence" not in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ("warm", "hot", "evidence", [{"rule": "A", "points": 1, "before": 9}, "need is met, was unknown"]),
            "need is met",
        ),
        (
            (
                "hot",
                "warm",
                "evidence",
                [{"rule": "A", "points": 9, "before": 1}, {"rule": "B", "points": 0, "before": 4}],
            ),
            "B −4",
        ),
        (("hot", "cool", "cooling", [{"rule": "A", "points": "0.25", "before": 9}]), "cooled: A −8.8"),
        (("hot", "cool", "cooling", []), "cooled"),
        (("", "warm", "evidence", []), "something new is known"),
        (("cool", "warm", "definition", [{"rule": "A", "points": 9, "before": 1}]), "read by a new definition"),
        (("cool", "warm", "sweep", []), "set right by the nightly sweep"),
    ],
)
def test_why_a_temperature_changed(change: tuple[str, str, str, list[Any]], told: str) -> None:
    assert what_happened(*change) == told


def test_what_mails_and_surveys_note_for_programs_isnt_told(alice: User, client_of: Callable[[User], Client]) -> None:
    ours = {
        "mail": "nurture:57:1",
        "content": "educate-need",
        "topic": "need",
        "channel": "email",
        "link": "https://care.example/rotas",
        "method": "GET",
        "delivered_at": "2026-06-01T09:00:00+00:00",
    }
    theirs = {"mail": "gold", "method": "by card"}
    for source, name, properties in (("mail", "email_clicked", ours), ("wire", "plan_bought", theirs)):
        message = Incoming(
            once=name,
            occurred_at=NOW,
            received_at=NOW,
            source=source,
            handles=(("email", "ada@care.example"),),
            event=name,
            properties=properties,
        )
        take(incoming=[message], now=NOW)
    lead = Lead.objects.get()
    ((_, entries),) = timeline(lead.pk).days
    told = {entry.first.row.name: entry.properties for entry in entries if entry.first.kind == "event"}
    assert told["email_clicked"] == ["educate-need", "https://care.example/rotas", "need"]
    assert told["plan_bought"] == ["gold", "by card"]
    page = client_of(alice).get(f"/leads/{lead.pk}/").content.decode()
    assert "educate-need, https://care.example/rotas, need" in page
    assert "nurture:57:1" not in page
