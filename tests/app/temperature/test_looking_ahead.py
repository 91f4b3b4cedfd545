"""Nobody is read too late, few are read in vain, and the sweep finds nothing to correct."""

from __future__ import annotations

import logging
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.temperature import rechecking, sweeping
from pyrometer.app.temperature.claiming import HOLD
from pyrometer.app.temperature.models import Reading, Sweep, Transition
from pyrometer.app.temperature.reading import read, score
from pyrometer.app.temperature.rechecking import REST, recheck
from pyrometer.app.temperature.sweeping import sweep
from pyrometer.errors import EvidenceError
from tests.app.between import just_before
from tests.app.temperature.conftest import DEFINITION, NOW, Does, ago, publish

pytestmark = pytest.mark.django_db
RESTED = NOW + REST
LOADING = "count(*)"


def swept(now: datetime, **more: Any) -> Sweep:
    """A whole sweep."""
    while sweep(now, **more):
        pass
    return Sweep.objects.latest("pk")


def test_who_is_at_rest_is_looked_at_again_when_time_can_change_it(version: Version, does: Does) -> None:
    warm = does("ada", "asked", at=ago(0))
    done = does("bo", "seen", at=ago(100), properties={"topic": "pricing"})
    read(NOW)
    assert recheck(NOW) == 0
    assert recheck(RESTED) == 2
    day = Reading.objects.get(lead=warm).recheck_on
    # It is cool from day 15 on; the day that is told isn't later, and not tomorrow either.
    assert date(2026, 7, 8) <= day <= date(2026, 7, 15)
    assert Reading.objects.get(lead=done).recheck_on is None
    assert not Reading.objects.filter(rough=True).exists()
    assert recheck(RESTED) == 0


def test_who_is_touched_keeps_nobody_else_from_being_looked_at(version: Version, does: Does) -> None:
    ada, bo = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    does("bo", "asked")
    assert recheck(RESTED) == 1
    assert [Reading.objects.get(lead=root).rough for root in (ada, bo)] == [False, True]


def test_where_many_wait_they_come_first(version: Version, does: Does, monkeypatch: pytest.MonkeyPatch) -> None:
    does("ada", "asked")
    read(NOW)
    for who in ("bo", "cy"):
        does(who, "asked")
    monkeypatch.setattr(rechecking, "WAITING", 1)
    assert recheck(RESTED) == 0
    monkeypatch.setattr(rechecking, "WAITING", 2)
    assert recheck(RESTED) == 1


def test_a_lead_is_read_seldom_and_turns_in_time(version: Version, does: Does) -> None:
    root = does("ada", "asked", at=ago(0))
    looks, now = [], NOW
    for day in range(60):
        now = NOW + timedelta(days=day)
        if read(now):
            looks.append(day)
        recheck(now + REST)
    assert Transition.objects.latest("pk").at == NOW + timedelta(days=15)
    assert Reading.objects.get(lead=root).recheck_on is None
    assert len(looks) <= 6


def test_the_sweep_corrects_nothing_after_random_work(version: Version, does: Does) -> None:
    dice = random.Random(4)
    people = [f"p{number}" for number in range(25)]
    for day in range(40):
        now = NOW + timedelta(days=day, hours=dice.randrange(8))
        for who in dice.sample(people, 3):
            event = dice.choice(["asked", "seen", None])
            more: dict[str, Any] = {"properties": {"topic": "pricing"}} if event == "seen" else {}
            traits = dice.choice([{}, {"size": 80}, {"need": "confirmed"}, {"need": "none"}, {"size": None}])
            if event is None and not traits:
                continue
            does(who, event, at=now, received=now + timedelta(minutes=dice.choice([0, 0, 90])), traits=traits, **more)
        read(now)
        if dice.random() < 0.6:
            recheck(now + REST)
        while read(now + timedelta(hours=2)):
            pass
        if day % 4 == 0:
            found = swept(now + timedelta(hours=4))
            assert (found.corrected, found.leads) == (0, [])
    assert Sweep.objects.count() == 10
    assert Transition.objects.count() > 20
    assert Transition.objects.filter(cause="cooling").exists()
    assert not Transition.objects.filter(cause="sweep").exists()


def test_a_sweep_corrects_and_counts_what_is_wrong(version: Version, does: Does, caplog: Any) -> None:
    right, wrong = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    # As if evidence had come in without anybody saying so.
    Event.objects.filter(lead=wrong).delete()
    with caplog.at_level(logging.WARNING):
        found = swept(NOW + timedelta(hours=1))
    assert (found.read, found.corrected) == (2, 1)
    assert found.leads == [{"lead": wrong.pk, "before": "warm", "after": "cool"}]
    assert f"the sweep corrected lead {wrong.pk}: cool, not warm" in caplog.text
    assert Transition.objects.latest("pk").cause == "sweep"
    assert Reading.objects.get(lead=right).temperature == "warm"


def test_a_sweep_leaves_the_day_of_the_next_look(version: Version, does: Does) -> None:
    root = does("ada", "asked")
    read(NOW)
    recheck(RESTED)
    before = Reading.objects.get(lead=root)
    swept(NOW + timedelta(days=2))
    after = Reading.objects.get(lead=root)
    assert (after.recheck_on, after.rough) == (before.recheck_on, False)
    assert after.as_of == NOW + timedelta(days=2)
    assert after.total < before.total


