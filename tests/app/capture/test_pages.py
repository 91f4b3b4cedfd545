"""The page of the room, and that of dead letters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.capture.digest import queue
from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Event
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey, AuditEntry, User

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LETTERS = "/capture/dead-letters/"
ClientOf = Callable[[User], Client]


@pytest.fixture
def key() -> ApiKey:
    return keys.create(actor=Actor("tests"), kind="write", name="The shop", now=NOW).key


def letter(key: ApiKey, body: Any, reason: str = "unknown type `trak`; did you mean `track`?") -> DeadLetter:
    """Something that couldn't be digested."""
    return DeadLetter.objects.create(key=key, body=body, reason=reason, received_at=NOW)


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_empty_room_says_what_to_do_first(alice: User, dora: User, client_of: ClientOf) -> None:
    said = text(client_of(alice).get("/capture/"))
    assert "Nothing came in yet" in said
    assert "An administrator makes one" in said
    assert "/settings/keys/" not in said
    assert "/settings/keys/" in text(client_of(dora).get("/capture/"))


def test_the_room_shows_what_came_in_last_and_what_waits(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    body = json.dumps({"batch": [{"type": "track", "event": "<b>demo</b>", "userId": "ada", "messageId": "1"}]})
    for _ in range(2):
        Accepted.objects.create(key=key, body=body.encode(), messages=1, received_at=NOW)
    assert "2 requests wait to be read" not in text(client_of(alice).get("/capture/"))
    queue.work(NOW)
    Accepted.objects.create(key=key, body=body.encode(), messages=1, received_at=NOW)
    said = text(client_of(alice).get("/capture/"))
    assert "&lt;b&gt;demo&lt;/b&gt;" in said
    assert "<b>demo" not in said
    assert "1 request waits to be read" in said
    assert key.public in said
    part = text(client_of(alice).get("/capture/", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "&lt;b&gt;demo" in part


def test_the_room_leads_to_dead_letters(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    assert "and wait for you" not in text(client_of(alice).get("/capture/"))
    letter(key, {"type": "trak"})
    assert "1 message couldn't be read" in text(client_of(alice).get("/capture/"))


def test_a_dead_letter_shows_reason_and_message(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    assert "Nothing here" in text(client_of(alice).get(LETTERS))
    letter(key, {"type": "trak", "event": "<script>alert(1)</script>"})
    said = text(client_of(alice).get(LETTERS))
    assert "did you mean `track`?" in said
    assert "The shop" in said
    assert "<script>alert" not in said
    assert "&lt;script&gt;alert(1)" in said


def test_what_can_be_read_by_now_is_digested_at_the_second_try(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    body = {"type": "track", "event": "demo_requested", "userId": "ada", "messageId": "m", "sentAt": NOW.isoformat()}
    found = letter(key, body, "it can be read and can't be stored")
    answer = client_of(alice).post(f"{LETTERS}{found.pk}/again/", follow=True)
    assert "The message is digested." in text(answer)
    assert not DeadLetter.objects.exists()
    event = Event.objects.get()
    assert (event.message_id, event.received_at) == (f"{key.pk}:m", NOW)
    entry = AuditEntry.objects.get(action="deadletter.retried")
    assert (entry.user, entry.detail["digested"]) == (alice, True)


def test_what_still_cannot_be_read_says_why(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    found = letter(key, {"type": "trak"}, "an old reason")
    answer = client_of(alice).post(f"{LETTERS}{found.pk}/again/", follow=True)
    assert "It still can&#x27;t be read" in text(answer)
    found.refresh_from_db()
    assert found.reason.startswith("unknown type `trak`")
    assert found.retried_at is not None


def test_a_whole_page_can_be_tried_again(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    for number in range(3):
        letter(key, {"type": "track", "event": "x", "userId": "ada", "messageId": str(number)})
    letter(key, "odd")
    answer = client_of(alice).post(f"{LETTERS}again/", follow=True)
    assert "3 messages are digested. 1 still can&#x27;t be." in text(answer)
    assert DeadLetter.objects.count() == 1
    assert Event.objects.count() == 3


def test_dropping_is_asked_for_twice(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    found = letter(key, {"type": "trak"})
    client = client_of(alice)
    assert "Drop this message?" in text(client.get(f"{LETTERS}{found.pk}/drop/"))
    assert DeadLetter.objects.exists()
    client.post(f"{LETTERS}{found.pk}/drop/")
    assert not DeadLetter.objects.exists()
    assert AuditEntry.objects.get(action="deadletter.dropped").user == alice
    assert client.post(f"{LETTERS}{found.pk}/drop/").status_code == 404
    assert client.post(f"{LETTERS}{found.pk}/again/").status_code == 404


def test_many_are_paged(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    for number in range(30):
        letter(key, {"number": number}, f"reason {number}.")
    client = client_of(alice)
    first = text(client.get(LETTERS))
    assert "reason 29." in first
    assert "reason 4." not in first
    assert "30 messages" in first
    oldest = DeadLetter.objects.order_by("-pk")[24].pk
    assert f"?before={oldest}" in first
    assert "reason 4." in text(client.get(f"{LETTERS}?before={oldest}"))
    assert client.get(f"{LETTERS}?before=x").status_code == 200
    assert client.get(f"{LETTERS}?before={'9' * 30}").status_code == 200


def test_sales_and_strangers_see_nothing(bob: User, charlie: User, client_of: ClientOf, key: ApiKey) -> None:
    found = letter(key, {"type": "trak"})
    paths = ["/capture/", LETTERS, f"{LETTERS}{found.pk}/drop/"]
    writes = [f"{LETTERS}again/", f"{LETTERS}{found.pk}/again/", f"{LETTERS}{found.pk}/drop/"]
    for path in paths:
        assert client_of(bob).get(path).status_code == 403
        assert client_of(charlie).get(path).status_code == 302
        assert Client().get(path).status_code == 302
    for path in writes:
        assert client_of(bob).post(path).status_code == 403
        assert client_of(charlie).post(path).status_code == 302
    assert DeadLetter.objects.exists()


def test_writes_need_a_token_and_a_post(alice: User, key: ApiKey) -> None:
    found = letter(key, {"type": "trak"})
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(f"{LETTERS}{found.pk}/drop/").status_code == 403
    assert strict.get(f"{LETTERS}{found.pk}/again/").status_code == 405
    assert DeadLetter.objects.exists()


def test_both_pages_say_alike_when_a_key_was_used(alice: User, client_of: ClientOf, key: ApiKey) -> None:
    client, now = client_of(alice), timezone.now()
    # What came without the key, an import say, tells nothing of it.
    take(incoming=[Incoming("a", now, now, "wire", (("user", "ada"),), event="page_viewed")], now=now)
    assert "not used yet" in text(client.get("/capture/"))
    assert "No message seen yet" in text(client.get(f"/capture/snippet/?key={key.public}"))

    body = json.dumps({"type": "track", "event": "demo", "userId": "bo", "messageId": "1"})
    Accepted.objects.create(key=key, body=body.encode(), messages=1, received_at=now)
    queue.work(now)
    said = text(client.get("/capture/"))
    assert "last used" in said
    assert "<td>just now</td>" in said
    assert "Last message seen just now." in text(client.get(f"/capture/snippet/?key={key.public}"))
