"""What becomes known late, or twice, or in another time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff import actions, walking
from pyrometer.app.handoff.models import Assignment, Outcome, Rep, Standing, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from tests.app.between import BEGIN, just_before
from tests.app.handoff.conftest import NewLead, did, read, turn

pytestmark = pytest.mark.django_db
CRM = Actor("crm")


@pytest.fixture
def hot(new_lead: NewLead, bobs: Rep, now: datetime) -> Reading:
    """A hot lead in Bob's inbox."""
    return turn(new_lead("warm", fit="A"), "hot", now)


@pytest.fixture
def held(hot: Reading) -> Assignment:
    return Assignment.objects.get(lead=hot.pk)


def stage(reading: Reading) -> str:
    return Reading.objects.get(pk=reading.pk).stage


def test_who_accepts_twice_has_accepted_once(held: Assignment, now: datetime) -> None:
    Webhook.objects.create(url="https://crm.example/hook", secret="s")
    give = [actions.give_verdict(assignment=held, kind="accepted", actor=CRM, now=now) for _ in range(2)]
    assert give[0] == give[1]
    assert Verdict.objects.count() == 1
    told = [row.payload["topic"] for row in Outgoing.objects.filter(channel="webhook")]
    assert told.count("verdict") == 1


def ended(reading: Reading, now: datetime, **more: Any) -> Outcome:
    return actions.record_outcome(lead=reading.pk, actor=CRM, now=now, source="crm", **more)


def test_a_loss_of_long_ago_takes_nobody_out_of_a_reps_hands(held: Assignment, hot: Reading, now: datetime) -> None:
    ended(hot, now, won=False, decided_at=now - timedelta(days=700))
    assert (stage(hot), Outcome.objects.count()) == ("sql", 1)
    held.refresh_from_db()
    assert held.ended_at is None
    # A CRM that knows only the day.
    ended(hot, now, won=False, decided_at=now.replace(hour=0))
    assert stage(hot) == "recycled"


def test_the_latest_outcome_is_the_end(hot: Reading, now: datetime) -> None:
    ended(hot, now, won=True, decided_at=now - timedelta(days=5))
    assert stage(hot) == "customer"
    ended(hot, now, won=False, decided_at=now - timedelta(days=9))
    assert stage(hot) == "customer"
    ended(hot, now, won=False, decided_at=now - timedelta(days=3))
    assert stage(hot) == "recycled"
    ended(hot, now, won=True, decided_at=now - timedelta(days=4))
    assert stage(hot) == "recycled"


def test_an_outcome_is_noted_once(hot: Reading, new_lead: NewLead, now: datetime) -> None:
    first = ended(hot, now, won=True, decided_at=now)
    assert ended(hot, now, won=True, decided_at=now) == first
    # Also where the lead has become part of another meanwhile.
    root = new_lead()
    Lead.objects.filter(pk=hot.pk).update(root=root.pk)
    assert ended(hot, now, won=True, decided_at=now) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(lead_id=hot.pk, won=True, decided_at=now, source="crm")


