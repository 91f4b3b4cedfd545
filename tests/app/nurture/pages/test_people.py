"""Who is in a programme: filtered, paged, taken out and put in by hand; the card on a lead's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from django.db import connection
from django.db.models import Max
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pyrometer.app.consent import actions as consent
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.actions import contents, programmes
from pyrometer.app.nurture.carrying import once
from pyrometer.app.nurture.models import Act, Enrolment, Programme, Version
from pyrometer.app.nurture.subject import tell
from pyrometer.app.nurture.views.tallies import WAITS
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.nurture.intents import Pause
from tests.app.pages.world import came_in

from .conftest import HELLO, TEXT, inside
from .test_programmes import words

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
HERE = "/nurture/programmes/keep-warm/people/"


def names(page: str) -> list[str]:
    """The leads of a page, in its order."""
    return re.findall(r'<th scope="row"><a href="/leads/\d+/">([^<]+)</a>', page)


def test_they_are_filtered_and_paged(live: Version, alice: User, client_of: Clients, now: datetime) -> None:
    inside(live, 60, now)
    inside(live, 2, now, held_back=True, step="later")
    inside(live, 3, now, ended_at=now, standing="left", why="replied", due_at=None)
    client = client_of(alice)
    first = words(client, HERE)
    assert "62 leads" in first
    assert len(names(first)) == 50
    after = re.search(r"after=(\w+)", first)
    assert after is not None
    second = words(client, f"{HERE}?standing=inside&after={after[1]}")
    assert len(names(second)) == 12
    assert len(names(words(client, f"{HERE}?group=held"))) == 2
    assert len(names(words(client, f"{HERE}?step=later"))) == 2
    assert len(names(words(client, f"{HERE}?standing=left"))) == 3
    assert len(names(words(client, f"{HERE}?version=1"))) == 50
    assert "Nobody in this programme stands so" in words(client, f"{HERE}?version=2")


@pytest.mark.parametrize(
    "query",
    ["after=rubbish", "after=%00", "version=x", "version=99999999999999", "step=%00<b>", "group=1"],
)
def test_an_odd_address_shows_a_page(query: str, live: Version, alice: User, client_of: Clients) -> None:
    assert "<b>" not in words(client_of(alice), f"{HERE}?{query}").replace("<b></b>", "").split("</header>")[-1]


def test_some_are_taken_out_with_a_reason(live: Version, alice: User, client_of: Clients, now: datetime) -> None:
    rows = inside(live, 4, now)
    client = client_of(alice)
    picked = {"picked": [rows[0].pk, rows[1].pk, "nonsense"], "standing": "inside"}
    page = client.post(f"{HERE}out/", picked).content.decode()
    assert "Take 2 leads out?" in page
    assert Enrolment.objects.filter(ended_at__isnull=True).count() == 4
    assert "Say why" in client.post(f"{HERE}out/", {**picked, "sure": "1"}).content.decode()
    client.post(f"{HERE}out/", {**picked, "sure": "1", "because": "wrong list"})
    gone = Enrolment.objects.filter(ended_at__isnull=False)
    assert {(row.standing, row.why, row.because) for row in gone} == {("left", "removed", "wrong list")}
    assert len(gone) == 2
    assert AuditEntry.objects.filter(action="nurture.remove").count() == 2
    assert "wrong list" in words(client, f"{HERE}?standing=left")


def test_all_that_are_listed_are_taken_out_and_no_others(
    live: Version, alice: User, client_of: Clients, now: datetime
) -> None:
    inside(live, 5, now)
    inside(live, 3, now, step="later")
    client = client_of(alice)
    asked = {"everybody": "1", "standing": "inside", "step": "later"}
    assert "Take 3 leads out?" in client.post(f"{HERE}out/", asked).content.decode()
    client.post(f"{HERE}out/", {**asked, "sure": "1", "because": "enough"})
    assert set(Enrolment.objects.filter(ended_at__isnull=True).values_list("step", flat=True)) == {"pause"}


def test_people_of_another_programme_are_not_reached(
    live: Version, alice: User, client_of: Clients, now: datetime
) -> None:
    other = Programme.objects.create(key="other", draft="x", drafted_at=now, created_at=now)
    (row,) = inside(live, 1, now)
    client_of(alice).post(
        f"/nurture/programmes/{other.key}/people/out/", {"picked": [row.pk], "sure": "1", "because": "x"}
    )
    row.refresh_from_db()
    assert row.ended_at is None


def test_the_card_says_where_a_lead_is_and_what_it_got(
    live: Version, alice: User, bob: User, client_of: Clients, now: datetime
) -> None:
    (row,) = inside(live, 1, now, due_at=now + timedelta(days=2))
    Act.objects.create(enrolment=row, lead=row.lead, kind="sent", number=1, step="send hello", what="hello", at=now)
    page = words(client_of(alice), f"/leads/{row.lead_id}/")
    assert "Keep them warm" in page
    assert "wait 7 days" in page
    assert "got hello" in page
    assert f"/nurture/enrolments/{row.pk}/remove/" in page
    theirs = words(client_of(bob), f"/leads/{row.lead_id}/")
    assert "Keep them warm" in theirs
    assert "/remove/" not in theirs


def test_the_card_says_what_did_not_go_out(live: Version, alice: User, client_of: Clients, now: datetime) -> None:
    (row,) = inside(live, 1, now, ended_at=now, standing="left", why="replied", because="replied", due_at=None)
    for number, kind, what in ((1, "sent", "hello"), (2, "sent", "hello-again"), (3, "asked", "need")):
        Act.objects.create(enrolment=row, lead=row.lead, kind=kind, number=number, what=what, at=now)
    for number in (1, 3):
        Outgoing.objects.create(
            channel="email", once=once(row.pk, number), payload={}, created_at=now, due_at=now, given_up_at=now,
            error="no code of it is left",
        )  # fmt: skip
    page = re.sub(r"<[^>]+>", "", words(client_of(alice), f"/leads/{row.lead_id}/"))
    assert "didn't get hello: no code of it is left" in page
    assert "got hello-again" in page
    assert "wasn't asked about need: no code of it is left" in page
    assert "replied (replied)" not in page


def test_one_is_taken_out_from_its_page(live: Version, alice: User, client_of: Clients, now: datetime) -> None:
    (row,) = inside(live, 1, now)
    client = client_of(alice)
    address = f"/nurture/enrolments/{row.pk}/remove/"
    assert "Keep them warm" in words(client, address)
    assert client.post(address, {"because": " "}).status_code == 422
    assert client.post(address, {"because": "asked by phone"}).status_code == 302
    page = words(client, f"/leads/{row.lead_id}/")
    assert "taken out by hand: asked by phone" in page
    assert "is out already" in client.post(address, {"because": "x"}, follow=True).content.decode()


def test_one_is_put_in_from_its_page(live: Version, alice: User, bob: User, client_of: Clients) -> None:
    now = timezone.now()
    lead = came_in("Ada Byron", now, events=("page_viewed",) * 3)
    client, put = client_of(alice), f"/nurture/leads/{lead.pk}/enrol/"
    assert put in words(client, f"/leads/{lead.pk}/")
    assert put not in words(client_of(bob), f"/leads/{lead.pk}/")
    refused = client.post(put, {"programme": "keep-warm"}, follow=True).content.decode()
    assert "It can&#x27;t enter: gave no consent" in refused
    consent.record(lead=lead.pk, purpose="email", given=True, text="Yes?", at=now, now=now, source="hand")
    assert "Put into Keep them warm" in client.post(put, {"programme": "keep-warm"}, follow=True).content.decode()
    row = Enrolment.objects.get()
    assert (row.by, row.spoiled, row.held_back) == ("alice@example.com", True, False)
    assert put not in words(client, f"/leads/{lead.pk}/")  # there is no other programme
    assert "Choose a programme" in client.post(put, {"programme": "nothing"}, follow=True).content.decode()
    assert client_of(bob).post(put, {"programme": "keep-warm"}).status_code == 403


def test_an_erased_lead_is_put_into_nothing(live: Version, alice: User, client_of: Clients, now: datetime) -> None:
    lead = came_in("Ada Byron", timezone.now())
    Lead.objects.filter(pk=lead.pk).update(erased_at=now)
    assert client_of(alice).post(f"/nurture/leads/{lead.pk}/enrol/", {"programme": "keep-warm"}).status_code == 404


def test_pages_ask_as_much_for_many_as_for_few(live: Version, alice: User, client_of: Clients, now: datetime) -> None:

    client = client_of(alice)
    addresses = ["/nurture/", "/nurture/programmes/keep-warm/", HERE, "/nurture/contents/"]

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as seen:
                words(client, address)
            # Where lately begins among the acts is found by halving.
            halves = [each for each in seen if 'ORDER BY "nurture_act"."id" ASC LIMIT 1' in each["sql"]]
            assert len(halves) <= Act.objects.aggregate(last=Max("pk", default=0))["last"].bit_length() + 1
            counts.append(len(seen) - len(halves))
        return counts

    rows = inside(live, 3, now)
    asked()
    few = asked()
    actor = Actor.of(alice)
    for number in range(8):
        contents.save(text=HELLO.replace("name: hello", f"name: hello-{number}"), actor=actor, now=now)
        programmes.save_draft(text=TEXT.replace("keep-warm", f"more-{number}"), actor=actor, now=now)
    # A list that is new is checked once.
    asked()
    rows += inside(live, 40, now)
    Act.objects.bulk_create(
        Act(enrolment=row, lead=row.lead, kind="sent", number=1, step="send hello", what="hello", at=now)
        for row in rows
    )
    assert asked() == few
    assert max(few) <= 30


def test_there_are_words_for_all_that_is_waited_for() -> None:
    """And for nothing else: what isn't in the list stands on the page as programs call it."""
    assert set(WAITS) == {*get_args(Pause), ""}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "30 Jun 2026: entered the series “Keep them warm”; it ended on 1 Jul 2026 (replied).",
                "1 Jul 2026: the mail “hello” was made ready.",
            ],
        ),
        (
            "de",
            [
                "30. Juni 2026: in die Reihe „Warmhalten“ aufgenommen; sie endete am 1. Juli 2026 (replied).",
                "1. Juli 2026: die Mail „hello“ wurde vorbereitet.",
            ],
        ),
    ],
)
def test_who_asks_is_told_days_as_everywhere_on_the_page(live: Version, language: str, lines: list[str]) -> None:
    entered, ended = datetime(2026, 6, 30, 22, tzinfo=UTC), datetime(2026, 7, 1, 10, tzinfo=UTC)
    (row,) = inside(live, 1, entered, ended_at=ended, standing="left", why="replied", because="replied", due_at=None)
    Act.objects.create(enrolment=row, lead_id=row.lead_id, kind="sent", number=1, what="hello", at=ended)
    assert tell(row.lead, language, ended) == lines
