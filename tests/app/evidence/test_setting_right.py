"""Correcting, taking back, erasing, exporting: visible, audited, complete."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.evidence import holders
from pyrometer.app.evidence.actions import correct, erase, export, merge, retract_answers, retract_events, unmerge
from pyrometer.app.evidence.models import Event, Handle, Lead, ToErase, TraitChange
from pyrometer.app.evidence.queries import by_handle, profile, rows_of, timeline
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.errors import UsageError
from tests.app.evidence.conftest import NOW

pytestmark = pytest.mark.django_db
Say = Callable[..., int]


def with_a_reading(lead: int) -> None:
    reasons = [{"score": "interest", "rule": "Asked for a demo", "points": 40}]
    Reading.objects.create(
        lead_id=lead,
        temperature="hot",
        stage_since=NOW,
        strongest=reasons,
        fingerprint="f",
        as_of=NOW,
        last_seen_at=NOW,
    )
    Transition.objects.create(
        lead_id=lead, kind="temperature", before="cool", after="hot", cause="evidence", reasons=reasons, at=NOW
    )
    purpose = Purpose.objects.create(slug="letters-of-the-test")
    Consent.objects.create(lead_id=lead, purpose=purpose, given=True, text="Write to me", at=NOW)


def test_a_correction_counts_and_what_was_said_stays(say: Say, carol: Actor) -> None:
    lead = say("email:ada@acme.test", traits={"budget": 5, "name": "Ada"})
    Lead.objects.update(touched_at=None)
    later = NOW.replace(day=2)
    correct(lead=lead, trait="budget", value=50, actor=carol, now=later)
    assert profile(lead)["budget"].value == 50
    assert (profile(lead)["budget"].source, profile(lead)["budget"].author) == ("hand", "carol@rotavane.test")
    assert TraitChange.objects.filter(trait="budget").count() == 2
    assert Lead.objects.get(pk=lead).touched_at == later
    entry = AuditEntry.objects.get(action="correct")
    assert (entry.subject, entry.detail) == (f"lead:{lead}", {"trait": "budget"}), "the log outlives the lead"
    correct(lead=lead, trait="name", value="Ada L.", actor=carol, now=later)
    assert Lead.objects.get(pk=lead).name == "Ada L."


def test_a_corrected_address_is_a_handle_and_is_shown(say: Say, carol: Actor) -> None:
    ada, bea = say("email:ada@acme.test"), say("email:bea@acme.test")
    later = NOW.replace(day=2)
    correct(lead=ada, trait="email", value="Ada@New.test", actor=carol, now=later)
    assert by_handle("email", "ada@new.test") == by_handle("email", "ada@acme.test") == Lead.objects.get(pk=ada)
    assert Lead.objects.get(pk=ada).email == "ada@new.test"
    with pytest.raises(UsageError, match=f"belongs to lead {bea}; if they are one, merge them"):
        correct(lead=ada, trait="email", value="bea@acme.test", actor=carol, now=later)
    with pytest.raises(UsageError, match="is no email address"):
        correct(lead=ada, trait="email", value="ada", actor=carol, now=later)
    with pytest.raises(UsageError, match="no lead 999"):
        correct(lead=999, trait="need", value="yes", actor=carol, now=later)


@pytest.mark.parametrize("value", [{1}, float("inf"), "x\0", "x" * 20_000])
def test_what_can_not_be_an_answer_is_refused(say: Say, carol: Actor, value: Any) -> None:
    with pytest.raises(UsageError, match="need"):
        correct(lead=say("user:u1"), trait="need", value=value, actor=carol, now=NOW)


def test_what_is_taken_back_stays_visible_and_does_not_count(say: Say, carol: Actor) -> None:
    lead = say("user:u1", event="demo_requested", traits={"name": "Ada"})
    later = say("user:u1", event=None, traits={"name": "Test"})
    Lead.objects.update(touched_at=None)
    assert retract_events(events=[Event.objects.get().pk], reason="a test", actor=carol, now=NOW) == 1
    slip = TraitChange.objects.latest("pk").pk
    assert retract_answers(answers=[slip], reason="a slip", actor=carol, now=NOW) == 1
    assert retract_answers(answers=[slip], reason="again", actor=carol, now=NOW) == 0
    assert lead == later
    assert rows_of([lead]).events == []
    assert [row["value"] for row in rows_of([lead]).traits] == ["Ada"]
    assert [entry.retracted_at is None for entry in timeline(lead)] == [False, False, True]
    row = Lead.objects.get(pk=lead)
    # Touched twice: each touch is an instant of its own.
    assert (row.name, row.touched_at) == ("Ada", NOW + timedelta(microseconds=1))
    assert AuditEntry.objects.get(action="retract_events").detail["reason"] == "a test"


def everything() -> str:
    """All that the database holds, but for the audit log, as one text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            found.append(str(cursor.fetchall()))
    return "".join(found)


