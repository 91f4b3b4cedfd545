"""Whatever happens in whatever order: a hot lead is in somebody's inbox, on the list of loose ones, or decided."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff import actions, due, queries, walking
from pyrometer.app.handoff.models import Assignment, Rep, Standing, Team
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from tests.app.handoff.conftest import HOURS, MONDAY, NewLead, did, read, turn

pytestmark = pytest.mark.django_db
SYSTEM = Actor("test")


class World:
    """Leads, two reps, and everything that can happen to them."""

    def __init__(self, new_lead: NewLead) -> None:
        self.now = MONDAY
        team = Team.objects.create(name="New business", attempts=2)
        self.reps = [
            Rep.objects.create(
                user=User.objects.create_user(email=f"{name}@example.com", role="sales", name=name),
                team=team,
                hours=HOURS,
                capacity=capacity,
            )
            for name, capacity in (("bob", 1), ("bea", 2))
        ]
        self.leads = [
            new_lead("warm", fit="A"),
            new_lead("cool", fit="D"),
            new_lead("warm", fit="C", anonymous=True),
            new_lead("cool", fit="B"),
        ]

    def do(self, what: str, dice: random.Random) -> None:
        self.now += timedelta(minutes=dice.choice([1, 30, 600, 3000]))
        lead = Reading.objects.select_related("lead").get(pk=dice.choice(self.leads).pk)
        with suppress(UsageError):  # refused, as the table of decisions has it
            getattr(self, what)(lead, dice)
        self.check()

    def heats(self, lead: Reading, dice: random.Random) -> None:
        if lead.lead.root_id == lead.pk:
            turn(lead, "hot", self.now)

    def cools(self, lead: Reading, dice: random.Random) -> None:
        if lead.lead.root_id == lead.pk:
            turn(lead, dice.choice(["warm", "cool"]), self.now, "cooling")

    def asks(self, lead: Reading, dice: random.Random) -> None:
        did(lead, "asked_us", self.now)
        if lead.lead.root_id == lead.pk:
            read(lead, self.now)

    def tried(self, lead: Reading, dice: random.Random) -> None:
        if held := queries.owner(lead.pk):
            reached = dice.choice([True, False])
            actions.log_attempt(assignment=held, channel="call", reached=reached, actor=SYSTEM, now=self.now)

    def judged(self, lead: Reading, dice: random.Random) -> None:
        if held := queries.owner(lead.pk):
            kind = dice.choice(["accepted", "not_now", "not_a_fit", "unreachable", "duplicate", "junk"])
            until = self.now.date() + timedelta(days=9) if kind == "not_now" else None
            actions.give_verdict(assignment=held, kind=kind, until=until, actor=SYSTEM, now=self.now)

    def qualified(self, lead: Reading, dice: random.Random) -> None:
        actions.qualify_by_call(lead=lead.pk, actor=SYSTEM, now=self.now)

    def reassigned(self, lead: Reading, dice: random.Random) -> None:
        held = queries.owner(lead.pk)
        rep = Rep.objects.select_related("user").get(pk=dice.choice(self.reps).pk)
        if held:
            actions.reassign(assignment=held, rep=rep, actor=SYSTEM, now=self.now)
        else:
            actions.assign(lead=lead.pk, rep=rep, actor=SYSTEM, now=self.now)

    def opened(self, lead: Reading, dice: random.Random) -> None:
        actions.open_opportunity(lead=lead.pk, actor=SYSTEM, now=self.now)

    def ended(self, lead: Reading, dice: random.Random) -> None:
        won = dice.choice([True, False])
        actions.record_outcome(lead=lead.pk, won=won, decided_at=self.now, actor=SYSTEM, now=self.now)

    def rep_leaves(self, lead: Reading, dice: random.Random) -> None:
        rep = dice.choice(self.reps)
        Rep.objects.filter(pk=rep.pk).update(active=dice.choice([True, False]))

    def rep_is_away(self, lead: Reading, dice: random.Random) -> None:
        until = self.now.date() + timedelta(days=dice.choice([-1, 3]))
        Rep.objects.filter(pk=dice.choice(self.reps).pk).update(away_until=until)

    def merged(self, lead: Reading, dice: random.Random) -> None:
        other = dice.choice(self.leads)
        Lead.objects.filter(root=lead.pk).update(root=Lead.objects.get(pk=other.pk).root_id)

    def taken_apart(self, lead: Reading, dice: random.Random) -> None:
        Lead.objects.filter(pk=lead.pk).update(root=lead.pk)

    def becomes_known(self, lead: Reading, dice: random.Random) -> None:
        Lead.objects.filter(pk=lead.pk).update(anonymous=False)
        Reading.objects.filter(pk=lead.pk).update(anonymous=False)  # as its next reading does

    def time_passes(self, lead: Reading, dice: random.Random) -> None:
        self.now += timedelta(days=dice.choice([1, 10, 70, 100]))

    def jobs_run(self, lead: Reading, dice: random.Random) -> None:
        for job in (due.ring, walking.look, due.follow_merges, due.regain, walking.recycle, walking.hush):
            job(self.now)

    def check(self) -> None:
        reps = Rep.objects.filter(active=True, user__is_active=True)
        inboxes = {
            call.lead.pk
            for rep in reps
            for call in queries.to_call(rep, self.now).shown + queries.worked_on(rep, self.now).shown
        }
        loose = {each.lead.pk for each in queries.nobody_owns(self.now)}
        for reading in Reading.objects.filter(temperature="hot").select_related("lead"):
            if reading.lead.root_id != reading.pk or reading.lead.anonymous:
                continue
            assert reading.pk in inboxes | loose or self.decided(reading), (reading.pk, reading.stage)
        assert not inboxes & loose

    def decided(self, reading: Reading) -> bool:
        if reading.stage in ("customer", "unqualified"):
            return True
        standing = Standing.objects.filter(pk=reading.pk).first()
        return reading.stage == "recycled" and standing is not None and standing.recycle_on is not None


THINGS = [name for name in vars(World) if not name.startswith("_") and name not in ("do", "check", "decided")]


@pytest.mark.parametrize("seed", range(6))
def test_a_hot_lead_never_falls_between_the_teams(seed: int, new_lead: NewLead) -> None:
    dice = random.Random(seed)
    world = World(new_lead)
    for _ in range(25):
        world.do(dice.choice(THINGS), dice)


def test_who_is_hot_and_becomes_reachable_is_on_the_list_until_somebody_looks(new_lead: NewLead) -> None:
    world = World(new_lead)
    visitor = world.leads[2]
    world.heats(visitor, random.Random(1))
    world.becomes_known(visitor, random.Random(1))
    assert [each.lead.pk for each in queries.nobody_owns(world.now)] == [visitor.pk]
    walking.look(world.now)
    assert queries.nobody_owns(world.now) == []
    world.check()


@pytest.mark.parametrize("verdict", ["accepted", "not_now", "not_a_fit", "unreachable", "duplicate", "junk", None])
@pytest.mark.parametrize("way", ["heats", "asks", "qualified", "nobody is there"])
def test_every_way_in_and_every_way_out(way: str, verdict: str | None, new_lead: NewLead) -> None:
    world = World(new_lead)
    lead = world.leads[0]
    if way == "nobody is there":
        Rep.objects.update(away_until=date(2026, 6, 20))
        world.heats(lead, random.Random(1))
        assert [each.lead.pk for each in queries.nobody_owns(world.now)] == [lead.pk]
        world.now = datetime(2026, 6, 22, 9, tzinfo=UTC)
        due.ring(world.now)
    else:
        getattr(world, way)(lead, random.Random(1))
        walking.look(world.now)
    held = Assignment.objects.get(lead=lead.pk)
    assert held.rep is not None
    world.check()
    if verdict is not None:
        actions.give_verdict(assignment=held, kind=verdict, actor=SYSTEM, now=world.now)
    turn(Reading.objects.select_related("lead").get(pk=lead.pk), "hot", world.now)
    world.check()
    world.now += timedelta(days=200)
    world.jobs_run(lead, random.Random(1))
    world.check()
