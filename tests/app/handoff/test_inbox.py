"""Whom to call, in which order, and what is said of each; what falls between the teams."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.app.temperature.models import Reading
from tests.app.handoff.conftest import NewLead, did, turn

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def give(reading: Reading, rep: Rep, carol: User, at: datetime) -> Assignment:
    return actions.assign(lead=reading.pk, rep=rep, actor=Actor.of(carol), now=at)


def test_the_order_of_calling(new_lead: NewLead, bobs: Rep, carol: User, now: datetime) -> None:
    early, late = now - timedelta(hours=1), now
    named = {
        "hot, due first": give(new_lead("hot", missing_count=3, total=1), bobs, carol, early),
        "hot, nothing missing": give(new_lead("hot", missing_count=0, total=5), bobs, carol, late),
        "hot, one missing, more": give(new_lead("hot", missing_count=1, total=9), bobs, carol, late),
        "hot, one missing, less": give(new_lead("hot", missing_count=1, total=8), bobs, carol, late),
        "warm": give(new_lead("warm", total=99), bobs, carol, early),
        "cool": give(new_lead("cool", total=999), bobs, carol, early),
    }
    places = {held.pk: name for name, held in named.items()}
    assert [places[call.assignment.pk] for call in queries.to_call(bobs, now).shown] == list(named)


def test_an_inbox_is_ones_own(new_lead: NewLead, bobs: Rep, beas: Rep, carol: User, now: datetime) -> None:
    give(new_lead("hot"), bobs, carol, now)
    assert queries.to_call(beas, now).shown == []


def test_a_call_says_why_and_how_long_there_is(new_lead: NewLead, bobs: Rep, carol: User, now: datetime) -> None:
    reasons = [{"score": "interest", "rule": name, "points": 9} for name in "ABCD"]
    give(new_lead("hot", strongest=reasons), bobs, carol, now)
    (call,) = queries.to_call(bobs, now + timedelta(minutes=10)).shown
    assert [line["rule"] for line in call.strongest] == ["A", "B", "C"]
    assert call.clock is not None
    assert (call.clock.minutes, call.clock.overdue) == (50, False)
    assert (call.unseen, call.attempts, bool(call.news)) == (True, 0, False)
    (call,) = queries.to_call(bobs, now + timedelta(minutes=61, seconds=30)).shown
    assert call.clock is not None
    assert (call.clock.minutes, call.clock.overdue) == (-1, True)


def test_the_clock_counts_business_minutes(new_lead: NewLead, bobs: Rep, carol: User) -> None:
    friday = datetime(2026, 6, 19, 16, 30, tzinfo=UTC)
    give(new_lead("hot"), bobs, carol, friday)
    (call,) = queries.to_call(bobs, friday + timedelta(days=1)).shown
    assert call.clock is not None
    assert (call.clock.minutes, call.clock.due_at) == (30, datetime(2026, 6, 22, 9, 30, tzinfo=UTC))


def test_news_are_what_happened_since_the_rep_looked(new_lead: NewLead, bobs: Rep, carol: User, now: datetime) -> None:
    reading = new_lead("warm")
    held = give(reading, bobs, carol, now)
    did(reading, "viewed", now)
    actions.mark_seen(assignments=[held.pk], rep=bobs, now=now + timedelta(minutes=1))
    (call,) = queries.to_call(bobs, now).shown
    assert (call.unseen, bool(call.news)) == (False, False)
    later = now + timedelta(minutes=2)
    for _ in range(2):
        did(reading, "viewed", later)
    did(reading, "asked_us", later)
    did(reading, "viewed", later, bot="crawler")
    did(reading, "viewed", later, retracted_at=later)
    turn(reading, "hot", later)
    (call,) = queries.to_call(bobs, later).shown
    assert call.news.events == (("viewed", 2), ("asked_us", 1))
    assert [(each.before, each.after) for each in call.news.transitions] == [("warm", "hot")]


def test_an_inbox_takes_the_same_number_of_queries_however_full(
    new_lead: NewLead, bobs: Rep, carol: User, now: datetime, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        give(new_lead("hot"), bobs, carol, now)
    Assignment.objects.update(seen_at=now)
    with django_assert_num_queries(5):
        assert len(queries.to_call(bobs, now).shown) == 3
    for _ in range(9):
        give(new_lead("hot"), bobs, carol, now)
    Assignment.objects.update(seen_at=now)
    with django_assert_num_queries(5):
        assert len(queries.to_call(bobs, now).shown) == 12


def test_untouched_leads_are_the_overdue_ones(new_lead: NewLead, bobs: Rep, carol: User, now: datetime) -> None:
    tried, accepted, waiting = (give(new_lead("hot"), bobs, carol, now) for _ in range(3))
    actions.log_attempt(assignment=tried, channel="call", reached=False, actor=Actor.of(carol), now=now)
    actions.give_verdict(assignment=accepted, kind="accepted", actor=Actor.of(carol), now=now)
    assert queries.untouched(now + timedelta(minutes=60)) == []
    (loose,) = queries.untouched(now + timedelta(minutes=61))
    assert (loose.assignment, loose.because) == (waiting, "nobody has tried to reach it")


@pytest.mark.parametrize(
    ("temperature", "stage", "loose"),
    [
        ("hot", "lead", True),
        ("hot", "mql", True),
        ("hot", "quiet", True),
        ("hot", "let_go", True),
        ("hot", "recycled", True),  # without a date
        ("warm", "sql", True),
        ("cool", "accepted", True),
        ("warm", "opportunity", True),
        ("hot", "customer", False),
        ("hot", "unqualified", False),
        ("warm", "lead", False),
        ("cool", "quiet", False),
    ],
)
def test_who_is_in_nobodys_hands(temperature: str, stage: str, loose: bool, new_lead: NewLead, now: datetime) -> None:
    reading = new_lead(temperature, stage=stage)
    assert [each.lead.pk for each in queries.nobody_owns(now)] == ([reading.pk] if loose else [])
    assert queries.unowned() == loose


def test_the_list_of_what_nobody_has_is_bounded_and_hot_first(new_lead: NewLead, now: datetime) -> None:
    cool, hot, warm = (new_lead(temperature, stage="sql") for temperature in ("cool", "hot", "warm"))
    assert [each.lead.pk for each in queries.nobody_owns(now, limit=2)] == [hot.pk, warm.pk]
    assert [each.lead.pk for each in queries.nobody_owns(now)] == [hot.pk, warm.pk, cool.pk]
    assert (queries.unowned(), queries.unowned(upto=2)) == (3, 2)


def test_what_waits_or_was_left_behind_is_counted_too(
    new_lead: NewLead, bobs: Rep, beas: Rep, carol: User, now: datetime
) -> None:
    waiting, behind, kept = (give(new_lead("hot"), rep, carol, now) for rep in (bobs, beas, bobs))
    Assignment.objects.filter(pk=waiting.pk).update(rep=None)
    assert queries.unowned() == 1
    User.objects.filter(pk=beas.user_id).update(is_active=False)
    assert {each.lead.pk for each in queries.nobody_owns(now)} == {waiting.lead_id, behind.lead_id}
    assert queries.unowned() == 2
    Rep.objects.filter(pk=bobs.pk).update(active=False)
    assert {each.assignment for each in queries.nobody_owns(now)} == {waiting, behind, kept}
    assert queries.unowned() == 3


def test_what_is_behind_those_that_are_shown_is_counted(
    new_lead: NewLead, bobs: Rep, beas: Rep, carol: User, now: datetime
) -> None:
    for reading in (new_lead("warm"), new_lead("hot"), new_lead("cool"), new_lead("hot")):
        give(reading, bobs, carol, now)
    give(new_lead("hot"), beas, carol, now + timedelta(minutes=30))
    later = now + timedelta(minutes=61)
    calls = queries.to_call(bobs, later, shown=1)
    assert [call.reading.temperature for call in calls.shown if call.reading] == ["hot"]
    assert (calls.number, calls.behind, calls.hot, calls.overdue) == (4, 3, 2, 4)
    everybody = queries.to_call(None, later, shown=4)
    assert (everybody.number, everybody.behind, everybody.hot, everybody.overdue) == (5, 1, 3, 4)
    assert [call.assignment.rep for call in everybody.shown] == [bobs, bobs, beas, bobs]


def test_neither_merged_nor_erased_leads_are_loose(new_lead: NewLead, now: datetime) -> None:
    root, member, erased = (new_lead("hot") for _ in range(3))
    member.lead.root_id = root.pk
    member.lead.save()
    erased.lead.erased_at = now
    erased.lead.save()
    assert [each.lead.pk for each in queries.nobody_owns(now)] == [root.pk]


@pytest.mark.parametrize(
    ("known", "channel"), [({"phone": "+491715550001"}, "call"), ({}, "email"), ({"email": ""}, "call")]
)
def test_an_attempt_is_offered_by_the_way_that_is_known(
    known: dict[str, str], channel: str, bob: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf, now: datetime
) -> None:
    held = Assignment.objects.get(lead=turn(new_lead("warm", **known), "hot", now).pk)
    page = client_of(bob).get(f"/inbox/{held.pk}/attempt/").content.decode()
    assert f'value="{channel}" checked' in page


def test_who_was_reached_is_written_down_next(
    bob: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf, now: datetime
) -> None:
    held = Assignment.objects.get(lead=turn(new_lead("warm"), "hot", now).pk)
    client, link = client_of(bob), f'<a href="/leads/{held.lead_id}/call/">Write down what you learned</a>'
    address = f"/inbox/{held.pk}/attempt/"
    tried = client.post(address, {"channel": "email", "reached": "no"}, follow=True).content.decode()
    assert link not in tried
    assert link in client.post(address, {"channel": "email", "reached": "yes"}, follow=True).content.decode()