def test_nothing_is_left_of_an_erased_lead(say: Say, carol: Actor) -> None:
    ada = say(
        "email:ada@acme.test", "anonymous:secret-device", traits={"name": "Ada Secret"}, properties={"q": "Secret"}
    )
    other = say("phone:+49301234567", traits={"city": "Secretville"})
    bea = say("email:bea@beta.test", traits={"name": "Bea"})
    merge(winner=ada, loser=other, reason="the same", actor=carol, now=NOW)
    with_a_reading(ada)
    told = []

    def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
        told.append((sorted(leads), sorted(handles)))

    holders.register("test", forget=forget)
    try:
        assert erase(lead=other, actor=carol, now=NOW) == ada, "a member means all of them"
    finally:
        holders._holders.pop("test")
    phone, mail = ("phone", "+49301234567"), ("email", "ada@acme.test")
    assert told == [(sorted([ada, other]), sorted([("anonymous", "secret-device"), mail, phone]))]
    whole = everything().lower()
    assert not [word for word in ("ada@", "secret", "30123", "write to me") if word in whole]
    stub = Lead.objects.get(pk=ada)
    assert (str(stub), stub.root_id, stub.erased_at, stub.company, stub.touched_at) == (
        f"visitor {ada}",
        ada,
        NOW,
        None,
        None,
    )
    assert set(ToErase.objects.values_list("pk", flat=True)) == {ada, other}
    assert Lead.objects.filter(pk=bea).exists()
    assert rows_of([ada, bea]).leads == [{"lead_id": str(bea)}]
    assert AuditEntry.objects.get(action="erase").subject == f"lead:{ada}"
    with pytest.raises(UsageError, match="was erased already"):
        erase(lead=ada, actor=carol, now=NOW)
    again = say("email:ada@acme.test")
    assert again != ada, "who comes again is a new lead"
    with pytest.raises(UsageError, match="was erased"):
        merge(winner=again, loser=ada, reason="", actor=carol, now=NOW)


def test_what_was_written_about_it_beside_another_lead_goes_too(say: Say, carol: Actor) -> None:
    ada, bea, cyd = (say(f"email:{name}@acme.test") for name in ("ada", "bea", "cyd"))
    first = merge(winner=ada, loser=bea, reason="Bea is Ada's twin", actor=carol, now=NOW)
    kept = merge(winner=ada, loser=cyd, reason="a typing error", actor=carol, now=NOW)
    unmerge(merge=first.pk, actor=carol, now=NOW)
    erase(lead=bea, actor=carol, now=NOW)
    entries = AuditEntry.objects.filter(action__in=("merge", "unmerge")).order_by("pk")
    assert [(entry.subject, entry.detail) for entry in entries] == [
        (f"lead:{ada}", {}),
        (f"lead:{ada}", {"merge": kept.pk, "loser": cyd, "reason": "a typing error"}),
        (f"lead:{bea}", {}),
    ]


def test_an_export_tells_all_with_reasons_in_words(say: Say, carol: Actor) -> None:
    lead = say("email:ada@acme.test", event="demo_requested", traits={"budget": 5})
    other = say("phone:+49301234567", event="call_held")
    merge(winner=lead, loser=other, reason="the same", actor=carol, now=NOW)
    with_a_reading(lead)
    found = json.loads(json.dumps(export(lead=other, actor=carol, now=NOW)))
    assert found["lead"] == lead
    assert {row["value"] for row in found["handles"]} == {"ada@acme.test", "+49301234567"}
    assert {row["name"] for row in found["events"]} == {"demo_requested", "call_held"}
    assert {row["trait"]: row["value"] for row in found["trait_changes"]}["budget"] == 5
    assert found["consents"][0]["text"] == "Write to me"
    assert found["readings"][0]["strongest_in_words"] == ["interest: Asked for a demo gives 40 points"]
    assert len(found["merges"]) == 1
    assert AuditEntry.objects.get(action="export").actor == "carol@rotavane.test"
    with pytest.raises(UsageError, match="no lead 999"):
        export(lead=999, actor=carol, now=NOW)


def test_handles_follow_their_lead_into_nothing(say: Say, carol: Actor) -> None:
    erase(lead=say("email:ada@acme.test"), actor=carol, now=NOW)
    assert not Handle.objects.exists()
