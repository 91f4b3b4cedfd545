"""Codes: once to each lead, no more than there are, none outside of their time."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.erasing import erase
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.merging import merge
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import CouponCode, CouponGiven, CouponList
from pyrometer.app.nurture.slots import coupons
from pyrometer.app.nurture.slots.actions import save_coupons
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry
from pyrometer.errors import UsageError
from tests.app.faults.installation import Installation
from tests.app.nurture.slots.conftest import NOW

ALICE = Actor("alice@example.com")


def kept(name: str = "spring", *, source: CouponList | None = None, **more: object) -> CouponList:
    """A list as it is kept from its page."""
    given = {
        "codes": [],
        "shared": "",
        "limit": None,
        "per_lead": 1,
        "valid_from": None,
        "valid_until": None,
        "note": "",
    }
    return save_coupons(source=source, name=name, actor=ALICE, now=NOW, **(given | more))  # type: ignore[arg-type]


def somebody(visitor: str) -> int:
    """A lead that came by."""
    message = Incoming(
        once=f"m:{visitor}",
        occurred_at=NOW,
        received_at=NOW,
        source="form",
        handles=(("anonymous", visitor),),
        event="page_viewed",
    )
    return take(incoming=[message], now=NOW).lead_of[f"m:{visitor}"]


@pytest.mark.django_db
def test_each_gets_the_next_and_always_the_same() -> None:
    kept(codes=["one", "two"])
    ada, bob, carl = map(somebody, ("ada", "bob", "carl"))
    assert coupons.give("spring", ada, "nurture:1:1", NOW) == "one"
    assert coupons.give("spring", ada, "nurture:1:1", NOW) == "one"
    assert coupons.give("spring", ada, "nurture:9:9", NOW) == "one"
    assert coupons.give("spring", bob, "nurture:2:1", NOW) == "two"
    assert coupons.draw("spring", carl, "nurture:3:1", NOW) == coupons.Drawn(why=coupons.TAKEN)
    assert CouponList.objects.get().given == 2
    assert coupons.left(CouponList.objects.get()) == 0
    assert coupons.draw("other", ada, "x", NOW).why == coupons.UNKNOWN


@pytest.mark.django_db
def test_a_limit_and_a_time_hold() -> None:
    source = kept(shared="S", limit=2, per_lead=2, valid_from=NOW, valid_until=NOW + timedelta(days=1))
    ada, bob = map(somebody, ("ada", "bob"))
    assert coupons.draw("spring", ada, "a", NOW - timedelta(seconds=1)).why == coupons.EARLY
    assert coupons.draw("spring", ada, "a", NOW) == coupons.Drawn("S", NOW + timedelta(days=1))
    assert coupons.left(source) == 2
    assert coupons.give("spring", ada, "b", NOW) == "S"
    assert coupons.give("spring", ada, "c", NOW) == "S"
    assert CouponGiven.objects.count() == 2
    assert coupons.draw("spring", bob, "d", NOW).why == coupons.TAKEN
    assert coupons.draw("spring", ada, "a", NOW + timedelta(days=1)).why == coupons.OVER


@pytest.mark.django_db
def test_several_to_one_lead_are_several_codes() -> None:
    kept(codes=["one", "two", "three"], per_lead=2)
    ada = somebody("ada")
    assert [coupons.give("spring", ada, once, NOW) for once in ("a", "b", "c", "a")] == ["one", "two", "two", "one"]


@pytest.mark.django_db
def test_what_somebody_else_got_is_not_given() -> None:
    kept(codes=["one", "two"])
    ada, bob = map(somebody, ("ada", "bob"))
    coupons.give("spring", ada, "nurture:1:1", NOW)
    with pytest.raises(ValueError, match="somebody else"):
        coupons.give("spring", bob, "nurture:1:1", NOW)


@pytest.mark.django_db
def test_who_turned_out_to_be_one_got_one() -> None:
    kept(codes=["one", "two", "three"])
    ada, same = map(somebody, ("ada", "same"))
    coupons.give("spring", same, "x", NOW)
    merge(winner=ada, loser=same, reason="", actor=ALICE, now=NOW)
    assert coupons.give("spring", ada, "y", NOW) == "one"
    assert coupons.given_last(ada, NOW).code == "one"


@pytest.mark.django_db
def test_a_code_of_an_erased_lead_is_given_to_nobody_else() -> None:
    kept(codes=["one", "two"])
    ada, bob = map(somebody, ("ada", "bob"))
    coupons.give("spring", ada, "x", NOW)
    erase(lead=ada, actor=ALICE, now=NOW)
    assert CouponGiven.objects.get().lead is None
    assert coupons.give("spring", bob, "y", NOW) == "two"
    assert coupons.draw("spring", ada, "z", NOW).why == coupons.GONE


@pytest.mark.django_db
def test_codes_that_were_given_stay() -> None:
    source = kept(codes=["one", "two", "three"])
    ada, bob = map(somebody, ("ada", "bob"))
    coupons.give("spring", ada, "x", NOW)
    kept(source=source, codes=["four", "three", "four"])
    assert set(CouponCode.objects.values_list("code", "taken")) == {("one", True), ("three", False), ("four", False)}
    assert coupons.give("spring", bob, "y", NOW) == "three"
    kept(source=source, codes=["one", "four"])
    assert set(CouponCode.objects.values_list("code", flat=True)) == {"one", "three", "four"}
    assert [entry.action for entry in AuditEntry.objects.filter(subject="coupons:spring")] == ["coupons.saved"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "Spring!"}, "can't be a name"),
        ({"name": "x" * 61}, "can't be a name"),
        ({"name": "taken"}, "already"),
        ({"codes": [], "shared": ""}, "either one code"),
        ({"codes": ["a", "b"], "shared": "S"}, "either one code"),
        ({"valid_from": NOW, "valid_until": NOW}, "before it begins"),
        ({"codes": list(map(str, range(100_001))), "shared": ""}, "100,000 codes"),
    ],
)
def test_what_is_no_list_is_refused(more: dict[str, object], said: str) -> None:
    kept("taken", shared="T")
    with pytest.raises(UsageError, match=said):
        kept(**({"shared": "S"} | more))  # type: ignore[arg-type]
    assert CouponList.objects.count() == 1


@pytest.mark.django_db
def test_ten_thousand_codes_are_kept_and_given_in_order() -> None:
    source = kept(codes=[f"code-{number:05d}" for number in range(10_000)])
    CouponCode.objects.filter(number__lte=9_999).update(taken=True)
    assert coupons.left(source) == 1
    assert coupons.give("spring", somebody("ada"), "x", NOW) == "code-09999"
    assert coupons.left(source) == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's is below: in memory it knows no waiting")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shared", [False, True])
def test_two_never_get_the_last_one(shared: bool) -> None:
    """Twenty at once want one of five, each twice."""
    kept(shared="S" if shared else "", codes=[] if shared else [f"c{n}" for n in range(5)], limit=5 if shared else None)
    leads = [somebody(f"visitor-{number}") for number in range(20)]
    start = threading.Barrier(20)
    got: list[tuple[int, str | None]] = []
    failed: list[BaseException] = []

    def want(lead: int) -> None:
        try:
            start.wait(30)
            for turn in range(2):
                got.append((lead, coupons.give("spring", lead, f"x:{lead}:{turn}", NOW)))
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=want, args=(lead,)) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    given = dict(Counter(code for _, code in got if code))
    assert given == ({"S": 10} if shared else {f"c{n}": 2 for n in range(5)}), connection.vendor
    # Whoever got one got the same again.
    assert len({(lead, code) for lead, code in got if code}) == 5
    assert CouponGiven.objects.count() == CouponList.objects.get().given == 5
    assert Lead.objects.filter(coupons__isnull=False).count() == 5


_SETTLE = """
from datetime import UTC, datetime
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.slots.actions import save_coupons
from pyrometer.app.people.audit import Actor
now = datetime.now(UTC)
for number in range(20):
    lead = Lead.objects.create(created_at=now, last_seen_at=now)
    Lead.objects.filter(pk=lead.pk).update(root=lead.pk)
save_coupons(source=None, name="spring", codes=["a", "b", "c", "d", "e"], shared="", limit=None, per_lead=1,
             valid_from=None, valid_until=None, note="", actor=Actor("test"), now=now)
print("null")
"""
_WANT = """
import json
from datetime import UTC, datetime
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.slots.coupons import give
now = datetime.now(UTC)
leads = list(Lead.objects.order_by("pk").values_list("pk", flat=True))[OF::4]
print(json.dumps([[lead, give("spring", lead, f"x:{lead}:{turn}", now)] for turn in range(2) for lead in leads]))
"""


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL's is above")
def test_two_processes_never_give_the_last_one_twice(tmp_path: Path) -> None:
    """Four processes on one SQLite file want five codes for twenty leads."""
    installation = Installation(tmp_path)
    try:
        installation.script(_SETTLE)
        with ThreadPoolExecutor(4) as pool:
            told = pool.map(installation.script, [_WANT.replace("OF", str(number)) for number in range(4)])
            got = [(lead, code) for found in told for lead, code in found if code]
    finally:
        installation.close()
    assert Counter(code for _, code in got) == dict.fromkeys("abcde", 2)
    assert len(set(got)) == 5
