"""Imports from the file to the leads."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pyrometer.app.capture.imports import actions, running
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.evidence.models import Event, Handle, Lead, Seen, TraitChange
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from tests.app.capture.imports.conftest import NOW

pytestmark = pytest.mark.django_db

Run = Callable[..., Import]

LEADS = """Email,First name,Last name,Employees,Created
ada@acme.example,Ada,Lovelace,"1,200",2026-05-02
bob@acme.example,Bob,,7,2026-05-03
ADA@acme.example,Ada,Lovelace,"1,200",2026-05-02
nobody,No,Body,1,2026-05-03
eve@acme.example,Eve,,many,2026-05-03
"""


def counts(source: Import) -> tuple[int, int, int, int]:
    """New, updated, duplicates, rejected."""
    return source.created, source.updated, source.duplicates, source.rejected


def traits_of(email: str) -> dict[str, object]:
    """What is known of somebody, by hand."""
    lead = Handle.objects.get(kind="email", value=email).lead_id
    return dict(TraitChange.objects.filter(lead=lead).order_by("occurred_at", "pk").values_list("trait", "value"))


def test_a_list_becomes_leads(imported: Run) -> None:
    source = imported(LEADS)
    assert source.state == "done"
    # “many” makes the column a text, and so Eve comes in.
    assert counts(source) == (3, 0, 1, 1)
    assert traits_of("ada@acme.example")["name"] == "Ada Lovelace"
    assert TraitChange.objects.filter(trait="name").first().occurred_at == datetime(2026, 5, 2, tzinfo=UTC)
    assert TraitChange.objects.filter(trait="name").first().author == "alice@example.com"


def test_rejected_rows_say_why(imported: Run) -> None:
    source = imported(LEADS.replace("many", "30"))
    (reject,) = Rejected.objects.filter(source=source)
    # As an editor shows it: the first line names the columns.
    assert reject.number == 5
    assert reject.reason.startswith("Email: 'nobody' is no email address")
    assert reject.row["First name"] == "No"


def test_a_trial_says_what_would_happen_and_does_nothing(imported: Run) -> None:
    tried = imported(LEADS, dry=True)
    assert (tried.state, tried.dry) == ("uploaded", True)
    assert Lead.objects.count() == 0
    done = imported(LEADS)
    assert counts(tried) == counts(done)


def test_the_same_list_again_changes_nothing(imported: Run) -> None:
    first = imported(LEADS)
    assert (first.created, first.duplicates) == (3, 1)
    before = TraitChange.objects.count()
    again = imported(LEADS)
    assert (again.created, again.updated, again.untouched) == (0, 0, first.created)
    assert (again.duplicates, again.rejected) == (first.duplicates, first.rejected)
    assert TraitChange.objects.count() == before


def test_news_of_a_known_lead_update_it(imported: Run) -> None:
    imported("email;employees\nada@acme.example;10\n")
    source = imported("email;employees\nada@acme.example;20\n", channel="fair")
    assert counts(source) == (0, 1, 0, 0)
    # What brought the lead isn't the second list.
    assert {"employees": 20}.items() <= traits_of("ada@acme.example").items()
    assert "channel" not in traits_of("ada@acme.example")


def test_events_come_once_however_often_the_file_does(imported: Run) -> None:
    text = "email,event,date,topic\n" + "ada@acme.example,webinar_attended,2026-05-02 14:00,rotas\n" * 2
    source = imported(text, kind="events", zone="Europe/Berlin")
    assert counts(source) == (1, 0, 1, 0)
    again = imported(text, kind="events", zone="Europe/Berlin")
    assert counts(again) == (0, 0, 2, 0)
    (event,) = Event.objects.all()
    assert (event.name, event.properties, event.source) == ("webinar_attended", {"topic": "rotas"}, "import")
    assert event.occurred_at == datetime(2026, 5, 2, 12, tzinfo=UTC)


def test_an_event_in_the_future_is_rejected(imported: Run) -> None:
    source = imported("email,event,date\nada@acme.example,call,2027-01-01\n", kind="events")
    assert Rejected.objects.get(source=source).reason.startswith("happened in the future")


def test_a_long_list_goes_in_by_chunks_and_can_be_stopped(uploaded: Run, alice: User) -> None:
    actor = Actor.of(alice)
    lines = "".join(f"p{number}@acme.example,{number}\n" for number in range(1200))
    source = uploaded(f"email,points\n{lines}")
    actions.start(actor=actor, source=source, dry=False, now=NOW)
    assert running.run(NOW) == running.CHUNK
    assert Lead.objects.count() == running.CHUNK
    assert actions.stop(actor=actor, source=source, now=NOW)
    assert running.run(NOW) == 0
    assert Lead.objects.count() == running.CHUNK
    assert actions.resume(actor=actor, source=source, now=NOW)
    while running.run(NOW):
        pass
    source.refresh_from_db()
    assert (source.state, source.done, source.created) == ("done", 1200, 1200)
    assert Lead.objects.count() == 1200
    said = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert said == ["import.upload", "import.start", "import.stop", "import.resume"]


def test_what_is_uploaded_is_for_its_owner_only(uploaded: Run) -> None:
    file = Path(uploaded("email\nada@acme.example\n").file.path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_worker_that_lost_its_claim_writes_nothing(uploaded: Run, alice: User) -> None:
    source = uploaded("email\nada@acme.example\n")
    actions.start(actor=Actor.of(alice), source=source, dry=False, now=NOW)
    (slow,) = running.claim(Import.objects.filter(pk=source.pk), now=NOW, hold=running.HOLD, limit=1)
    later = NOW + timedelta(hours=1)
    assert running.run(later) == 1
    assert running._chunk(slow, later) == 0
    assert Lead.objects.count() == 1
    source.refresh_from_db()
    assert source.done == 1


def test_a_file_that_is_gone_fails_in_words_and_goes_on_when_it_is_back(uploaded: Run, alice: User) -> None:
    source = uploaded("email\nada@acme.example\n")
    file = Path(source.file.path)
    content = file.read_bytes()
    file.unlink()
    actions.start(actor=Actor.of(alice), source=source, dry=False, now=NOW)
    running.run(NOW)
    source.refresh_from_db()
    assert (source.state, source.error) == ("failed", "The file isn't there any more. Upload it again.")
    file.write_bytes(content)
    assert actions.resume(actor=Actor.of(alice), source=source, now=NOW)
    running.run(NOW)
    assert Lead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_file_goes_when_it_is_read_and_rejected_rows_after_a_month(imported: Run) -> None:
    source = imported(LEADS)
    assert not Path(source.file.path).exists()
    assert Rejected.objects.exists()
    assert running.prune(source.created_at + running.KEPT - timedelta(days=1)) == 0
    running.prune(source.created_at + running.KEPT + timedelta(days=1))
    assert not Rejected.objects.exists()


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", '"\\u0000"', '"\\ud800"', "1" + "0" * 40, '{"a": {"b": NaN}}'])
def test_a_row_that_no_database_keeps_is_rejected_and_keeps_none_of_the_others_out(imported: Run, odd: str) -> None:
    lines = [f'{{"email":"p{number}@acme.example","size":{number}}}' for number in range(3)]
    lines.insert(1, f'{{"email":"nobody","size":{odd},"a\\u0000b":1}}')
    lines.insert(1, '{"email":"x@acme.example","size":NaN}')
    source = imported("\n".join(lines))
    assert (source.state, source.done, source.created, source.rejected) == ("done", 5, 3, 2)
    assert Rejected.objects.get(source=source, number=3).row["email"] == "nobody"


def test_an_import_whose_rows_cannot_be_stored_says_so(uploaded: Run, alice: User) -> None:
    source = uploaded("email\nada@acme.example\nnobody\n")
    actions.start(actor=Actor.of(alice), source=source, dry=False, now=NOW)
    # The row is rejected a second time under a line that is taken.
    Rejected.objects.create(source=source, number=3, row={}, reason="before")
    assert running.run(NOW) == 1
    source.refresh_from_db()
    assert (source.state, source.done, source.claimed_until) == ("failed", 0, None)
    assert source.error.startswith("The rows after row 0 can't be stored (IntegrityError)")
    assert not Lead.objects.exists()
    Rejected.objects.all().delete()
    assert actions.resume(actor=Actor.of(alice), source=source, now=NOW)
    running.run(NOW)
    assert Lead.objects.count() == 1


def test_files_that_number_their_rows_tell_of_different_events(imported: Run) -> None:
    webinars = "event id,email,event,date\n1,ada@acme.example,webinar_attended,2026-05-02\n"
    demos = webinars.replace("webinar_attended", "demo_requested")
    others = webinars.replace("ada@", "bea@")
    assert [counts(imported(text, kind="events")) for text in (webinars, demos, others)] == [
        (1, 0, 0, 0),
        (0, 1, 0, 0),
        (1, 0, 0, 0),
    ]
    again = imported(
        "event id,email,event,date,score\n1,ada@acme.example,webinar_attended,2026-05-02,7\n", kind="events"
    )
    assert counts(again) == (0, 0, 1, 0), "the same event, of which more is told"
    long = "x" * 150
    rows = "".join(f"{long}{end},ada@acme.example,call,2026-05-02\n" for end in "ab")
    assert counts(imported(f"event id,email,event,date\n{rows}", kind="events")) == (0, 2, 0, 0)


def test_events_that_come_again_after_their_ids_were_forgotten_are_duplicates(imported: Run) -> None:
    text = "email,event,date\n" + "".join(f"p{number}@acme.example,call,2026-05-02\n" for number in range(3))
    assert counts(imported(text, kind="events")) == (3, 0, 0, 0)
    Seen.objects.all().delete()
    assert counts(imported(f"{text}p3@acme.example,call,2026-05-02\n", kind="events")) == (1, 0, 3, 0)
    assert Event.objects.count() == 4
