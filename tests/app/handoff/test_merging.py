"""Leads become one, and two again: nobody loses a lead by it, and what sales decided stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pyrometer.app.evidence.actions import merge, take, unmerge
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, Lead, Merge
from pyrometer.app.handoff import actions, due, queries, walking
from pyrometer.app.handoff.models import Assignment, Rep, Standing, Stood, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.app.temperature.reading import read
from pyrometer.errors import UsageError
from tests.app.handoff.conftest import NewLead, turn

pytestmark = pytest.mark.django_db
HAND = Actor("hand")
MINUTE = timedelta(minutes=1)


def says(once: str, at: datetime, *handles: tuple[str, str], **more: Any) -> None:
    message = Incoming(once=once, occurred_at=at, received_at=at, handles=handles, source="wire", **more)
    take(incoming=[message], now=at)
    read(at)


def one(winner: Reading, loser: Reading, at: datetime) -> Merge:
    for each in (winner, loser):
        kind = "anonymous" if each.lead.anonymous else "email"
        value = f"{each.pk}@example.com"
        Handle.objects.get_or_create(kind=kind, value=value, defaults={"lead": each.lead, "first_seen_at": at})
    return merge(winner=winner.pk, loser=loser.pk, reason="the same", actor=HAND, now=at)


def stage(reading: Reading) -> str:
    return Reading.objects.get(pk=reading.pk).stage


def held_by(rep: Rep) -> list[int]:
    found = Assignment.objects.filter(rep=rep, ended_at__isnull=True)
    return list(found.order_by("pk").values_list("lead", flat=True))


def test_a_lead_in_somebodys_hands_stays_there_when_a_message_makes_it_one_with_another(
    bobs: Rep, beas: Rep, now: datetime
) -> None:
    phone, email = ("phone", "+4930123456"), ("email", "x@gmail.com")
    says("1", now, phone, traits={"size": 1})
    says("2", now, email, traits={"size": 50})
    root, hot = Lead.objects.order_by("pk")
    held = Assignment.objects.get(lead=hot)
    assert held.rep is not None
    other = beas if held.rep == bobs else bobs
    accepted = now + 2 * MINUTE
    actions.log_attempt(assignment=held, channel="call", reached=True, actor=HAND, now=now + MINUTE)
    actions.give_verdict(assignment=held, kind="accepted", actor=HAND, now=accepted)
    says("3", now + 60 * MINUTE, phone, email, event="viewed")
    assert (held_by(held.rep), held_by(other)) == ([root.pk], [])
    held.refresh_from_db()
    assert (held.accepted_at, held.attempts.count()) == (accepted, 1)
    reading = Reading.objects.get()
    assert (reading.pk, reading.stage, reading.stage_since) == (root.pk, "accepted", accepted)
    assert due.follow_merges(now + 61 * MINUTE) == 0


@pytest.mark.parametrize("kind", ["junk", "not_now", "accepted"])
def test_a_verdict_just_after_a_merge_counts(kind: str, new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    hot, root = turn(new_lead("warm"), "hot", now), new_lead("warm")
    held = Assignment.objects.get()
    one(root, hot, now + MINUTE)
    Reading.objects.filter(pk=hot.pk).delete()
    verdict = actions.give_verdict(assignment=held, kind=kind, actor=Actor.of(bobs.user), now=now + 2 * MINUTE)
    assert verdict.assignment.lead_id == root.pk
    assert stage(root) == {"junk": "unqualified", "not_now": "recycled", "accepted": "accepted"}[kind]
    assert not Reading.objects.filter(pk=hot.pk).exists()
    assert set(Standing.objects.values_list("pk", flat=True)) == (set() if kind == "accepted" else {root.pk})


def test_clocks_and_managers_find_a_lead_that_was_merged(
    new_lead: NewLead, bobs: Rep, beas: Rep, now: datetime
) -> None:
    hot, root = turn(new_lead("warm"), "hot", now), new_lead("warm")
    held = Assignment.objects.select_related("rep").get()
    one(root, hot, now)
    assert due.ring(now + 50 * MINUTE) == 1
    other = beas if held.rep == bobs else bobs
    assert actions.reassign(assignment=held, rep=other, actor=HAND, now=now + 51 * MINUTE).lead_id == root.pk


@pytest.mark.parametrize("winner", ["customer", "mql"])
def test_a_customer_stays_one_and_the_other_gets_back_what_it_was(
    winner: str, new_lead: NewLead, bobs: Rep, now: datetime
) -> None:
    customer, mql = new_lead("cool", stage="customer"), new_lead("warm", stage="mql", fit="A")
    pair = (customer, mql) if winner == "customer" else (mql, customer)
    done = one(*pair, now)
    assert stage(pair[0]) == "customer"
    Reading.objects.filter(pk=pair[1].pk).delete()  # as the next reading does
    turn(pair[0], "hot", now + MINUTE)
    assert not Assignment.objects.exists()
    unmerge(merge=done.pk, actor=HAND, now=now + 2 * MINUTE)
    assert [stage(customer), stage(mql)] == ["customer", "mql"]
    changes = Transition.objects.filter(kind="stage").order_by("pk")
    told = list(changes.values_list("lead", "before", "after", "cause"))
    if winner == "mql":
        assert told[0] == (mql.pk, "mql", "customer", "merge")
        assert (mql.pk, "customer", "mql", "unmerge") in told
    assert not Stood.objects.exists()


def test_junk_stays_junk(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    hot, root = turn(new_lead("warm"), "hot", now), new_lead("cool")
    held = Assignment.objects.get()
    actions.give_verdict(assignment=held, kind="junk", actor=Actor.of(bobs.user), now=now)
    done = one(root, hot, now + MINUTE)
    turn(root, "hot", now + 2 * MINUTE)
    assert stage(root) == "unqualified"
    standing = Standing.objects.get()
    assert (standing.pk, standing.verdict, standing.former, standing.parked != "") == (root.pk, "junk", bobs, True)
    unmerge(merge=done.pk, actor=HAND, now=now + 3 * MINUTE)
    assert [stage(root), stage(hot)] == ["lead", "unqualified"]
    assert Standing.objects.get(verdict="junk").pk == hot.pk


def test_a_duplicate_brings_nobody_down(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    hot, root = turn(new_lead("warm"), "hot", now), new_lead("warm", stage="mql", fit="A")
    held = Assignment.objects.get()
    actions.give_verdict(assignment=held, kind="duplicate", actor=Actor.of(bobs.user), now=now)
    one(root, hot, now + MINUTE)
    assert stage(root) == "mql"
    turn(root, "hot", now + 2 * MINUTE)
    assert held_by(bobs) == [root.pk]


@pytest.mark.parametrize("accepts", [0, 1])
def test_of_two_reps_the_further_one_keeps_it_and_both_have_theirs_again(
    accepts: int, new_lead: NewLead, bobs: Rep, beas: Rep, now: datetime
) -> None:
    pair = turn(new_lead("warm"), "hot", now), turn(new_lead("warm"), "hot", now)
    held = [Assignment.objects.select_related("rep__user").get(lead=each.pk) for each in pair]
    reps = [each.rep for each in held]
    actions.give_verdict(assignment=held[accepts], kind="accepted", actor=HAND, now=now)
    done = one(*pair, now + MINUTE)
    assert stage(pair[0]) == "accepted"
    assert [held_by(rep) for rep in reps if rep] == ([[pair[0].pk], []] if accepts == 0 else [[], [pair[0].pk]])
    with pytest.raises(UsageError, match="isn't in these hands any more"):
        actions.give_verdict(assignment=held[1 - accepts], kind="junk", actor=HAND, now=now + MINUTE)
    unmerge(merge=done.pk, actor=HAND, now=now + 2 * MINUTE)
    assert [held_by(rep) for rep in reps if rep] == [[pair[0].pk], [pair[1].pk]]
    assert [stage(each) for each in pair] == (["accepted", "sql"] if accepts == 0 else ["sql", "accepted"])
    again = Assignment.objects.get(pk=held[1 - accepts].pk)
    assert again.due_at is not None
    assert again.due_at > now + 2 * MINUTE


def test_what_became_of_an_assignment_goes_with_who_brought_it(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    hot, root = turn(new_lead("warm"), "hot", now), new_lead("warm", stage="mql", fit="A")
    held, until = Assignment.objects.get(), date(2026, 9, 1)
    done = one(root, hot, now)
    actions.give_verdict(assignment=held, kind="not_now", until=until, actor=Actor.of(bobs.user), now=now + MINUTE)
    unmerge(merge=done.pk, actor=HAND, now=now + 2 * MINUTE)
    assert [stage(root), stage(hot)] == ["mql", "recycled"]
    assert Verdict.objects.get().assignment.lead_id == hot.pk
    assert Standing.objects.get(pk=hot.pk).recycle_on == until
    assert not Standing.objects.filter(pk=root.pk, recycle_on__isnull=False).exists()
    assert walking.recycle(now + timedelta(days=90)) == 1
    assert held_by(bobs) == [hot.pk]


def test_what_came_since_stays_with_the_lead_that_stayed(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    root, other = new_lead("warm", stage="mql", fit="A"), new_lead("cool", stage="quiet")
    done = one(root, other, now)
    turn(root, "hot", now + MINUTE)
    unmerge(merge=done.pk, actor=HAND, now=now + 2 * MINUTE)
    assert [stage(root), stage(other)] == ["sql", "quiet"]
    assert held_by(bobs) == [root.pk]


def test_of_two_days_the_promised_one_stays(new_lead: NewLead, now: datetime) -> None:
    root, other = new_lead("warm", stage="recycled"), new_lead("warm", stage="recycled")
    Standing.objects.create(lead=root.lead, recycle_on=date(2026, 7, 1), updated_at=now)
    Standing.objects.create(lead=other.lead, recycle_on=date(2026, 8, 1), promised=True, updated_at=now)
    done = one(root, other, now)
    standing = Standing.objects.get()
    assert (standing.pk, standing.recycle_on, standing.promised) == (root.pk, date(2026, 8, 1), True)
    unmerge(merge=done.pk, actor=HAND, now=now + MINUTE)
    days = dict(Standing.objects.values_list("pk", "recycle_on"))
    assert days == {root.pk: date(2026, 7, 1), other.pk: date(2026, 8, 1)}


def test_of_leads_of_whom_nothing_was_decided_nothing_is_kept(new_lead: NewLead, now: datetime) -> None:
    root, other = new_lead("cool"), new_lead("cool", anonymous=True)
    done = one(root, other, now)
    unmerge(merge=done.pk, actor=HAND, now=now)
    assert not Stood.objects.exists()
    assert not Transition.objects.exists()
    assert queries.nobody_owns(now) == []


def test_the_next_reading_takes_nothing_over(bobs: Rep, now: datetime) -> None:
    phone, email = ("phone", "+4930123456"), ("email", "x@gmail.com")
    says("1", now, phone, traits={"size": 12})
    says("2", now, email, traits={"size": 50})
    root, hot = Lead.objects.order_by("pk")
    held = Assignment.objects.get(lead=hot)
    actions.give_verdict(assignment=held, kind="duplicate", actor=HAND, now=now)
    Reading.objects.filter(pk=root.pk).update(stage="lead")
    later = now + 60 * MINUTE
    done = merge(winner=root.pk, loser=hot.pk, reason="the same", actor=HAND, now=later)
    read(later)
    assert Reading.objects.values_list("pk", "stage").get() == (root.pk, "sql")
    unmerge(merge=done.pk, actor=HAND, now=later + MINUTE)
    read(later + MINUTE)
    assert dict(Reading.objects.values_list("pk", "stage")) == {root.pk: "sql", hot.pk: "unqualified"}
