"""What reps, managers and marketing do with leads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.handoff import actions, queries, walking
from pyrometer.app.handoff.models import Assignment, Attempt, Outcome, Rep, Standing, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.errors import UsageError
from tests.app.handoff.conftest import NewLead, did, turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def hot(new_lead: NewLead, bobs: Rep, now: datetime) -> Reading:
    """A hot lead in Bob's inbox."""
    return turn(new_lead("warm"), "hot", now)


@pytest.fixture
def held(hot: Reading) -> Assignment:
    return Assignment.objects.get(lead=hot.pk)


@pytest.fixture
def as_bob(bob: User) -> Actor:
    return Actor.of(bob)


def test_an_attempt_stops_the_first_clock_and_starts_the_next(held: Assignment, as_bob: Actor, now: datetime) -> None:
    at = now + timedelta(minutes=20)
    tried = actions.log_attempt(assignment=held, channel="call", reached=False, note="voicemail", actor=as_bob, now=at)
    held.refresh_from_db()
    assert (tried.by, tried.channel, tried.reached, tried.note) == (as_bob.user, "call", False, "voicemail")
    assert (held.responded_at, held.seen_at) == (at, at)
    assert held.due_at == at + timedelta(days=1)  # 480 business minutes are one day of eight hours
    entry = AuditEntry.objects.get(action="lead.attempted")
    assert (entry.actor, entry.subject) == ("bob@example.com", f"lead:{held.lead_id}")
    later = at + timedelta(days=1)
    actions.log_attempt(assignment=held, channel="email", reached=True, actor=as_bob, now=later)
    held.refresh_from_db()
    assert held.responded_at == at
    assert Attempt.objects.count() == 2


def test_accepted_stays_with_the_rep_and_leaves_the_list(
    held: Assignment, hot: Reading, bobs: Rep, as_bob: Actor, now: datetime
) -> None:
    actions.log_attempt(assignment=held, channel="call", reached=True, actor=as_bob, now=now)
    actions.give_verdict(assignment=held, kind="accepted", actor=as_bob, now=now)
    hot.refresh_from_db()
    assert hot.stage == "accepted"
    assert queries.to_call(bobs, now).shown == []
    assert [call.lead.pk for call in queries.worked_on(bobs, now).shown] == [hot.pk]
    assert queries.nobody_owns(now) == []
    held = queries.owner(hot.pk)
    assert held is not None
    assert (held.due_at, held.wake_at) == (None, None)


@pytest.mark.parametrize(
    ("kind", "more", "stage", "recycle_on"),
    [
        ("not_now", {"until": date(2026, 9, 1)}, "recycled", date(2026, 9, 1)),
        ("not_now", {}, "recycled", date(2026, 9, 13)),
        ("not_a_fit", {"reason": "too_small"}, "unqualified", None),
        ("unreachable", {}, "recycled", date(2026, 9, 13)),
        ("duplicate", {}, "unqualified", None),
        ("junk", {"reason": "spam"}, "unqualified", None),
    ],
)
def test_a_verdict_takes_it_out_of_the_hands(
    kind: str,
    more: dict,  # type: ignore[type-arg]
    stage: str,
    recycle_on: date | None,
    held: Assignment,
    hot: Reading,
    bobs: Rep,
    as_bob: Actor,
    now: datetime,
) -> None:
    Webhook.objects.create(url="https://crm.example/hook", secret="s")
    verdict = actions.give_verdict(assignment=held, kind=kind, actor=as_bob, now=now, **more)
    hot.refresh_from_db()
    held.refresh_from_db()
    standing = Standing.objects.get(pk=hot.pk)
    assert (hot.stage, held.ended_at, held.wake_at) == (stage, now, None)
    assert (standing.recycle_on, standing.verdict, standing.former) == (recycle_on, kind, bobs)
    assert bool(standing.parked) == (stage == "unqualified")
    assert (verdict.attempted, verdict.mark) == (False, "no_attempt")
    assert queries.to_call(bobs, now).shown == []
    assert queries.nobody_owns(now) == []
    change = Transition.objects.get(kind="stage", after=stage)
    assert (change.before, change.cause) == ("sql", "verdict")
    told = [row.payload for row in Outgoing.objects.filter(channel="webhook")]
    assert ("verdict", kind) in [(each["topic"], each["data"].get("verdict")) for each in told]
    assert AuditEntry.objects.get(action="lead.judged").detail["attempts"] == 0


def test_too_few_attempts_are_marked(held: Assignment, as_bob: Actor, now: datetime) -> None:
    actions.log_attempt(assignment=held, channel="call", reached=False, actor=as_bob, now=now)
    verdict = actions.give_verdict(assignment=held, kind="unreachable", actor=as_bob, now=now)
    assert (verdict.attempted, verdict.mark) == (True, "few_attempts")