def test_a_call_back_that_could_not_be_handed_over_is_tried_again(
    held: Assignment, hot: Reading, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    actions.give_verdict(assignment=held, kind="not_now", until=date(2026, 6, 18), actor=CRM, now=now)
    then = datetime(2026, 6, 18, 8, tzinfo=UTC)
    # No notice can be written of a reason whose points are no number.
    Reading.objects.filter(pk=hot.pk).update(strongest=[{"rule": "Size", "points": "many"}])
    assert walking.recycle(then) == 0
    assert f"hand-off of lead {hot.pk} failed" in caplog.text
    assert (stage(hot), Standing.objects.get().promised) == ("recycled", True)
    Reading.objects.filter(pk=hot.pk).update(strongest=[{"rule": "Size", "points": 100}])
    assert walking.recycle(then + timedelta(minutes=10)) == 1
    assert (stage(hot), Standing.objects.get().recycle_on) == ("sql", None)


def test_one_that_fails_keeps_nobody_behind_it_waiting(
    new_lead: NewLead, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "BATCH", 2)
    leads = [new_lead("warm", stage="recycled") for _ in range(5)]
    for each in leads:
        Standing.objects.create(lead=each.lead, recycle_on=now.date(), updated_at=now)
    failing = {leads[0].pk, leads[1].pk, leads[3].pk}
    # What their frameworks say can't be read.
    Reading.objects.filter(pk__in=failing).update(frameworks={"own": "garbled"})
    assert walking.recycle(now) == 2
    left = Standing.objects.filter(recycle_on__isnull=False)
    assert set(left.values_list("pk", flat=True)) == failing


def test_tomorrow_is_the_reps_tomorrow(held: Assignment, hot: Reading, bobs: Rep, now: datetime) -> None:
    there = ZoneInfo("America/Los_Angeles")
    Rep.objects.filter(pk=bobs.pk).update(time_zone=there.key)
    evening = datetime(2026, 6, 15, 17, 30, tzinfo=there)
    give = {"assignment": held, "kind": "not_now", "actor": CRM, "now": evening.astimezone(UTC)}
    with pytest.raises(UsageError, match="must lie ahead"):
        actions.give_verdict(**give, until=evening.date())
    actions.give_verdict(**give, until=date(2026, 6, 16))
    assert walking.recycle(datetime(2026, 6, 15, 23, 59, tzinfo=there).astimezone(UTC)) == 0
    assert walking.recycle(datetime(2026, 6, 16, 0, 1, tzinfo=there).astimezone(UTC)) == 1
    assert stage(hot) == "sql"


def test_in_the_east_the_day_begins_sooner(held: Assignment, hot: Reading, bobs: Rep, now: datetime) -> None:
    there = ZoneInfo("Asia/Tokyo")
    Rep.objects.filter(pk=bobs.pk).update(time_zone=there.key)
    actions.give_verdict(assignment=held, kind="not_now", until=date(2026, 6, 18), actor=CRM, now=now)
    assert walking.recycle(datetime(2026, 6, 17, 23, 59, tzinfo=there).astimezone(UTC)) == 0
    assert walking.recycle(datetime(2026, 6, 18, 0, 1, tzinfo=there).astimezone(UTC)) == 1


def test_what_it_asked_before_the_verdict_and_we_learned_after_it_is_news(
    held: Assignment, hot: Reading, now: datetime
) -> None:
    turn(hot, "warm", now + timedelta(minutes=30), "cooling")
    actions.give_verdict(assignment=held, kind="not_now", actor=CRM, now=now + timedelta(hours=2))
    did(hot, "viewed", now + timedelta(hours=3))
    read(hot, now + timedelta(hours=3))
    assert stage(hot) == "recycled"
    did(hot, "asked_us", now + timedelta(hours=1))
    hot.lead.events.filter(name="asked_us").update(received_at=now + timedelta(hours=4))
    read(hot, now + timedelta(hours=4))
    assert stage(hot) == "sql"


@pytest.mark.django_db(transaction=True)
def test_who_comes_back_just_when_it_is_called_quiet(new_lead: NewLead, now: datetime) -> None:
    reading = new_lead("warm", stage="mql", fit="A", at=now - timedelta(days=61))
    seen = Lead.objects.filter(pk=reading.pk)
    # Found silent without a lock; then another worker takes in that it came back, and then it is decided.
    with just_before(BEGIN, lambda: seen.update(last_seen_at=now - timedelta(seconds=1))):
        assert walking.hush(now) == 1
    assert stage(reading) == "mql"
    # One that becomes known a little later wakes it.
    Reading.objects.filter(pk=reading.pk).update(stage="quiet", stage_since=now)
    reading = Reading.objects.select_related("lead").get(pk=reading.pk)
    read(reading, now + timedelta(seconds=5))
    assert stage(reading) == "mql"
