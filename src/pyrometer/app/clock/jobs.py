"""What the clock knows of other rooms: their jobs, which they register when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Work = Callable[[datetime], int]
"""Does what is due at a time, in steps of one transaction each; returns how much it did, 0 where nothing was due."""


@dataclass(frozen=True)
class Job:
    """A queue that is looked at all the time, or with `every` something that runs at intervals, by one worker each."""

    name: str
    work: Work
    every: timedelta | None = None


_jobs: dict[str, Job] = {}


def register(name: str, work: Work, *, every: timedelta | None = None) -> None:
    """Have a job run by the workers. Called once for each name, in a room's `ready`."""
    if name in _jobs and _jobs[name].work is not work:
        raise ValueError(f"two jobs are called {name}")
    _jobs[name] = Job(name, work, every)


def jobs() -> tuple[Job, ...]:
    """All jobs, in the order in which rooms registered them."""
    return tuple(_jobs.values())