def test_enough_attempts_are_not(held: Assignment, as_bob: Actor, now: datetime) -> None:
    for hour in range(3):  # as the team agreed
        at = now + timedelta(hours=hour)
        actions.log_attempt(assignment=held, channel="call", reached=False, actor=as_bob, now=at)
    verdict = actions.give_verdict(assignment=held, kind="unreachable", actor=as_bob, now=now + timedelta(hours=3))
    assert (verdict.attempted, verdict.mark) == (True, "")


def test_attempts_of_an_earlier_hand_off_do_not_count(
    held: Assignment, hot: Reading, as_bob: Actor, now: datetime
) -> None:
    actions.log_attempt(assignment=held, channel="call", reached=False, actor=as_bob, now=now)
    actions.give_verdict(assignment=held, kind="not_now", actor=as_bob, now=now)
    later = now + timedelta(days=3)
    turn(turn(hot, "warm", now + timedelta(days=2)), "hot", later)
    again = Assignment.objects.get(lead=hot.pk, ended_at__isnull=True)
    verdict = actions.give_verdict(assignment=again, kind="junk", actor=as_bob, now=later)
    assert verdict.mark == "no_attempt"


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ({"kind": "maybe"}, "unknown verdict `maybe`; one of accepted, not_now"),
        ({"kind": "junk", "reason": "bad_mood"}, "unknown reason `bad_mood`; one of timing"),
        ({"kind": "junk", "until": date(2026, 9, 1)}, "only `not_now` has a day"),
        ({"kind": "not_now", "until": date(2026, 6, 15)}, "must lie ahead"),
    ],
)
def test_a_verdict_that_makes_no_sense_changes_nothing(
    what: dict,  # type: ignore[type-arg]
    problem: str,
    held: Assignment,
    hot: Reading,
    as_bob: Actor,
    now: datetime,
) -> None:
    with pytest.raises(UsageError, match=problem):
        actions.give_verdict(assignment=held, actor=as_bob, now=now, **what)
    hot.refresh_from_db()
    assert hot.stage == "sql"
    assert not Verdict.objects.exists()
    assert not AuditEntry.objects.filter(action="lead.judged").exists()


def test_what_was_judged_cannot_be_judged_again(held: Assignment, as_bob: Actor, now: datetime) -> None:
    actions.give_verdict(assignment=held, kind="junk", actor=as_bob, now=now)
    with pytest.raises(UsageError, match="isn't in these hands any more"):
        actions.give_verdict(assignment=held, kind="accepted", actor=as_bob, now=now)
    with pytest.raises(UsageError, match="isn't in these hands any more"):
        actions.log_attempt(assignment=held, channel="call", reached=True, actor=as_bob, now=now)
    assert Verdict.objects.count() == 1


def test_an_unknown_channel_is_refused(held: Assignment, as_bob: Actor, now: datetime) -> None:
    with pytest.raises(UsageError, match="unknown channel `pigeon`; one of call, email, meeting, social"):
        actions.log_attempt(assignment=held, channel="pigeon", reached=True, actor=as_bob, now=now)


def test_a_verdict_is_for_whose_lead_it_is_and_for_managers(
    held: Assignment, beas: Rep, alice: User, carol: User, charlie: User, now: datetime
) -> None:
    for stranger in (beas.user, alice, charlie):
        with pytest.raises(PermissionDenied):
            actions.give_verdict(assignment=held, kind="junk", actor=Actor.of(stranger), now=now)
        with pytest.raises(PermissionDenied):
            actions.log_attempt(assignment=held, channel="call", reached=True, actor=Actor.of(stranger), now=now)
    actions.give_verdict(assignment=held, kind="junk", actor=Actor.of(carol), now=now)


def test_only_managers_give_leads_to_people(
    held: Assignment, hot: Reading, beas: Rep, bob: User, alice: User, charlie: User, now: datetime
) -> None:
    for stranger in (bob, alice, charlie):
        with pytest.raises(PermissionDenied):
            actions.reassign(assignment=held, rep=beas, actor=Actor.of(stranger), now=now)
        with pytest.raises(PermissionDenied):
            actions.assign(lead=hot.pk, rep=beas, actor=Actor.of(stranger), now=now)


