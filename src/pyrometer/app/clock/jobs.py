"""What the clock knows of other rooms: their jobs, which they register when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Work = Callable[[datetime], int]
"""Does what is due at a time, in steps of one transaction each; returns how much it did, 0 where nothing was due."""


@dataclass(frozen=True)
class Job:
    """A queue that is looked at all the time, or with `every` something that runs at intervals, by one worker each.

    What is `patient` may take its time: it runs beside the queues that somebody waits for, in a thread of its own.
    """

    name: str
    work: Work
    every: timedelta | None = None
    patient: bool = False


_jobs: dict[str, Job] = {}


def register(name: str, work: Work, *, every: timedelta | None = None, patient: bool = False) -> None:
    """Have a job run by the workers. Called once for each name, in a room's `ready`.

    What runs at intervals is patient in any case; a queue is where it says so.
    """
    if name in _jobs and _jobs[name].work is not work:
        raise ValueError(f"two jobs are called {name}")
    _jobs[name] = Job(name, work, every, patient or every is not None)


def jobs() -> tuple[Job, ...]:
    """All jobs, in the order in which rooms registered them."""
    return tuple(_jobs.values())
