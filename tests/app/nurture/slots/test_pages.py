"""The pages of slots and coupons, without a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.nurture.models import CouponCode, CouponGiven, CouponList, Programme, Shown, Slot
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.people.models import AuditEntry, User
from tests.app.nurture.slots.conftest import NOW, lead_of, slot

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
OFFERING = """
format: 1
programme: warm
name: Warm
purpose: email
enter: {when: {temperature: warm}}
steps:
  - offer: {content: hello, slot: hero}
  - offer: {coupon: spring}
"""
FORM = {"name": "hero", "about": "The top of the home page", "active": "yes", "most_seen": "3", "do": "save"}


def sent(*choices: dict[str, Any], **more: str) -> dict[str, Any]:
    """What the page sends."""
    fields: dict[str, Any] = {**FORM, **more}
    for place, choice in enumerate(choices):
        given = {"content": "hello", "when": "", "coupon": ""} | choice
        fields |= {f"{name}-{place}": value for name, value in given.items()}
    return fields


def test_a_slot_is_made_and_changed(world: None, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    assert b"No slots yet" in client.get("/nurture/slots/").content
    choices = ({"content": "compare", "temperature": ["hot", "warm"], "when": "flag: researcher"}, {})
    answer = client.post("/nurture/slots/new/", sent(*choices))
    made = Slot.objects.get()
    assert "> let go</label>" in client.get(f"/nurture/slots/{made.pk}/").content.decode()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/nurture/slots/{made.pk}/")
    assert made.choices == [
        Choice("compare", temperature=("warm", "hot"), when="flag: researcher").stored(),
        Choice("hello").stored(),
    ]
    assert (made.most_seen, made.revision, made.by) == (3, 1, "alice@example.com")
    page = client.get(f"/nurture/slots/{made.pk}/").content.decode()
    assert "data-pyrometer-slot=&quot;hero&quot;" in page or 'data-pyrometer-slot="hero"' in page
    assert "content.js" in page
    client.post(f"/nurture/slots/{made.pk}/edit/", sent({}, most_seen=""))
    made.refresh_from_db()
    assert (made.most_seen, made.revision, len(made.choices)) == (None, 2, 1)
    entries = AuditEntry.objects.filter(subject="slot:hero").order_by("pk")
    assert [entry.action for entry in entries] == ["slot.saved", "slot.saved"]
    assert len(entries[1].detail["before"]["choices"]) == 2


def test_choices_are_added_moved_and_removed_without_keeping_them(world: None, alice: User, client_of: Clients) -> None:
    made = slot(Choice("hello"))
    before = Slot.objects.values().get()
    client = client_of(alice)

    def order(do: str, *choices: dict[str, Any]) -> list[str]:
        page = client.post(f"/nurture/slots/{made.pk}/edit/", sent(*choices, do=do))
        assert page.status_code == 200
        return [row["choice"].content for row in page.context["rows"]]

    two = ({"content": "compare"}, {"content": "hello"})
    assert order("add", *two) == ["compare", "hello", ""]
    assert order("up-1", *two) == ["hello", "compare"]
    assert order("down-0", *two) == ["hello", "compare"]
    assert order("remove-0", *two) == ["hello"]
    for nothing in ("up-0", "down-1", "remove-9", "up--1", "x", "up-99999999999"):
        assert order(nothing, *two) == ["compare", "hello"]
    assert len(order("add", *[{}] * 40)) <= 31
    assert Slot.objects.values().get() == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (sent({}, name=""), "can’t be a name"),
        (sent({}, name="Hero!"), "can’t be a name"),
        (sent({}, name="taken"), "already"),
        (sent({}, name="x" * 300), "can’t be a name"),
        (sent({}, most_seen="0"), "whole number"),
        (sent({}, most_seen="²"), "whole number"),
        (sent({"content": "buy"}), "sales pitch"),
        (sent({"content": "personal"}), "shown on a site"),
        (sent({"when": "{event: page_viewed}"}), "declare it as a flag"),
        (sent({"when": "<script>alert(1)</script>"}), "no condition"),
        (sent({"content": "<script>alert(1)</script>"}), "unknown content"),
        (sent({"coupon": "gone"}), "unknown coupon list"),
        (sent(*[{}] * 31), "30 choices"),
    ],
)
def test_what_is_wrong_is_said_and_stays_on_the_page(
    world: None, alice: User, client_of: Clients, fields: dict[str, Any], said: str
) -> None:
    slot(Choice("hello"), name="taken")
    answer = client_of(alice).post("/nurture/slots/new/", fields)
    page = answer.content.decode().replace("&#x27;", "’").replace("'", "’")
    assert answer.status_code == 422
    assert said in page
    assert "<script>alert" not in page
    assert Slot.objects.count() == 1


def test_who_may_only_read_changes_nothing(world: None, bob: User, client_of: Clients) -> None:
    made = slot(Choice("hello"))
    source = CouponList.objects.create(name="spring", shared="S", at=NOW)
    client = client_of(bob)
    for address in ("/nurture/slots/", f"/nurture/slots/{made.pk}/", "/nurture/coupons/"):
        assert client.get(address).status_code == 200
    assert b"disabled" in client.get(f"/nurture/slots/{made.pk}/").content
    assert client.post(f"/nurture/slots/{made.pk}/edit/", sent({})).status_code == 403
    for address in (
        "/nurture/slots/new/",
        f"/nurture/slots/{made.pk}/edit/",
        f"/nurture/slots/{made.pk}/delete/",
        "/nurture/coupons/new/",
        f"/nurture/coupons/{source.pk}/",
        f"/nurture/coupons/{source.pk}/delete/",
        f"/nurture/coupons/{source.pk}/given.csv",
    ):
        assert client.get(address).status_code == 403, address
        assert client.post(address).status_code == 403, address
    assert Client().get("/nurture/slots/").status_code == 302


def test_deleting_asks_first_and_is_refused_while_a_programme_offers(
    world: None, alice: User, client_of: Clients
) -> None:
    made = slot(Choice("hello"))
    source = CouponList.objects.create(name="spring", shared="S", at=NOW)
    programme = Programme.objects.create(key="warm", draft=OFFERING, drafted_at=NOW, created_at=NOW)
    client = client_of(alice)
    for address in (f"/nurture/slots/{made.pk}/delete/", f"/nurture/coupons/{source.pk}/delete/"):
        assert b"warm" in client.get(address).content
        client.post(address)
    assert Slot.objects.exists()
    assert CouponList.objects.exists()
    assert client.post(f"/nurture/slots/{made.pk}/edit/", sent({}, name="other")).status_code == 422
    programme.delete()
    for address in (f"/nurture/slots/{made.pk}/delete/", f"/nurture/coupons/{source.pk}/delete/"):
        assert client.get(address).status_code == 200
        assert Slot.objects.exists() or "slots" not in address
        assert client.post(address).status_code == 302
    assert not Slot.objects.exists()
    assert not CouponList.objects.exists()
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"slot.deleted", "coupons.deleted"}


def test_the_list_says_how_often_what_was_clicked(world: None, alice: User, client_of: Clients) -> None:
    made = slot(Choice("hello"))
    Shown.objects.create(slot=made, content="hello", seen=412, seen_by=200, clicked=14, clicked_by=12, dismissed_by=1)
    page = client_of(alice).get("/nurture/slots/").content.decode()
    for part in ("412", "6.0 %", "3.5 % to 10 %"):
        assert part in page, page


CODES = {"name": "spring", "codes": "A-1\nA-2 A-3\r\nA-1", "limit": "", "per_lead": "1", "valid_from": "", "note": ""}


def test_codes_are_pasted(alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    assert b"No coupons yet" in client.get("/nurture/coupons/").content
    answer = client.post("/nurture/coupons/new/", CODES | {"valid_until": "2026-06-30"})
    source = CouponList.objects.get()
    assert answer.headers["Location"] == f"/nurture/coupons/{source.pk}/"
    assert list(CouponCode.objects.order_by("number").values_list("code", flat=True)) == ["A-1", "A-2", "A-3"]
    # The day still counts.
    assert source.valid_until == datetime(2026, 7, 1, tzinfo=UTC)
    page = client.get(f"/nurture/coupons/{source.pk}/").content.decode()
    assert 'value="2026-06-30"' in page
    client.post(f"/nurture/coupons/{source.pk}/", CODES | {"codes": "ONE", "limit": "5"})
    source.refresh_from_db()
    assert (source.shared, source.limit, source.valid_until) == ("ONE", 5, None)
    assert not CouponCode.objects.exists()
    assert b"ONE" in client.get("/nurture/coupons/").content


def test_days_are_those_of_who_writes_them(alice: User, client_of: Clients) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")
    alice.refresh_from_db()
    client = client_of(alice)
    client.post("/nurture/coupons/new/", CODES | {"valid_from": "2026-06-01", "valid_until": "2026-06-30"})
    source = CouponList.objects.get()
    assert source.valid_from == datetime(2026, 5, 31, 15, tzinfo=UTC)
    assert source.valid_until == datetime(2026, 6, 30, 15, tzinfo=UTC)
    page = client.get(f"/nurture/coupons/{source.pk}/").content.decode()
    assert 'value="2026-06-01"' in page
    assert 'value="2026-06-30"' in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"codes": ""}, "required"),
        ({"codes": "x" * 61}, "too long"),
        ({"codes": "a\u200bb c"}, "nobody can read"),
        ({"limit": "0"}, "greater"),
        ({"per_lead": "0"}, "greater"),
        ({"valid_until": "9999-12-31"}, "A day from"),
        ({"valid_from": "0001-01-01"}, "A day from"),
        ({"valid_from": "2026-06-02", "valid_until": "2026-06-01"}, "before it begins"),
        ({"valid_until": "tomorrow"}, "valid date"),
        ({"name": "=1+1"}, "a name"),
    ],
)
def test_what_is_no_list_is_said(alice: User, client_of: Clients, fields: dict[str, str], said: str) -> None:
    answer = client_of(alice).post("/nurture/coupons/new/", CODES | {"valid_until": ""} | fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CouponList.objects.exists()


def test_ten_thousand_codes_are_pasted(alice: User, client_of: Clients) -> None:
    codes = "\n".join(f"C{number:05d}" for number in range(10_000))
    answer = client_of(alice).post("/nurture/coupons/new/", CODES | {"codes": codes, "valid_until": ""})
    assert answer.status_code == 302
    assert CouponCode.objects.count() == 10_000


def test_who_got_which_is_a_file_without_formulas(world: None, alice: User, client_of: Clients) -> None:
    source = CouponList.objects.create(name="spring", shared="=cmd", at=NOW)
    lead = lead_of("ada", name="=HYPERLINK(1)", email="ada@acme.example")
    CouponGiven.objects.create(list=source, lead=lead, code="=cmd|' /C calc'!A0", once="nurture:1:1", at=timezone.now())
    CouponGiven.objects.create(list=source, lead=None, code="B", once="x", at=timezone.now())
    client = client_of(alice)
    answer = client.get(f"/nurture/coupons/{source.pk}/given.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["code", "given at", "for", "lead", "name", "email"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert rows[1][0].startswith("'=cmd")
    assert rows[2][3:] == ["", "", ""]
    assert AuditEntry.objects.get(action="coupons.exported").subject == "coupons:spring"
    page = client.get(f"/nurture/coupons/{source.pk}/").content.decode()
    assert "of an erased lead" in page
    assert "=HYPERLINK" in page
