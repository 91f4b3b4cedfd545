"""The list of leads: the same leads in the same order, whether filters are narrow and sorted or wide and followed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.models import Lead, LeadWord
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.handoff.views import listing, places, sizes
from pyrometer.app.handoff.views.leads import _values
from pyrometer.app.handoff.views.listing import Asked, page
from pyrometer.app.temperature.models import Reading, graded
from tests.app.handoff.conftest import NewLead

pytestmark = pytest.mark.django_db

ASKED = (
    {},
    {"temperature": "warm"},
    {"country": "de"},
    {"channel": "ads", "country": "DE"},
    {"stage": "mql", "temperature": "hot"},
    {"grade": "fit:B", "country": "SE"},
    {"seen": "7"},
    {"owner": "nobody"},
    {"country": "DE", "stage": "mql", "seen": "30", "grade": "fit:A"},
)


@pytest.fixture
def many(new_lead: NewLead, now: datetime) -> list[int]:
    """Sixty leads of every sort, many of them level with others."""
    found = []
    for number in range(60):
        reading = new_lead(
            ("hot", "warm", "cool")[number % 3],
            stage=("lead", "mql")[number % 2],
            fit="ABC"[number % 3],
            at=now - timedelta(days=number % 12),
            country=("DE", "SE", "")[number % 3],
            channel=("ads", "search")[number % 4 == 0],
            total=number % 5,
            missing_count=number % 2,
        )
        found.append(reading.pk)
        if number % 10 == 0:
            Assignment.objects.create(lead_id=reading.pk, because="nobody there", at=now)
    return found


def turned(asked: Asked, now: datetime, *, limit: int = 7) -> list[int]:
    """All leads of a list, page by page."""
    found, after = [], ""
    while True:
        listed = page(asked, now, after=after, limit=limit)
        found += [lead.pk for lead in listed.leads]
        after = listed.after
        if not after:
            return found


@pytest.mark.parametrize("sort", ["order", "seen", "new"])
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(asked) or "all")
def test_narrow_and_wide_filters_list_the_same(
    asked: dict[str, str], sort: str, many: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Asked.of(asked | {"sort": sort})
    plain = sorted((place for place in _by_hand(wanted, now)), key=SORTED[sort])
    narrow = turned(wanted, now)
    assert narrow == [reading.pk for reading in plain]
    assert len(narrow) == page(wanted, now, limit=7).number > 0
    monkeypatch.setattr(places, "OWNED", -1)
    for followed in ("country", "channel", "stage", "temperature", "last_seen_at__gte", ""):
        # As if that filter let through nobody else, and none of them few.
        for name, value in places._wanted(wanted, now).items():
            sizes.size(name, value, now)
        monkeypatch.setattr(
            sizes,
            "_known",
            {key: (0 if key[0] == followed else 10**9, until) for key, (_, until) in sizes._known.items()},
        )
        assert turned(wanted, now) == narrow
        assert page(wanted, now, limit=7).number == len(narrow)


SORTED = {
    "order": lambda r: (("hot", "warm", "cool").index(r.temperature), r.missing_count, -r.total, r.pk),
    "seen": lambda r: (-r.lead.last_seen_at.timestamp(), -r.pk),
    "new": lambda r: -r.pk,
}


def _by_hand(asked: Asked, now: datetime) -> list[Reading]:
    """What the filters let through, by looking at each lead."""

    def passes(reading: Reading) -> bool:
        lead = reading.lead
        nobodys = Assignment.objects.filter(lead=lead, rep=None, ended_at=None).exists()
        return (
            asked.temperature in ("", reading.temperature)
            and asked.stage in ("", reading.stage)
            and asked.country.upper() in ("", lead.country)
            and asked.channel in ("", lead.channel)
            and asked.grade in ("", f"fit:{reading.grades['fit']}")
            and (not asked.seen or lead.last_seen_at >= now - timedelta(days=int(asked.seen)))
            and (not asked.owner or nobodys)
        )

    return [reading for reading in Reading.objects.select_related("lead") if passes(reading)]


@pytest.mark.parametrize("sort", ["order", "seen", "new"])
def test_without_a_definition_there_are_the_leads(sort: str, many: list[int], live: Version, now: datetime) -> None:
    live.delete()
    Reading.objects.all().delete()
    leads = {lead.pk: lead for lead in Lead.objects.all()}
    wanted = sorted(many, key=lambda pk: (leads[pk].last_seen_at if sort != "new" else 0, pk), reverse=True)
    assert turned(Asked(sort=sort), now) == wanted
    germans = [pk for pk in wanted if leads[pk].country == "DE"]
    assert turned(Asked(sort=sort, country="de"), now) == germans
    assert page(Asked(sort=sort, country="de"), now).number == len(germans)
    assert turned(Asked(grade="fit:A"), now) == turned(Asked(temperature="hot"), now) == []
    assert len(turned(Asked(owner="nobody"), now)) == 6


@pytest.mark.parametrize("sort", ["order", "seen", "new"])
def test_a_search_finds_who_was_never_read(sort: str, new_lead: NewLead, now: datetime) -> None:
    known = [new_lead(each, name="Ada Byron").pk for each in ("cool", "hot", "warm")]
    fresh = new_lead("cool", name="Ada Lovelace")
    Reading.objects.filter(pk=fresh.pk).delete()
    LeadWord.objects.bulk_create(LeadWord(lead_id=pk, word="ada") for pk in (*known, fresh.pk))
    wanted = {"order": [known[1], known[2], known[0], fresh.pk]}.get(sort, [fresh.pk, *known[::-1]])
    assert turned(Asked(q="ada", sort=sort), now, limit=1) == wanted
    assert page(Asked(q="ada"), now, limit=1).number == 4
    assert turned(Asked(q="ada", temperature="hot"), now) == [known[1]]


@pytest.mark.parametrize("sort", ["order", "seen", "new"])
def test_who_was_merged_or_erased_since_is_left_out(sort: str, many: list[int], now: datetime) -> None:
    everybody = turned(Asked(sort=sort), now)
    Lead.objects.filter(pk__in=everybody[1:30]).update(root=everybody[0])
    Lead.objects.filter(pk__in=everybody[40:50]).update(erased_at=now)
    left = [everybody[0], *everybody[30:40], *everybody[50:]]
    assert turned(Asked(sort=sort), now) == turned(Asked(sort=sort), now, limit=1) == left
    assert len(page(Asked(sort=sort), now, limit=12).leads) == 12


@pytest.mark.parametrize("sort", ["order", "seen"])
def test_a_search_goes_on_where_it_was_though_the_last_row_moved(sort: str, new_lead: NewLead, now: datetime) -> None:
    ago = [now - timedelta(days=number) for number in range(6)]
    leads = [new_lead("warm", name="Ada Byron", at=at, total=10 - number).pk for number, at in enumerate(ago)]
    LeadWord.objects.bulk_create(LeadWord(lead_id=pk, word="ada") for pk in leads)
    asked = Asked(q="ada", sort=sort)
    first = page(asked, now, limit=3)
    assert [lead.pk for lead in first.leads] == leads[:3]
    Lead.objects.filter(pk=leads[2]).update(last_seen_at=now + timedelta(hours=1))
    Reading.objects.filter(pk=leads[2]).update(temperature="hot")
    assert [lead.pk for lead in page(asked, now, after=first.after, limit=3).leads] == leads[3:]


@pytest.mark.parametrize("grade", ["isnull:A", "contains:A", "fit__x:A", "fit:", ":", "fit"])
def test_a_grade_that_makes_no_sense_finds_nobody(grade: str, new_lead: NewLead, now: datetime) -> None:
    lead = new_lead("hot", name="Ada Byron", fit="A").pk
    LeadWord.objects.create(lead_id=lead, word="ada")
    for more in ({}, {"q": "ada"}):
        assert turned(Asked(grade=grade, **more), now) == []
        assert turned(Asked(grade="fit:A", **more), now) == [lead]


def test_more_grades_than_an_index_has_room_for(live: Version, new_lead: NewLead, now: datetime) -> None:
    long = "n" * 90
    scores = "".join(
        f"  {long}{number}: {{range: [0, 100], grades: {{A: 50, D: 0}}, rules: [{{name: r{number}, points: 60,"
        " when: {event: asked_us}}]}\n"
        for number in range(12)
    )
    live.text = live.text.replace("scores:\n", f"scores:\n{scores}")
    live.fingerprint = "g"
    live.save()
    wide = {"fit": "A", **{f"{long}{number}": "D" for number in range(12)}}
    assert graded(wide) == ""
    mine, other = new_lead("hot", fit="A").pk, new_lead("hot", fit="A").pk
    Reading.objects.filter(pk=mine).update(grades=wide, graded=graded(wide))
    Reading.objects.filter(pk=other).update(grades=wide | {f"{long}3": "A"}, graded="")
    assert turned(Asked(grade=f"{long}3:D"), now) == [mine]
    assert turned(Asked(grade=f"{long}3:A"), now) == [other]
    assert turned(Asked(grade=f"{long}3:' or 1"), now) == []


def test_the_cheapest_index_is_followed(monkeypatch: pytest.MonkeyPatch, new_lead: NewLead, now: datetime) -> None:
    new_lead("cool", id=1_000_000)
    known = {"country": 60_000, "stage": 900_000, "temperature": 20_000, "last_seen_at__gte": 500_000}
    until = now + timedelta(minutes=5)
    monkeypatch.setattr(sizes, "_known", {(name, "x"): (number, until) for name, number in known.items()})

    def chosen(sort: str, *names: str) -> str:
        return sizes.cheapest(sort, dict.fromkeys(names, "x"), now)

    if connection.vendor == "postgresql":
        assert chosen("order", "country") == ""  # it knows itself
        return
    assert chosen("order") == chosen("seen", "stage") == chosen("new", "stage") == ""
    assert chosen("order", "stage") == "stage"
    assert chosen("order", "country", "stage") == "country"
    assert chosen("seen", "country", "stage") == ""
    assert chosen("new", "country", "temperature") == "temperature"
    assert chosen("order", "last_seen_at__gte", "stage") == "stage"


def test_sizes_are_counted_again_after_a_while(new_lead: NewLead, now: datetime) -> None:
    sizes._known.clear()
    new_lead("cool", country="NO")
    assert sizes.size("country", "NO", now) == 1
    new_lead("cool", country="NO")
    assert sizes.size("country", "NO", now + timedelta(minutes=9)) == 1
    assert sizes.size("country", "NO", now + timedelta(minutes=10)) == 2


def test_ties_are_in_the_order_of_leads(new_lead: NewLead, now: datetime) -> None:
    level = [new_lead("hot", total=5).pk for _ in range(9)]
    assert [lead.pk for lead in page(Asked(), now).leads] == sorted(level)


def test_an_owner_that_makes_no_sense_is_left_out(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    mine = new_lead("hot").pk
    new_lead("hot")
    Assignment.objects.create(lead_id=mine, rep=bobs, because="routed", at=now)
    assert [lead.pk for lead in page(Asked.of({"owner": str(bobs.pk)}), now).leads] == [mine]
    assert {Asked.of({"owner": word}).owner for word in ("²", "-1", "me", "9" * 30)} == {""}


def test_counting_stops(new_lead: NewLead, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        new_lead("cool")
    monkeypatch.setattr(listing, "MANY", 3)
    assert page(Asked(), now, limit=2).number == 4


def test_the_choices_are_the_values_that_there_are(new_lead: NewLead) -> None:
    assert _values("country") == []
    for country in ("SE", "DE", "", "SE"):
        new_lead("cool", country=country)
    assert _values("country") == ["DE", "SE"]
    assert Lead.objects.count() == 4
