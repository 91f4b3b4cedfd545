"""What becomes of what was accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from pyrometer.app.capture.digest import queue
from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.clock.claims import claim
from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import may_profile
from pyrometer.app.evidence import forgetting
from pyrometer.app.evidence.actions import erase, export
from pyrometer.app.evidence.models import Event, Handle, Lead, TraitChange
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)


@pytest.fixture
def key() -> ApiKey:
    return keys.create(actor=Actor("tests"), kind="write", name="site", now=NOW).key


def track(number: int, **more: Any) -> dict[str, Any]:
    """One event of a visitor."""
    return {"type": "track", "event": "page_viewed", "anonymousId": "v", "messageId": f"m-{number}", **more}


def accepted(key: ApiKey, messages: Sequence[Any], **more: Any) -> Accepted:
    """A request as the wire keeps it."""
    body = json.dumps({"batch": messages, "sentAt": NOW.isoformat()}).encode()
    return Accepted.objects.create(key=key, body=body, messages=len(messages), received_at=NOW, **more)


def test_a_row_becomes_evidence_and_goes(key: ApiKey) -> None:
    accepted(key, [track(1), track(2)])
    assert queue.work(SOON) == 2
    assert queue.work(SOON) == 0
    assert not Accepted.objects.exists()
    assert [event.message_id for event in Event.objects.order_by("pk")] == [f"{key.pk}:m-1", f"{key.pk}:m-2"]
    [lead] = Lead.objects.all()
    assert lead.touched_at == SOON
    key.refresh_from_db()
    assert key.last_used_at == SOON


def test_a_retry_does_nothing(key: ApiKey) -> None:
    accepted(key, [track(1)])
    queue.work(SOON)
    accepted(key, [track(1), track(1)])
    queue.work(SOON)
    assert Event.objects.count() == 1
    assert not DeadLetter.objects.exists()


def test_messages_without_an_id_are_each_taken(key: ApiKey) -> None:
    accepted(key, [track(1, messageId=None), track(1, messageId=None)])
    accepted(key, [track(1, messageId=None)])
    queue.work(SOON)
    assert Event.objects.count() == 3


def test_one_bad_message_never_sinks_its_batch(key: ApiKey) -> None:
    bad = [None, 7, {"type": "trak"}, track(2, userId={}), track(3, properties={"a": "x\x00"}), {"type": "track"}]
    accepted(key, [track(1), *bad, track(9)])
    assert queue.work(SOON) == 8
    assert [event.message_id for event in Event.objects.order_by("pk")] == [f"{key.pk}:m-1", f"{key.pk}:m-9"]
    letters = list(DeadLetter.objects.order_by("pk"))
    assert len(letters) == len(bad)
    assert all(letter.reason and letter.received_at == NOW and letter.key == key for letter in letters)
    assert letters[0].body is None
    # Kept with what it takes to read it again by the same clock, and without what databases don't keep.
    assert letters[4].body["properties"] == {"a": "x\ufffd"}
    assert letters[4].body["sentAt"] == NOW.isoformat()


def test_a_large_message_is_a_dead_letter(key: ApiKey) -> None:
    accepted(key, [track(1), track(2, properties={"text": "x" * 33_000})])
    queue.work(SOON)
    assert Event.objects.count() == 1
    assert "32 KB" in DeadLetter.objects.get().reason


def test_what_names_nobody_real_is_a_dead_letter(key: ApiKey) -> None:
    accepted(key, [track(1, anonymousId="undefined"), track(2)])
    queue.work(SOON)
    assert Event.objects.count() == 1
    assert "undefined" in DeadLetter.objects.get().reason


def test_a_row_that_is_no_batch_is_a_dead_letter(key: ApiKey) -> None:
    Accepted.objects.create(key=key, body=b"{]", messages=1, received_at=NOW)
    queue.work(SOON)
    assert DeadLetter.objects.get().body == "{]"
    assert not Accepted.objects.exists()


def test_what_another_worker_has_is_left_to_it(key: ApiKey) -> None:
    accepted(key, [track(1)])
    claim(Accepted.objects.all(), now=NOW, hold=timedelta(minutes=1), limit=10)
    assert queue.work(SOON) == 0
    # It was killed: after its time the row is free.
    assert queue.work(NOW + timedelta(minutes=2)) == 1
    assert Event.objects.count() == 1


def test_a_worker_that_lost_its_row_writes_nothing(key: ApiKey) -> None:
    accepted(key, [track(1)])
    rows = claim(Accepted.objects.select_related("key"), now=NOW, hold=timedelta(seconds=1), limit=10)
    later = NOW + timedelta(seconds=5)
    assert queue.work(later) == 1
    assert queue.digest(rows, later) == 0
    assert Event.objects.count() == 1


def refuse_events(pattern: str) -> None:
    """Make the database refuse events of a name, as a bug or a full table would."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TEMP TRIGGER refuse_events BEFORE INSERT ON evidence_event WHEN NEW.name = '"
                + pattern
                + "' BEGIN SELECT RAISE(ABORT, 'not this one'); END"
            )
        else:
            cursor.execute(f"ALTER TABLE evidence_event ADD CONSTRAINT refuse_events CHECK (name <> '{pattern}')")


