"""The sales queue: how many leads would have become hot each week by either definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pyrometer.definition import Definition
from pyrometer.engines import Progress
from pyrometer.errors import UsageError
from pyrometer.evidence.quote import literal
from pyrometer.evidence.times import timestamp
from pyrometer.outcomes import OUTCOMES
from pyrometer.replay import REPLAYED, Replay, replay
from pyrometer.simulation.ended import decided_sql
from pyrometer.simulation.result import Queue, Week
from pyrometer.simulation.sides import Request, Sides, part

WEEK = timedelta(days=7)
MOST_WEEKS = 520


def check_weeks(weeks: int, capacity: float | None) -> None:
    """Raises UsageError for numbers that make no queue."""
    if not 0 <= weeks <= MOST_WEEKS:
        raise UsageError(f"{weeks} weeks: give 0 to {MOST_WEEKS}")
    if capacity is not None and capacity <= 0:
        raise UsageError(f"a capacity of {capacity:g} a week: give more than 0")


def queue_of(
    sides: Sides, request: Request, weeks: int, capacity: float | None, progress: Progress | None
) -> Queue | None:
    """Newly hot leads in each of the weeks that end with the time of the sides; None for no weeks.

    Both definitions are replayed, so that what keeps a lead hot counts and only what was known by then. A lead that is
    hot for less than a week, between two ends of weeks, isn't seen, nor one that is decided by the end of the week,
    where outcomes are known. Raises as `replay` does.
    """
    if not weeks:
        return None
    if request.engine is not None:
        return Queue((), capacity, ("weeks aren't replayed in another engine; export the evidence to see the queue",))
    if (request.events, request.traits, request.tally, request.archive) == (None, None, None, None):
        return Queue((), capacity, ("nothing in the evidence has a date, so there is no queue by week",))
    times = _ends(sides.old.found.as_of, weeks)
    decided = None
    if sides.outcomes is not None:
        decided = sides.engine.folder / "decided.parquet"
        sides.engine.copy(f"SELECT lead_id, decided_at, known_at FROM {OUTCOMES}", decided)
    found = []
    limits: dict[str, None] = {}
    for side, begin, end in ((sides.old, 0.0, 0.5), (sides.new, 0.5, 1.0)):
        with _replayed(side.definition, request, times, part(progress, begin, end)) as replayed:
            found.append(dict(_newly_hot(replayed, decided)))
            limits |= dict.fromkeys(replayed.limits)
    if decided is not None:
        limits |= {"leads that were decided by the end of a week aren't counted in it": None}
    ends = [time.replace(tzinfo=None) for time in times[1:]]
    counted = [Week(time, *(each.get(end, 0) for each in found)) for time, end in zip(times[1:], ends, strict=True)]
    return Queue(tuple(counted), capacity, tuple(limits))


def _ends(as_of: datetime, weeks: int) -> list[datetime]:
    """The ends of so many weeks, and the beginning of the first; none before there were dates."""
    try:
        return [as_of - WEEK * back for back in range(weeks, -1, -1)]
    except OverflowError:
        raise UsageError(f"{weeks} weeks before {as_of:%Y-%m-%d} there were no dates") from None


def _replayed(definition: Definition, request: Request, times: list[datetime], progress: Progress | None) -> Replay:
    return replay(
        definition,
        times,
        leads=request.leads,
        events=request.events,
        traits=request.traits,
        lead_id=request.lead_id,
        columns=request.columns or None,
        tally=request.tally,
        archive=request.archive,
        memory_limit=request.memory_limit,
        threads=request.threads,
        progress=progress,
    )


def _newly_hot(replayed: Replay, decided: Path | None) -> Iterator[tuple[datetime, int]]:
    """The number of leads that are hot at a time, not decided, and weren't hot at the time before, by time."""
    first = timestamp(replayed.times[0])
    ended, still = "", ""
    if decided is not None:
        ended = f" LEFT JOIN read_parquet({literal(str(decided))}) e USING (lead_id)"
        still = " AND NOT " + decided_sql('"at"')
    rows = replayed.engine.run(
        'SELECT "at", count(*) FROM (SELECT lead_id, "at", temperature,'
        f' lag(temperature) OVER (PARTITION BY lead_id ORDER BY "at") AS before FROM {REPLAYED}){ended}'
        f" WHERE temperature = 'hot' AND before IS DISTINCT FROM 'hot' AND \"at\" > {first}{still} GROUP BY ALL"
    )
    yield from ((at, leads) for at, leads in rows)
