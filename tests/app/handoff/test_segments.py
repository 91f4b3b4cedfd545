"""Segments of the list, and filters that are conditions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.handoff.erasing import forget_searches
from pyrometer.app.handoff.models import Segment
from pyrometer.app.handoff.views import listing
from pyrometer.app.handoff.views.listing import Asked, TooFarError, page, roots
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import AuditEntry, User
from tests.app.handoff.conftest import NewLead

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(response: Any) -> str:
    return response.content.decode()


class TestSegments:
    def test_one_is_kept_opened_shared_renamed_and_forgotten(
        self, alice: User, bob: User, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        new_lead("hot", name="Ada Byron")
        new_lead("cool", name="Charles Babbage")
        client = client_of(alice)
        assert "Keep these filters" in text(client.get("/leads/?temperature=hot"))
        kept = client.post("/leads/segments/", {"temperature": "hot", "name": " Hot  ones "})
        assert kept["Location"] == "/leads/?temperature=hot&sort=order"
        opened = text(client.get(kept["Location"]))
        assert "Hot ones" in opened
        assert "Ada Byron" in opened
        assert "Charles Babbage" not in opened
        assert "Hot ones" not in text(client_of(bob).get("/leads/"))
        (segment,) = Segment.objects.all()
        address = f"/leads/segments/{segment.pk}/"
        assert client_of(bob).post(address, {"do": "delete"}).status_code == 403
        client.post(address, {"name": "To call", "shared": "yes", "do": "save"})
        assert "To call" in text(client_of(bob).get("/leads/"))
        assert client_of(bob).post(address, {"name": "Mine", "do": "save"}).status_code == 403
        client.post(address, {"do": "delete"})
        assert not Segment.objects.exists()
        assert AuditEntry.objects.filter(action__startswith="segment.").count() == 3

    def test_a_name_is_needed_and_belongs_to_one(self, alice: User, bob: User, client_of: ClientOf) -> None:
        client = client_of(alice)
        asked = {"stage": "mql", "name": "Ours"}
        client.post("/leads/segments/", asked)
        assert "choose another name" in text(client.post("/leads/segments/", asked, follow=True))
        assert "1 to 80 characters" in text(client.post("/leads/segments/", asked | {"name": " "}, follow=True))
        client_of(bob).post("/leads/segments/", asked)
        assert Segment.objects.count() == 2

    def test_there_are_not_too_many(self, alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pyrometer.app.handoff.segments.MOST", 1)
        client = client_of(alice)
        client.post("/leads/segments/", {"name": "One"})
        assert "delete one first" in text(client.post("/leads/segments/", {"name": "Two"}, follow=True))

    def test_a_manager_puts_in_order_what_is_shared_and_nothing_else(
        self, alice: User, carol: User, client_of: ClientOf
    ) -> None:
        client = client_of(alice)
        client.post("/leads/segments/", {"name": "One"})
        client.post("/leads/segments/", {"name": "Two", "shared": "yes"})
        own, shared = Segment.objects.order_by("name")
        assert client_of(carol).post(f"/leads/segments/{own.pk}/", {"do": "delete"}).status_code == 403
        assert client_of(carol).post(f"/leads/segments/{shared.pk}/", {"do": "delete"}).status_code == 302
        assert list(Segment.objects.all()) == [own]

    def test_who_is_erased_is_in_no_segment(self, alice: User, new_lead: NewLead, now: datetime) -> None:
        gone = new_lead("hot", name="Ada Byron")
        for name, filters in (
            ("By name", {"q": "ada byron", "stage": "mql"}),
            ("By address", {"trait": "email", "how": "is", "value": gone.lead.email}),
            ("Others", {"q": "kettles", "stage": "mql"}),
        ):
            Segment.objects.create(owner=alice, name=name, filters=filters, created_at=now)
        forget_searches([gone.pk], [("email", gone.lead.email)], now)
        kept = dict(Segment.objects.values_list("name", "filters"))
        assert kept["By name"] == {"stage": "mql"}
        assert "value" not in kept["By address"]
        assert kept["Others"] == {"q": "kettles", "stage": "mql"}

    def test_who_is_erased_is_in_no_export_of_the_log(
        self, alice: User, new_lead: NewLead, now: datetime, live: Version
    ) -> None:
        live.text = live.text.replace("profile: {", "profile: {title: {type: text, personal: true}, ")
        live.save()
        gone, other = new_lead("hot", name="Mark Byron"), new_lead("hot", name="Bo Kettle")
        for number, (lead, title) in enumerate(((gone, "Countess"), (gone, "CEO"), (other, "CEO"))):
            TraitChange.objects.create(
                lead=lead.lead,
                trait="title",
                value=title,
                occurred_at=now,
                received_at=now,
                message_id=str(number),
                source="form",
            )
        asked: dict[str, dict[str, str]] = {
            "address": {"trait": "email", "how": "is", "value2": gone.lead.email},
            "name": {"trait": "name", "how": "is", "value": "mark"},
            "own": {"trait": "title", "how": "is", "value3": "Countess"},
            "shared": {"trait": "title", "how": "is", "value": "CEO"},
            "likewise": {"trait": "team", "how": "is", "value": "marketing"},
        }
        for what, filters in asked.items():
            record(actor=Actor.of(alice), action="leads.exported", subject=what, at=now, detail={"filters": filters})
        forget_searches([gone.pk], [("email", gone.lead.email)], now)
        kept = {entry.subject: entry.detail["filters"] for entry in AuditEntry.objects.all()}
        for what in ("address", "name", "own"):
            assert kept[what] == {name: value for name, value in asked[what].items() if "value" not in name}
        assert kept["shared"] == asked["shared"]
        assert kept["likewise"] == asked["likewise"]


CONDITIONS = (
    ({"trait": "size", "how": "is", "value": "30"}, {3}),
    ({"trait": "size", "value": "30"}, {3}),
    ({"trait": "size", "how": "is_not", "value": "30"}, {1, 2, 4}),
    ({"trait": "size", "how": "at_least", "value": "30"}, {3, 4}),
    ({"trait": "size", "how": "above", "value": "30"}, {4}),
    ({"trait": "size", "how": "at_most", "value": "20"}, {1, 2}),
    ({"trait": "size", "how": "below", "value": "20"}, {1}),
    ({"trait": "size", "how": "known"}, {1, 2, 3, 4}),
    ({"trait": "size", "how": "unknown"}, {0, 5}),
    ({"trait": "size", "how": "known", "trait2": "need", "how2": "is", "value2": "met"}, {2, 4}),
    ({"trait": "size", "how": "known", "trait3": "need", "how3": "unknown"}, {1, 3}),
    ({"missing": "need"}, {1, 3, 5}),
    ({"flag": "sales_action:yes"}, {0}),
    ({"flag": "sales_action:no"}, {1, 2, 3, 4}),
    ({"flag": "sales_action:unknown"}, {5}),
    ({"flag": "sales_action:yes", "missing": "need"}, set()),
    ({"trait": "size", "how": "at_least"}, {0, 1, 2, 3, 4, 5}),
    ({"trait": "size", "how": "resembles", "value": "3"}, {0, 1, 2, 3, 4, 5}),
)


class TestConditions:
    @pytest.fixture
    def six(self, new_lead: NewLead, now: datetime) -> list[int]:
        """The first and the last without a size; every second needs it."""
        found = []
        for number in range(6):
            flag = {0: True, 5: None}.get(number, False)
            reading = new_lead(
                "warm",
                criteria={"need": "unmet" if number % 2 else "met"},
                flags={"sales_action": flag},
                at=now - timedelta(days=number),
            )
            said = [("need", "met")] if number % 2 == 0 else []
            # What was said before doesn't count any more.
            said += [("size", 999), ("size", 10 * number)] if 0 < number < 5 else []
            for place, (trait, value) in enumerate(said):
                TraitChange.objects.create(
                    lead_id=reading.pk, trait=trait, value=value, occurred_at=now + timedelta(seconds=place),
                    received_at=now, message_id=f"{number}-{place}", source="form",
                )  # fmt: skip
            found.append(reading.pk)
        return found

    @pytest.mark.parametrize(("asked", "expected"), CONDITIONS)
    def test_it_lists_whom_the_condition_holds_for(
        self, asked: dict[str, str], expected: set[int], six: list[int], now: datetime
    ) -> None:
        for sort in ("order", "seen", "new"):
            listed = page(Asked.of(asked | {"sort": sort}), now)
            assert {six.index(lead.pk) for lead in listed.leads} == expected
            assert listed.after == ""

    def test_pages_go_on_where_looking_stopped(
        self, six: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "AT_A_TIME", 2)
        monkeypatch.setattr(listing, "TESTED", 2)
        asked = Asked.of({"trait": "size", "how": "known", "sort": "seen"})
        found, after, turns = [], "", 0
        while True:
            listed = page(asked, now, after=after, limit=1)
            found += [lead.pk for lead in listed.leads]
            turns += 1
            after = listed.after
            if not after:
                break
        assert found == six[1:5]
        assert turns > 3
        with pytest.raises(TooFarError):
            roots(asked, now)

    def test_the_page_says_that_it_goes_on(
        self, six: list[int], alice: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "AT_A_TIME", 2)
        monkeypatch.setattr(listing, "TESTED", 2)
        shown = text(client_of(alice).get("/leads/?trait=size&how=at_least&value=1000"))
        assert "Go on looking" in shown
        assert "No lead is like that" not in shown