def test_a_lead_goes_to_a_colleague(
    held: Assignment, hot: Reading, bobs: Rep, beas: Rep, carol: User, now: datetime
) -> None:
    later = now + timedelta(minutes=50)
    new = actions.reassign(assignment=held, rep=beas, actor=Actor.of(carol), now=later, because="Bob is ill")
    assert (new.rep, new.because, new.due_at) == (beas, "Bob is ill", later + timedelta(minutes=60))
    assert queries.to_call(bobs, later).shown == []
    assert [call.lead.pk for call in queries.to_call(beas, later).shown] == [hot.pk]
    with pytest.raises(UsageError, match="has ended meanwhile"):
        actions.reassign(assignment=held, rep=bobs, actor=Actor.of(carol), now=later)
    with pytest.raises(UsageError, match="Bea has this lead already"):
        actions.reassign(assignment=new, rep=beas, actor=Actor.of(carol), now=later)
    with pytest.raises(UsageError, match="Bea has this lead already; reassign it"):
        actions.assign(lead=hot.pk, rep=bobs, actor=Actor.of(carol), now=later)
    mails = Outgoing.objects.filter(channel="email").order_by("pk")
    assert [row.payload["to"] for row in mails] == ["bob@example.com", "bea@example.com"]


def test_a_manager_hands_over_what_nobody_would_have(new_lead: NewLead, bobs: Rep, carol: User, now: datetime) -> None:
    reading = new_lead("cool", fit="D")
    actions.assign(lead=reading.pk, rep=bobs, actor=Actor.of(carol), now=now)
    reading.refresh_from_db()
    assert reading.stage == "sql"
    assert Transition.objects.get(lead=reading.pk).cause == "assigned"
    assert [call.lead.pk for call in queries.to_call(bobs, now).shown] == [reading.pk]


@pytest.mark.parametrize("active", ["rep", "user"])
def test_nobody_gets_a_lead_who_is_not_there(
    active: str, new_lead: NewLead, bobs: Rep, carol: User, now: datetime
) -> None:
    if active == "rep":
        bobs.active = False
    else:
        bobs.user.is_active = False
    with pytest.raises(UsageError, match="Bob doesn't take leads any more"):
        actions.assign(lead=new_lead().pk, rep=bobs, actor=Actor.of(carol), now=now)


def test_marketing_qualifies_by_a_call(new_lead: NewLead, bobs: Rep, alice: User, charlie: User, now: datetime) -> None:
    reading = new_lead("cool", stage="unqualified", fit="D")
    with pytest.raises(PermissionDenied):
        actions.qualify_by_call(lead=reading.pk, actor=Actor.of(charlie), now=now)
    held = actions.qualify_by_call(lead=reading.pk, actor=Actor.of(alice), now=now, note="buys in July")
    assert held.rep == bobs
    change = Transition.objects.get(lead=reading.pk)
    assert (change.before, change.after, change.cause) == ("unqualified", "sql", "call")
    assert AuditEntry.objects.get(action="lead.qualified").detail == {"note": "buys in July"}
    with pytest.raises(UsageError, match="sales has this lead already"):
        actions.qualify_by_call(lead=reading.pk, actor=Actor.of(alice), now=now)


def test_a_lead_that_was_never_read_can_be_qualified(new_lead: NewLead, bobs: Rep, alice: User, now: datetime) -> None:
    lead = new_lead().lead
    Reading.objects.all().delete()
    actions.qualify_by_call(lead=lead.pk, actor=Actor.of(alice), now=now)
    assert Reading.objects.get(pk=lead.pk).stage == "sql"


def test_members_of_a_merged_lead_mean_its_root(new_lead: NewLead, bobs: Rep, alice: User, now: datetime) -> None:
    root, member = new_lead(), new_lead()
    member.lead.root_id = root.pk
    member.lead.save()
    assert actions.qualify_by_call(lead=member.pk, actor=Actor.of(alice), now=now).lead_id == root.pk


@pytest.mark.parametrize("erased", [True, False])
def test_there_must_be_a_lead(erased: bool, new_lead: NewLead, alice: User, now: datetime) -> None:
    lead = new_lead().lead
    lead.erased_at = now
    lead.save()
    with pytest.raises(UsageError, match="was erased" if erased else "there is no lead"):
        actions.qualify_by_call(lead=lead.pk if erased else 999, actor=Actor.of(alice), now=now)


def test_won(held: Assignment, hot: Reading, bobs: Rep, as_bob: Actor, now: datetime) -> None:
    actions.give_verdict(assignment=held, kind="accepted", actor=as_bob, now=now)
    actions.open_opportunity(lead=hot.pk, actor=as_bob, now=now)
    actions.open_opportunity(lead=hot.pk, actor=as_bob, now=now)
    for _ in range(2):  # a CRM says it again
        outcome = actions.record_outcome(
            lead=hot.pk,
            won=True,
            revenue=Decimal("1200.50"),
            currency="eur",
            decided_at=now,
            actor=Actor("crm"),
            now=now,
            source="crm",
        )
    hot.refresh_from_db()
    assert hot.stage == "customer"
    assert (outcome.revenue, outcome.currency) == (Decimal("1200.50"), "EUR")
    assert Outcome.objects.count() == 1
    assert list(Transition.objects.filter(kind="stage").order_by("pk").values_list("after", flat=True)) == [
        "sql",
        "accepted",
        "opportunity",
        "customer",
    ]
    assert queries.worked_on(bobs, now).shown == []
    assert AuditEntry.objects.filter(action="lead.opportunity").count() == 1


