"""How workers do what is due: at once where somebody waits, at intervals, and whatever fails."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

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