@pytest.fixture
def poison(transactional_db: None) -> Any:
    """Events called `poison` can't be stored."""
    refuse_events("poison")
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER refuse_events")
        else:
            cursor.execute("ALTER TABLE evidence_event DROP CONSTRAINT refuse_events")


@pytest.mark.usefixtures("poison")
def test_what_fails_is_tried_again_and_then_taken_apart() -> None:
    key = keys.create(actor=Actor("tests"), kind="write", name="site", now=NOW).key
    accepted(key, [track(1), track(2, event="poison"), track(3)])
    accepted(key, [track(4)])
    # The other row passes at once.
    assert queue.work(SOON) == 1
    assert [event.message_id for event in Event.objects.all()] == [f"{key.pk}:m-4"]
    assert Accepted.objects.get().attempts == 1
    # Not at once again.
    assert queue.work(SOON) == 0
    now = SOON
    for attempt in range(2, queue.ATTEMPTS + 1):
        assert not DeadLetter.objects.exists()
        now += timedelta(minutes=10)
        queue.work(now)
        assert not Accepted.objects.exists() or Accepted.objects.get().attempts == attempt
    assert not Accepted.objects.exists()
    assert sorted(event.message_id for event in Event.objects.all()) == [f"{key.pk}:m-{n}" for n in (1, 3, 4)]
    letter = DeadLetter.objects.get()
    assert letter.body["event"] == "poison"
    assert "mistake of this program" in letter.reason


def test_a_database_that_goes_away_in_the_middle_leaves_everything_as_it_was(key: ApiKey) -> None:
    accepted(key, [track(1), track(2)])
    rows = claim(Accepted.objects.select_related("key"), now=NOW, hold=timedelta(minutes=1), limit=10)
    with transaction.atomic():
        assert queue.digest(rows, SOON) == 2
        transaction.set_rollback(True)
    assert Accepted.objects.count() == 1
    assert not Event.objects.exists()
    assert queue.digest(rows, SOON) == 2
    assert Event.objects.count() == 2


def test_many_rows_go_through_in_few_transactions(key: ApiKey) -> None:
    for number in range(40):
        accepted(key, [track(number * 10 + each) for each in range(10)])
    assert queue.work(SOON) == 400
    assert Event.objects.count() == 400
    rows = [Accepted(messages=messages) for messages in (100, 100, 100, 500, 1)]
    assert [[row.messages for row in part] for part in queue.parts(rows)] == [[100, 100, 100], [500], [1]]


