"""The pages of programmes: at a glance, one of them, pausing, ending, moving people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from pyrometer.app.nurture.actions import programmes
from pyrometer.app.nurture.models import Act, Content, Enrolment, Programme, Version
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.nurture import shipped

from .conftest import TEXT, inside, released

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]


def words(client: Client, address: str, status: int = 200) -> str:
    """A page as text."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_nothing_yet_offers_what_comes_with_it(alice: User, bob: User, client_of: Clients) -> None:
    page = words(client_of(alice), "/nurture/")
    assert "No programmes yet" in page
    assert page.count('name="start"') == len(shipped())
    assert "Win back the quiet" in page
    # A newcomer isn't told of names in texts that nobody has seen.
    assert "it follows on “Win back the quiet”, which isn&#x27;t here" in page
    assert "unknown programme" not in page
    assert page.count("No definition is agreed yet") == 1
    assert "there is no live definition" not in page
    # Sales may look, and not begin one.
    assert 'name="start"' not in words(client_of(bob), "/nurture/")


@pytest.mark.parametrize("key", sorted(shipped()))
def test_a_shipped_programme_comes_with_its_contents(key: str, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    answer = client.post("/nurture/new/", {"start": key})
    assert answer.status_code == 302, answer.content.decode()
    made = Programme.objects.get()
    assert (made.key, made.live, made.drafted_by) == (key, None, "alice@example.com")
    page = words(client, answer.headers["Location"])
    assert "there is no content" not in page.lower()
    assert Content.objects.exists()
    assert "draft" in page
    # A second of the same is refused in words.
    assert "There is a programme with that key" in client.post("/nurture/new/", {"start": key}).content.decode()


def test_contents_that_are_there_are_left_alone(alice: User, client_of: Clients, now: datetime) -> None:
    client = client_of(alice)
    client.post("/nurture/new/", {"start": "educate"})
    mine = Content.objects.get(name="educate-need")
    client.post("/nurture/new/", {"start": "educate", "key": "educate-2"})
    mine.refresh_from_db()
    assert mine.number == 1
    assert set(Programme.objects.values_list("key", flat=True)) == {"educate", "educate-2"}


@pytest.mark.parametrize(
    ("key", "name", "said"),
    [
        ("Über", "Name", "A key has small letters"),
        ("a b", "Name", "A key has small letters"),
        ("x" * 61, "Name", "A key has small letters"),
        ("ключ", "Name", "A key has small letters"),
        ("", "Name", "Give it a key"),
        ("fine", "", "Say what it is called"),
    ],
)
def test_what_can_be_no_key_is_refused(key: str, name: str, said: str, alice: User, client_of: Clients) -> None:
    answer = client_of(alice).post("/nurture/new/", {"key": key, "name": name})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Programme.objects.exists()


@pytest.mark.parametrize(
    "name", ['<script>alert("1")</script>', 'He said: "no" \\ #x', "Ünïcödé 漢字 🙂", "a: b\nc: d"]
)
def test_an_empty_programme_takes_any_name(name: str, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    assert client.post("/nurture/new/", {"key": "mine", "name": name}).status_code == 302
    page = words(client, "/nurture/programmes/mine/")
    assert "<script>alert" not in page
    assert "It can&#x27;t be drawn" not in page


def test_the_page_says_who_stands_where_and_why_others_left(
    live: Version, alice: User, client_of: Clients, now: datetime
) -> None:
    inside(live, 7, now)
    held = inside(live, 2, now, held_back=True)
    gone = inside(live, 3, now, ended_at=now, standing="left", why="replied", due_at=None)
    inside(live, 1, now, ended_at=now, standing="left", why="exit", because="cooled <b>off</b>", due_at=None)
    page = words(client_of(alice), "/nurture/programmes/keep-warm/")
    assert "<strong>7</strong> here" in page
    assert "wait for time to pass" in page
    assert "replied</td>" in page
    assert "cooled &lt;b&gt;off&lt;/b&gt;" in page
    assert "Version 1" in page
    assert "7 inside · 2 held back" in page
    assert len(held) + len(gone) == 5
    row = words(client_of(alice), "/nurture/")
    assert "Keep them warm" in row
    assert "/nurture/programmes/keep-warm/pause/" in row


def test_the_language_of_the_reader(live: Version, alice: User, client_of: Clients) -> None:
    alice.language = "de"
    alice.save()
    assert "Warmhalten" in words(client_of(alice), "/nurture/")


def test_numbers_alone_are_asked_for_again(live: Version, alice: User, client_of: Clients, now: datetime) -> None:
    inside(live, 2, now)
    answer = client_of(alice).get("/nurture/programmes/keep-warm/?version=1", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert "<strong>2</strong> here" in page


def test_pausing_asks_nothing_and_resuming_says_who_is_due(
    live: Version, programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    inside(live, 4, now, due_at=now - timedelta(hours=1))
    client = client_of(alice)
    client.post("/nurture/programmes/keep-warm/pause/")
    programme.refresh_from_db()
    assert programme.paused_at is not None
    assert "Paused since" in words(client, "/nurture/programmes/keep-warm/")
    assert "4 are due" in words(client, "/nurture/programmes/keep-warm/resume/")
    programme.refresh_from_db()
    assert programme.paused_at is not None
    client.post("/nurture/programmes/keep-warm/resume/")
    programme.refresh_from_db()
    assert programme.paused_at is None
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["nurture.pause", "nurture.resume"]


def test_ending_is_asked_first(
    live: Version, programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    inside(live, 2, now)
    client = client_of(alice)
    assert "2 are inside and finish it" in words(client, "/nurture/programmes/keep-warm/end/")
    client.post("/nurture/programmes/keep-warm/end/")
    programme.refresh_from_db()
    assert programme.live is None
    assert "ended" in words(client, "/nurture/programmes/keep-warm/")


def test_an_ended_programme_shows_who_finishes_it_and_can_be_paused(
    live: Version, programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    inside(live, 2, now)
    client = client_of(alice)
    client.post("/nurture/programmes/keep-warm/end/")
    page = words(client, "/nurture/programmes/keep-warm/")
    assert "<strong>2</strong> here" in page
    assert "by which nobody enters any more" in page
    assert "/nurture/programmes/keep-warm/pause/" in page
    assert "/nurture/programmes/keep-warm/pause/" in words(client, "/nurture/")
    again = words(client, "/nurture/programmes/keep-warm/publish/")
    assert "It is the first version" not in again
    assert "Nobody enters now." in again
    client.post("/nurture/programmes/keep-warm/pause/")
    assert "/nurture/programmes/keep-warm/resume/" in words(client, "/nurture/programmes/keep-warm/")
    Enrolment.objects.update(ended_at=now, standing="finished", due_at=None)
    client.post("/nurture/programmes/keep-warm/resume/")
    assert "/nurture/programmes/keep-warm/pause/" not in words(client, "/nurture/programmes/keep-warm/")


def test_people_are_moved_after_a_page_that_says_who_stays(
    live: Version, programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    inside(live, 3, now)
    inside(live, 2, now, step="later")
    text = TEXT.replace("wait: 1w", "wait: 2w").replace("id: later, ", "")
    programmes.save_draft(key="keep-warm", text=text, actor=Actor.of(alice), now=now)
    programme.refresh_from_db()
    released(programme, Actor.of(alice), now)
    client = client_of(alice)
    page = words(client, "/nurture/programmes/keep-warm/versions/2/move/")
    assert "3 go along" in page
    assert "2 stay" in page
    assert "no step with the id `later`" in page
    assert Enrolment.objects.filter(version__number=1).count() == 5
    client.post("/nurture/programmes/keep-warm/versions/2/move/")
    assert Enrolment.objects.filter(version__number=2).count() == 3
    assert Act.objects.filter(kind="moved").count() == 3


def test_a_version_is_downloaded(live: Version, alice: User, client_of: Clients) -> None:
    answer = client_of(alice).get("/nurture/programmes/keep-warm/versions/1/text/")
    assert answer.content.decode() == TEXT
    assert answer.headers["Content-Disposition"] == 'attachment; filename="keep-warm-1.yaml"'


def test_sales_sees_and_touches_nothing(live: Version, bob: User, client_of: Clients) -> None:
    client = client_of(bob)
    page = words(client, "/nurture/programmes/keep-warm/")
    for word in ("pause/", "end/", "publish/", "/edit/"):
        assert word not in page
    for part in ("edit", "steps", "head", "publish", "pause", "resume", "end", "people/out"):
        assert client.post(f"/nurture/programmes/keep-warm/{part}/").status_code in (403, 405)
    assert client.get("/nurture/contents/").status_code == 200
    assert client.get("/nurture/settings/").status_code == 403


def test_charlie_sees_nothing(live: Version, charlie: User, client_of: Clients) -> None:
    for part in ("", "contents/", "programmes/keep-warm/", "programmes/keep-warm/people/"):
        answer = client_of(charlie).get(f"/nurture/{part}")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")
