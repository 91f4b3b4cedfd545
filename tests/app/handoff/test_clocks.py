"""Clocks of assignments, in the rep's hours; leads that nobody has; silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pyrometer.app.clock.claims import claim
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.handoff import actions, due, erasing, queries, walking
from pyrometer.app.handoff.models import Assignment, Rep, Standing, Team
from pyrometer.app.handoff.working import clock, working_time
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.app.temperature.models import Reading
from pyrometer.lifecycle import STANDARD
from tests.app.handoff.conftest import HOURS, NewLead, turn

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def mails() -> list[tuple[str, str]]:
    rows = Outgoing.objects.filter(channel="email").order_by("pk")
    return [(row.payload["to"], row.payload.get("template") or row.payload["subject"]) for row in rows]


def test_a_promise_is_reminded_of_and_then_escalated_once(
    new_lead: NewLead, bobs: Rep, carol: User, now: datetime
) -> None:
    turn(new_lead("warm"), "hot", now)
    assert due.ring(now + 44 * MINUTE) == 0
    assert due.ring(now + 45 * MINUTE) == 1
    assert due.ring(now + 45 * MINUTE) == 0
    assert due.ring(now + 179 * MINUTE) == 0
    assert due.ring(now + 180 * MINUTE) == 1
    assert due.ring(now + timedelta(days=30)) == 0
    assert mails() == [
        ("bob@example.com", "assignment"),
        ("bob@example.com", "reminder"),
        ("carol@example.com", "escalation"),
    ]
    held = Assignment.objects.get()
    assert (held.reminded_at, held.escalated_at) == (now + 45 * MINUTE, now + 180 * MINUTE)


def test_an_attempt_in_time_keeps_it_quiet_until_the_next_is_due(
    new_lead: NewLead, bobs: Rep, carol: User, now: datetime
) -> None:
    turn(new_lead("warm"), "hot", now)
    held = Assignment.objects.get()
    actions.log_attempt(
        assignment=held, channel="call", reached=False, actor=Actor.of(bobs.user), now=now + 10 * MINUTE
    )
    assert due.ring(now + timedelta(hours=6)) == 0
    assert due.ring(now + timedelta(days=1, minutes=10)) == 1
    assert due.ring(now + timedelta(days=1, minutes=130)) == 1
    assert mails()[1:] == [
        ("bob@example.com", "next_attempt"),
        ("carol@example.com", "attempt_overdue"),
    ]


def test_a_clock_that_nobody_watched_tells_all_at_once(
    new_lead: NewLead, bobs: Rep, carol: User, now: datetime
) -> None:
    turn(new_lead("warm"), "hot", now)
    assert due.ring(now + timedelta(days=5)) == 1
    assert [template for _, template in mails()] == ["assignment", "reminder", "escalation"]


def test_clocks_stand_still_while_the_rep_is_off(team: Team, bob: User, now: datetime) -> None:
    berlin = Rep(user=bob, team=team, hours=HOURS, time_zone="Europe/Berlin", holidays="DE")
    eve = datetime(2026, 12, 24, 15, 30, tzinfo=UTC)  # half past four in Berlin; 25 and 26 December are holidays
    assert clock(berlin, eve, 60, 0).due_at == datetime(2026, 12, 28, 8, 30, tzinfo=UTC)
    assert date(2026, 1, 6) not in working_time(berlin, now).holidays
    berlin.holidays = "DE-BY"
    assert date(2026, 1, 6) in working_time(berlin, now).holidays


@pytest.mark.parametrize(
    "broken",
    [
        {"hours": {}},
        {"hours": []},
        {"hours": {"monday": ["09:00", "17:00"]}},
        {"hours": {"mon": 9}},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../etc/passwd"},
        {"holidays": "ZZ"},
        {"holidays": "DE-XX"},
    ],
)
def test_a_clock_runs_whatever_was_typed(broken: dict, team: Team, bob: User, now: datetime) -> None:  # type: ignore[type-arg]
    rep = Rep(**{"user": bob, "team": team, "hours": HOURS} | broken)
    assert clock(rep, now, 60, 0).due_at == now + timedelta(hours=1)
    assert working_time(rep, now).hours == STANDARD


def test_what_nobody_could_take_is_tried_again(new_lead: NewLead, bobs: Rep, carol: User, now: datetime) -> None:
    Rep.objects.update(away_until=date(2026, 6, 17))
    reading = turn(new_lead("warm"), "hot", now)
    (loose,) = queries.nobody_owns(now)
    assert (loose.lead.pk, loose.because) == (reading.pk, "everybody who may take it is away")
    assert mails() == [("carol@example.com", "escalation")]
    assert due.ring(now + 4 * MINUTE) == 0
    assert due.ring(now + 5 * MINUTE) == 1
    assert queries.to_call(bobs, now).shown == []
    back = now + timedelta(days=2)
    assert due.ring(back) == 1
    assert [call.clock.minutes for call in queries.to_call(bobs, back).shown if call.clock] == [60]
    assert queries.nobody_owns(back) == []
    assert mails() == [("carol@example.com", "escalation"), ("bob@example.com", "assignment")]


def test_leads_are_shared_by_capacity(new_lead: NewLead, bobs: Rep, beas: Rep, now: datetime) -> None:
    Rep.objects.filter(pk=bobs.pk).update(capacity=4)
    Rep.objects.filter(pk=beas.pk).update(capacity=2)
    for minute in range(7):
        turn(new_lead("warm"), "hot", now + minute * MINUTE)
    at = now + 7 * MINUTE
    assert (
        len(queries.to_call(bobs, at).shown),
        len(queries.to_call(beas, at).shown),
        len(queries.nobody_owns(at)),
    ) == (4, 2, 1)


@pytest.mark.parametrize("who", ["rep", "user"])
def test_leads_of_a_rep_who_left_go_to_others(who: str, new_lead: NewLead, bobs: Rep, beas: Rep, now: datetime) -> None:
    Rep.objects.filter(pk=beas.pk).update(last_assigned_at=now)
    reading = turn(new_lead("warm"), "hot", now)
    if who == "rep":
        Rep.objects.filter(pk=bobs.pk).update(active=False)
    else:
        User.objects.filter(pk=bobs.user_id).update(is_active=False)
    (loose,) = queries.nobody_owns(now)
    assert (loose.lead.pk, loose.because) == (reading.pk, "the rep left")
    assert due.regain(now) == 1
    assert due.regain(now) == 0
    assert [call.lead.pk for call in queries.to_call(beas, now).shown] == [reading.pk]
    assert queries.nobody_owns(now) == []


def test_accepted_leads_of_a_rep_who_left_stay_accepted(new_lead: NewLead, bobs: Rep, beas: Rep, now: datetime) -> None:
    Rep.objects.filter(pk=beas.pk).update(last_assigned_at=now)
    reading = turn(new_lead("warm"), "hot", now)
    actions.give_verdict(assignment=Assignment.objects.get(), kind="accepted", actor=Actor.of(bobs.user), now=now)
    Rep.objects.filter(pk=bobs.pk).update(active=False)
    due.regain(now)
    assert [call.lead.pk for call in queries.worked_on(beas, now).shown] == [reading.pk]


def test_two_workers_ring_once(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    turn(new_lead("warm"), "hot", now)
    late = now + 50 * MINUTE
    waking = Assignment.objects.filter(wake_at__lte=late)
    assert len(claim(waking, now=late, hold=timedelta(minutes=2), limit=10)) == 1
    assert due.ring(late) == 0  # the first has it, and dies
    assert due.ring(late + 3 * MINUTE) == 1
    assert [template for _, template in mails()] == ["assignment", "reminder"]


def test_silence(new_lead: NewLead, now: datetime) -> None:
    quiet = new_lead("cool", at=now - timedelta(days=61))
    long_quiet = new_lead("cool", at=now - timedelta(days=200))
    fresh = new_lead("cool", at=now - timedelta(days=59))
    visitor = new_lead("cool", at=now - timedelta(days=200), anonymous=True)
    sold = new_lead("cool", at=now - timedelta(days=200), stage="customer")
    everybody = (quiet, long_quiet, fresh, visitor, sold)

    def stages() -> list[str]:
        return [Reading.objects.get(pk=reading.pk).stage for reading in everybody]

    assert walking.hush(now) == 2
    assert stages() == ["quiet", "quiet", "lead", "lead", "customer"]
    assert walking.hush(now) == 1
    assert stages() == ["quiet", "let_go", "lead", "lead", "customer"]
    assert Standing.objects.get(pk=long_quiet.pk).parked
    assert walking.hush(now) == 0
    turn(long_quiet, "warm", now + MINUTE)
    assert stages()[1] == "mql"
    assert not Standing.objects.get(pk=long_quiet.pk).parked


def test_a_merged_lead_takes_its_assignment_along(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reading, winner = turn(new_lead("warm"), "hot", now), new_lead("warm")
    reading.lead.root_id = winner.pk
    reading.lead.save()
    assert due.follow_merges(now) == 1
    winner.refresh_from_db()
    assert winner.stage == "sql"
    assert [call.lead.pk for call in queries.to_call(bobs, now).shown] == [winner.pk]
    assert due.follow_merges(now) == 0


def test_of_two_assignments_one_stays(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    one, other = turn(new_lead("warm"), "hot", now), turn(new_lead("warm"), "hot", now)
    other.lead.root_id = one.pk
    other.lead.save()
    due.follow_merges(now)
    assert [call.lead.pk for call in queries.to_call(bobs, now).shown] == [one.pk]


def test_a_merged_lead_takes_its_date_along(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reading, winner = turn(new_lead("warm"), "hot", now), new_lead("warm", stage="recycled")
    until = date(2026, 9, 1)
    held = Assignment.objects.get()
    actions.give_verdict(assignment=held, kind="not_now", until=until, actor=Actor.of(bobs.user), now=now)
    reading.lead.root_id = winner.pk
    reading.lead.save()
    reading.delete()
    assert walking.recycle(now + timedelta(days=90)) == 0
    assert due.follow_merges(now) == 1
    assert due.follow_merges(now) == 0
    assert walking.recycle(now + timedelta(days=90)) == 1
    assert [call.lead.pk for call in queries.to_call(bobs, now + timedelta(days=90)).shown] == [winner.pk]


def test_nothing_is_left_of_who_was_erased(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    erased, other = turn(new_lead("warm"), "hot", now), turn(new_lead("warm"), "hot", now)
    for reading in (erased, other):
        held = Assignment.objects.get(lead=reading.pk)
        actions.log_attempt(
            assignment=held, channel="call", reached=True, note="Ada, 42", actor=Actor.of(bobs.user), now=now
        )
        actions.give_verdict(assignment=held, kind="not_now", actor=Actor.of(bobs.user), now=now)
    actions.record_outcome(lead=erased.pk, won=False, decided_at=now, actor=Actor("crm"), now=now)
    erased.lead.erased_at = now
    erased.lead.save()
    assert erasing.forget(now)
    assert erasing.forget(now) == 0
    assert set(Assignment.objects.values_list("lead", flat=True)) == {other.pk}
    assert not Standing.objects.filter(pk=erased.pk).exists()
    assert not erased.lead.outcomes.exists()