def test_a_turn_takes_so_much_that_who_is_touched_is_read_soon(key: ApiKey) -> None:
    for number in range(queue.TURN // 500 + 2):
        accepted(key, [track(number * 500 + each) for each in range(500)])
    assert [queue.work(SOON) for _ in range(3)] == [queue.TURN, 1000, 0]


def test_the_visitor_becomes_the_lead(key: ApiKey) -> None:
    accepted(key, [track(1, properties={"topic": "prices"})])
    traits = {"email": "Ada@Acme.example", "company": {"name": "Acme"}}
    accepted(key, [{"type": "identify", "userId": 7, "anonymousId": "v", "traits": traits, "messageId": "i"}])
    queue.work(SOON)
    assert Lead.objects.count() == 1
    assert set(Handle.objects.values_list("kind", "value")) == {
        ("anonymous", "v"),
        ("user", "7"),
        ("email", "ada@acme.example"),
    }
    assert TraitChange.objects.get(trait="company").value == "Acme"


def test_a_machine_is_kept_and_marked(key: ApiKey) -> None:
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    accepted(key, [track(1)], agent=agent)
    queue.work(SOON)
    assert "Googlebot" in Event.objects.get().bot


def test_an_erased_lead_leaves_neither_dead_letters_nor_waiting_messages(key: ApiKey) -> None:
    about = {"context": {"traits": {"email": "ADA@acme.example"}}}
    accepted(key, [{"type": "identify", "userId": 7, "traits": {"email": "ada@acme.example"}, "messageId": "i"}])
    accepted(key, [{"type": "trak", **about}, {"type": "trak", "userId": "bob"}])
    queue.work(SOON)
    accepted(key, [track(5, userId=7), track(6, userId="bob")])
    accepted(key, [track(7, **about)])
    lead = Handle.objects.get(kind="user", value="7").lead_id
    told = export(lead=lead, actor=Actor("tests"), now=SOON)
    assert "did you mean `track`" in json.dumps(told, default=str)
    erase(lead=lead, actor=Actor("tests"), now=SOON)
    assert forgetting.work(SOON)
    assert [letter.body["userId"] for letter in DeadLetter.objects.all()] == ["bob"]
    queue.work(SOON)
    assert [event.message_id for event in Event.objects.all()] == [f"{key.pk}:m-6"]


def test_a_strangers_yes_takes_back_no_no_that_was_said_on_the_phone(key: ApiKey) -> None:
    Purpose.objects.get_or_create(slug="profiling")
    yes = {"context": {"consent": {"categoryPreferences": {"profiling": True}}}}
    accepted(key, [{"type": "identify", "userId": "ada", "messageId": "m-0", "traits": {"email": "ada@acme.example"}}])
    queue.work(SOON)
    ada = Lead.objects.get().pk
    record(lead=ada, purpose="profiling", given=False, text="On the phone.", at=SOON, now=SOON, source="hand")
    later = SOON + timedelta(hours=1)
    accepted(key, [track(1, anonymousId=None, userId="ada", **yes), track(2, anonymousId=None, userId="ada", **yes)])
    queue.work(later)
    assert may_profile([ada]) == set()
    assert Consent.objects.filter(given=True).count() == 1
    # Nor by a browser of their own, which they say is hers.
    accepted(key, [track(3, anonymousId="another", **yes)])
    queue.work(later)
    accepted(key, [{"type": "identify", "userId": "ada", "anonymousId": "another", "messageId": "m-4"}])
    queue.work(later)
    assert Handle.objects.get(value="another").lead.root_id == ada
    assert may_profile([ada]) == set()


def test_consent_is_kept_once_and_a_strangers_yes_to_mails_has_to_be_confirmed(key: ApiKey) -> None:
    for slug in ("profiling", "email"):
        Purpose.objects.get_or_create(slug=slug)
    yes = {"context": {"consent": {"categoryPreferences": {"profiling": True, "email": True, "unheard": True}}}}
    no = {"context": {"consent": {"categoryPreferences": {"profiling": False}}}}
    accepted(key, [track(1, **yes), track(2, **yes)])
    accepted(key, [track(3, **yes)])
    queue.work(SOON)
    assert {(each.purpose.slug, each.given, each.basis) for each in Consent.objects.all()} == {
        ("profiling", True, "consent"),
        ("email", True, "double opt-in"),
    }
    assert Consent.objects.count() == 2
    accepted(key, [track(4, **no)])
    queue.work(SOON)
    assert Consent.objects.count() == 3
    assert may_profile([Lead.objects.get().pk]) == set()