def test_who_waits_to_be_read_is_no_correction(version: Version, does: Does) -> None:
    root = does("ada", "asked", at=ago(0))
    read(NOW)
    recheck(RESTED)
    later = NOW + timedelta(days=15)
    assert swept(later).corrected == 0
    assert read(later) == 1
    assert Reading.objects.get(lead=root).temperature == "cool"


def test_one_sweep_a_night(version: Version, does: Does) -> None:
    does("ada", "asked")
    read(NOW)
    night = datetime(2026, 7, 1, 1, 59, tzinfo=UTC)
    assert sweep(night) == 0
    swept(night + timedelta(minutes=1))
    assert sweep(night + timedelta(hours=20)) == 0
    swept(night + timedelta(days=1, minutes=1))
    assert Sweep.objects.count() == 2


def test_leads_merged_or_erased_are_not_swept(version: Version, does: Does) -> None:
    root, other = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    Lead.objects.filter(pk=other.pk).update(root=root)
    assert swept(NOW + timedelta(hours=1)).read == 1


def page_taken_by_another(now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A page of the first lead, which a worker took and will never write."""
    monkeypatch.setattr(sweeping, "PAGE", 1)
    assert sweep(now) == 1
    return sweeping._take_page(Sweep.objects.get().pk, now)


def test_several_workers_share_a_sweep(version: Version, does: Does, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = [does(who, "asked").pk for who in ("ada", "bo", "cy")]
    read(NOW)
    later = NOW + timedelta(hours=1)
    assert page_taken_by_another(later, monkeypatch) == roots[:1]
    assert sweep(later) == 1
    first, second, _ = Reading.objects.order_by("pk")
    assert (first.as_of, second.as_of) == (NOW, later)


def test_what_a_killed_worker_had_is_swept_in_a_second_round(
    version: Version, does: Does, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong, other = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    Event.objects.filter(lead=wrong).delete()
    later = NOW + timedelta(hours=1)
    assert page_taken_by_another(later, monkeypatch) == [wrong.pk]
    # It had claimed its lead before it died.
    Lead.objects.filter(pk=wrong.pk).update(claimed_until=later + HOLD)
    assert swept(later).ended_at is None
    assert Reading.objects.get(lead=other).as_of == later
    assert swept(later + timedelta(minutes=1)).ended_at is None
    found = swept(later + HOLD + timedelta(minutes=1))
    assert (found.ended_at is not None, found.read, found.corrected) == (True, 2, 1)


def test_a_lead_that_cannot_be_read_does_not_keep_a_sweep_from_its_end(
    version: Version, does: Does, caplog: Any
) -> None:
    wrong, right = does("ada", "asked"), does("bo", "asked")
    read(NOW)

    def but_for_one(roots: Any, *rest: Any) -> Any:
        if wrong.pk in roots:
            raise EvidenceError("the data can't be scored")
        return score(roots, *rest)

    later = NOW + timedelta(hours=1)
    with caplog.at_level(logging.ERROR):
        for minutes in (0, 3, 6):
            found = swept(later + timedelta(minutes=minutes), by=but_for_one)
    assert found.ended_at is not None
    assert f"lead {wrong.pk} can't be read" in caplog.text
    assert "the sweep couldn't look at 1 leads" in caplog.text
    assert Reading.objects.get(lead=right).as_of == later


def test_what_is_right_is_left_as_it_is_and_what_is_wrong_is_not(version: Version, does: Does) -> None:
    right, wrong = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    Reading.objects.filter(pk=right.pk).update(strongest=[], recheck_on=None)
    Reading.objects.filter(pk=wrong.pk).update(temperature="cool", strongest=[], recheck_on=None)
    before = Reading.objects.get(pk=right.pk)
    later = NOW + timedelta(minutes=5)
    assert swept(later).corrected == 1
    kept, mended = Reading.objects.get(pk=right.pk), Reading.objects.get(pk=wrong.pk)
    # Nothing but the time was written: the query said what it had said before.
    assert (kept.strongest, kept.mark, kept.as_of) == ([], before.mark, later)
    assert (mended.temperature, mended.as_of) == (before.temperature, later)
    assert mended.strongest


@pytest.mark.django_db(transaction=True)
def test_what_comes_in_during_a_sweep_is_no_correction(
    version: Version, does: Does, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, quiet = does("ada", traits={"size": 80}), does("bo", "asked")
    read(NOW)
    later = NOW + timedelta(hours=1)
    monkeypatch.setattr(sweeping, "PAGE", 2)

    def comes_in() -> None:
        does("ada", "asked", at=NOW, received=later, traits={"need": "confirmed"})

    assert sweep(later) == 1
    # Both leads are claimed, and their evidence is about to be loaded.
    with just_before(LOADING, comes_in):
        assert sweep(later) == 2
    assert Reading.objects.get(lead=quiet).as_of == later
    assert Lead.objects.get(pk=root.pk).claimed_until is None
    assert read(later) == 1
    found = swept(later)
    assert (found.read, found.corrected) == (2, 0)
    assert Reading.objects.get(lead=root).temperature == "hot"
    assert Transition.objects.latest("pk").cause == "evidence"


def test_a_sweep_corrects_what_was_left_by_a_version_before(version: Version, does: Does) -> None:
    root = does("ada", traits={"size": 80})
    read(NOW)
    new = publish(DEFINITION.replace("from: 50", "from: 500"), 2)
    found = swept(NOW + timedelta(hours=1))
    assert (found.corrected, found.leads) == (1, [{"lead": root.pk, "before": "warm", "after": "cool"}])
    assert Reading.objects.get(lead=root).fingerprint == new.fingerprint
