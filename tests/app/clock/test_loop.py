"""How workers do what is due: at once where somebody waits, at intervals, and whatever fails."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, IntegrityError, OperationalError

from pyrometer.app.clock import jobs, loop
from pyrometer.app.clock.claims import claim
from pyrometer.app.clock.jobs import Job
from pyrometer.app.clock.models import Beat

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PATIENCE = 30
"""Seconds after which something that should have happened counts as failed."""


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> dict[str, Job]:
    """Nothing is registered but what the test registers."""
    registered: dict[str, Job] = {}
    monkeypatch.setattr(jobs, "_jobs", registered)
    return registered


@pytest.mark.django_db(transaction=True)
def test_what_somebody_waits_for_goes_on_beside_what_takes_long() -> None:
    stop, seen = threading.Event(), threading.Event()
    through: list[bool] = []

    def slow(now: datetime) -> int:
        # As long as it isn't finished, the queue is worked on all the same.
        through.append(seen.wait(PATIENCE))
        stop.set()
        return 0

    def quick(now: datetime) -> int:
        seen.set()
        return 0

    loop.run(stop, of=[Job("slow", slow, patient=True), Job("quick", quick)], now=lambda: NOW)
    assert through == [True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("patient", [True, False])
def test_what_fails_is_logged_and_stops_nothing(patient: bool, caplog: pytest.LogCaptureFixture) -> None:
    stop, turns = threading.Event(), []

    def broken(now: datetime) -> int:
        turns.append(now)
        if len(turns) == 3:
            stop.set()
        raise ValueError("a mistake")

    with caplog.at_level(logging.ERROR):
        loop.run(stop, of=[Job("broken", broken, patient=patient)], now=lambda: NOW)
    assert len(turns) >= 3
    assert "job broken failed" in caplog.text


def test_what_runs_at_intervals_is_patient(only: dict[str, Job]) -> None:
    jobs.register("queue", lambda now: 0)
    jobs.register("slow queue", lambda now: 0, patient=True)
    jobs.register("at intervals", lambda now: 0, every=timedelta(hours=1))
    assert [job.name for job in jobs.jobs() if job.patient] == ["slow queue", "at intervals"]


@pytest.mark.django_db
def test_a_job_of_intervals_runs_when_it_is_due_and_says_when_it_ran(only: dict[str, Job]) -> None:
    ran: list[datetime] = []
    jobs.register("hourly", lambda now: ran.append(now) or 1, every=timedelta(hours=1))
    moments = [NOW + timedelta(minutes=minutes) for minutes in (0, 1, 59, 60, 61)]
    assert [loop.turn(moment) for moment in moments] == [1, 0, 0, 1, 0]
    assert ran == [moments[0], moments[3]]
    assert Beat.objects.get().ran_at == moments[3]


@pytest.mark.django_db
def test_a_job_of_intervals_that_another_worker_has_is_left_to_it(only: dict[str, Job]) -> None:
    jobs.register("hourly", lambda now: 1, every=timedelta(hours=1))
    until = NOW + timedelta(minutes=10)
    Beat.objects.create(job="hourly", due_at=NOW, claimed_until=until)
    assert loop.turn(NOW + timedelta(minutes=1)) == 0
    # That worker was killed.
    assert loop.turn(until + timedelta(seconds=1)) == 1


@pytest.mark.django_db
def test_a_job_of_intervals_that_fails_says_so_and_comes_again(only: dict[str, Job]) -> None:
    def broken(now: datetime) -> int:
        raise ValueError("a mistake")

    jobs.register("hourly", broken, every=timedelta(hours=1))
    assert loop.turn(NOW) == 0
    assert Beat.objects.get().error == "ValueError: a mistake"


@pytest.mark.django_db
def test_where_nothing_is_due_nobody_takes_a_turn_to_write(
    only: dict[str, Job], django_assert_num_queries: object
) -> None:
    jobs.register("hourly", lambda now: 0, every=timedelta(hours=1))
    Beat.objects.create(job="hourly", due_at=NOW + timedelta(hours=1))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert loop.turn(NOW) == 0
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert claim(Beat.objects.filter(due_at__lte=NOW), now=NOW, hold=timedelta(1), limit=5) == []


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError("gone"), IntegrityError("twice"), ValueError("a mistake")])
def test_a_job_of_intervals_that_failed_once_is_not_kept_from_coming_again(
    only: dict[str, Job], error: Exception
) -> None:
    ran: list[datetime] = []

    def broken_once(now: datetime) -> int:
        ran.append(now)
        if len(ran) == 1:
            raise error
        return 1

    jobs.register("often", broken_once, every=timedelta(seconds=5))
    with suppress(OperationalError):
        assert loop.turn(NOW) == 0
    assert str(error) in Beat.objects.get().error
    assert [loop.turn(NOW + timedelta(seconds=seconds)) for seconds in (4, 5)] == [0, 1]
    assert (Beat.objects.get().error, Beat.objects.get().claimed_until) == ("", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("every", "hold"),
    [(timedelta(seconds=5), loop.BRIEF), (timedelta(seconds=30), timedelta(minutes=5)), (timedelta(1), loop.HOLD)],
)
def test_what_runs_often_is_not_kept_long_by_a_killed_worker(
    only: dict[str, Job], every: timedelta, hold: timedelta
) -> None:
    held: list[datetime | None] = []
    jobs.register("job", lambda now: held.append(Beat.objects.get().claimed_until) or 1, every=every)
    loop.turn(NOW)
    assert held == [NOW + hold]


@pytest.mark.django_db
def test_whoever_took_longer_than_its_claim_leaves_the_job_to_the_other(only: dict[str, Job]) -> None:
    until = NOW + timedelta(minutes=20)

    def slow(now: datetime) -> int:
        Beat.objects.update(claimed_until=until)  # another worker took it meanwhile
        return 1

    jobs.register("hourly", slow, every=timedelta(hours=1))
    loop.turn(NOW)
    assert (Beat.objects.get().claimed_until, Beat.objects.get().ran_at) == (until, None)


@pytest.mark.django_db
def test_a_mistake_in_what_is_written_is_said_and_stops_no_other_job(
    only: dict[str, Job], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(now: datetime) -> int:
        raise DataError("a value that can't be stored")

    jobs.register("broken", broken)
    jobs.register("other", lambda now: 1)
    with caplog.at_level(logging.ERROR):
        assert loop.turn(NOW) == 1
    assert "job broken failed" in caplog.text
    assert caplog.records[0].exc_info is not None


@pytest.mark.django_db
def test_whoever_gives_way_to_another_worker_comes_again_at_once(
    only: dict[str, Job], caplog: pytest.LogCaptureFixture
) -> None:
    met = OperationalError("deadlock detected")
    met.__cause__ = Exception()
    met.__cause__.sqlstate = "40P01"  # type: ignore[attr-defined]

    def gives_way(now: datetime) -> int:
        raise met

    jobs.register("gives way", gives_way)
    jobs.register("other", lambda now: 1)
    assert loop.turn(NOW) == 1
    assert "job gives way met another worker" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("every", [None, timedelta(seconds=5)])
def test_a_job_has_the_time_at_which_it_begins(every: timedelta | None) -> None:
    """What it claims isn't free again before it has begun, because the job before it took long."""
    stop, clock, seen = threading.Event(), [NOW], []
    long = loop.HOLD * 2

    def slow(now: datetime) -> int:
        clock[0] += long
        return 0

    def next_one(now: datetime) -> int:
        seen.append(now)
        stop.set()
        return 0

    loop._run([Job("slow", slow, every), Job("next", next_one, every)], stop, lambda: clock[0])
    assert seen == [NOW + long]