def test_who_has_a_lead_in_hand_ends_it_and_nobody_else_of_sales(
    held: Assignment, hot: Reading, beas: Rep, carol: User, as_bob: Actor, now: datetime
) -> None:
    def opened(actor: Actor) -> None:
        actions.open_opportunity(lead=hot.pk, actor=actor, now=now)

    def lost(actor: Actor) -> None:
        actions.record_outcome(lead=hot.pk, won=False, decided_at=now, actor=actor, now=now)

    for refused in (opened, lost):
        with pytest.raises(PermissionDenied):
            refused(Actor.of(beas.user))
    assert not Outcome.objects.exists()
    hot.refresh_from_db()
    assert hot.stage == "sql"
    lost(as_bob)
    # It is out of his hands now, and in nobody's: that is for managers.
    for actor in (as_bob, Actor.of(beas.user)):
        with pytest.raises(PermissionDenied):
            opened(actor)
    actions.record_outcome(lead=hot.pk, won=True, decided_at=now, actor=Actor.of(carol), now=now)
    assert Outcome.objects.count() == 2


def test_lost_is_looked_at_again(held: Assignment, hot: Reading, as_bob: Actor, now: datetime) -> None:
    actions.record_outcome(lead=hot.pk, won=False, decided_at=now, actor=as_bob, now=now)
    hot.refresh_from_db()
    assert hot.stage == "recycled"
    later = now + timedelta(days=90)
    assert walking.recycle(later - timedelta(days=1)) == 0
    turn(hot, "warm", later - timedelta(days=2))
    assert walking.recycle(later) == 1
    hot.refresh_from_db()
    assert hot.stage == "mql"
    assert walking.recycle(later) == 0


@pytest.mark.parametrize(
    ("what", "problem"),
    [
        ({"won": True, "decided_at": datetime.fromisoformat("2026-06-16T00:00+00:00")}, "in the future"),
        ({"won": False, "revenue": Decimal(1)}, "revenue belongs to what was won"),
        ({"won": True, "revenue": Decimal(-1)}, "isn't negative"),
    ],
)
def test_outcomes_make_sense(  # type: ignore[type-arg]
    what: dict, problem: str, held: Assignment, hot: Reading, as_bob: Actor, now: datetime
) -> None:
    with pytest.raises(UsageError, match=problem):
        actions.record_outcome(lead=hot.pk, actor=as_bob, now=now, **({"decided_at": now} | what))
    assert not Outcome.objects.exists()


def test_who_is_to_be_called_in_september_is_with_the_same_rep_in_september(
    held: Assignment, hot: Reading, bobs: Rep, beas: Rep, as_bob: Actor, now: datetime
) -> None:
    until = date(2026, 9, 1)
    actions.log_attempt(assignment=held, channel="call", reached=True, actor=as_bob, now=now)
    actions.give_verdict(assignment=held, kind="not_now", until=until, actor=as_bob, now=now)
    turn(hot, "cool", now + timedelta(days=30), "cooling")
    assert queries.nobody_owns(now) == []
    september = datetime.combine(until, now.timetz())
    assert walking.recycle(september) == 1
    (call,) = queries.to_call(bobs, september).shown
    assert (call.lead.pk, call.assignment.because) == (hot.pk, "Bob had it before")


def test_sales_is_not_asked_twice_about_the_same(held: Assignment, hot: Reading, as_bob: Actor, now: datetime) -> None:
    actions.give_verdict(assignment=held, kind="not_now", actor=as_bob, now=now)
    later = now + timedelta(days=1)
    walking.look(later)
    assert not Assignment.objects.filter(ended_at__isnull=True).exists()
    did(hot, "asked_us", later)
    walking.look(later)
    assert Assignment.objects.filter(ended_at__isnull=True).count() == 1


def test_seen_is_noted_for_ones_own_leads_only(held: Assignment, bobs: Rep, beas: Rep, now: datetime) -> None:
    assert actions.mark_seen(assignments=[held.pk], rep=beas, now=now) == 0
    assert actions.mark_seen(assignments=[held.pk], rep=bobs, now=now) == 1
    held.refresh_from_db()
    assert held.seen_at == now
