"""Simulating: the same evidence by a definition in force and by a changed one, before anybody publishes the change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyrometer.assurance import assure
from pyrometer.definition import Definition, load
from pyrometer.engines import Engine, Progress
from pyrometer.errors import UsageError
from pyrometer.evidence import DataNote, Source
from pyrometer.inputs import Given
from pyrometer.outcomes import LOST, WON, of_evidence
from pyrometer.runs import parse_as_of
from pyrometer.simulation.changes import changes_between
from pyrometer.simulation.counting import Counting, counts_of
from pyrometer.simulation.ended import Endings, endings
from pyrometer.simulation.queueing import check_weeks, queue_of
from pyrometer.simulation.result import (
    Cause,
    CauseCount,
    Change,
    Ended,
    Flip,
    FlipGroup,
    LineChange,
    LineCount,
    Queue,
    ScoreChange,
    SideReport,
    Simulation,
    Week,
)
from pyrometer.simulation.sides import Request, Side, Sides, part, scored
from pyrometer.simulation.span import outside, span_of
from pyrometer.simulation.telling import Teller

__all__ = [
    "Cause",
    "CauseCount",
    "Change",
    "Ended",
    "Flip",
    "FlipGroup",
    "LineChange",
    "LineCount",
    "Queue",
    "ScoreChange",
    "SideReport",
    "Simulation",
    "Week",
    "simulate",
]

SHOWN = 20
"""How many flips a simulation holds in full unless another number is asked for."""

WEEKS = 12
"""How many weeks of the sales queue are looked at."""

AnyDefinition = Definition | str | Path | Mapping[str, Any]


def simulate(
    old: AnyDefinition,
    new: AnyDefinition,
    *,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    previous: Source | None = None,
    outcomes: Source | None = None,
    won: Collection[str] = WON,
    lost: Collection[str] = LOST,
    as_of: str | date | datetime | None = None,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    tally: str | Path | None = None,
    engine: str | Engine | Any = None,
    inputs: Given | None = None,
    archive: str | Path | None = None,
    capacity: float | None = None,
    weeks: int = WEEKS,
    top: int = SHOWN,
    every: Callable[[Flip], None] | None = None,
    now: datetime | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Score the same evidence by two definitions: who changes temperature, and what made the difference.

    The sources are those of `score`, and both definitions see them in the same state as of the same time. All leads are
    counted; `top` flips are in the result with every line that differs, those to and from hot first. `every` is
    called with each flip, one by one, so that memory doesn't grow with their number. `outcomes` (by default those of
    the archive) say how leads ended; `won` and `lost` are the words for that, all others mean open.

    For the sales queue both are replayed over the last `weeks` (0: not at all); `capacity` is how many new hot leads
    sales can follow up in one.

    Raises DefinitionError, EvidenceError or UsageError.

    >>> rule = {"name": "Calls", "points": 5, "event": "call"}
    >>> def asking(points):
    ...     return {"format": 1, "name": "Tiny", "events": {"call": {}}, "scores": {"interest": {"rules": [rule]}},
    ...             "temperature": {"hot": {"when": {"score": "interest", "at_least": points}}}}
    >>> calls = [{"lead_id": "Ada", "event": "call", "occurred_at": "2026-06-01"}]
    >>> found = simulate(asking(10), asking(4), leads=[{"lead_id": "Ada"}, {"lead_id": "Bo"}], events=calls)
    >>> found.flips, found.matrix["cool"]["hot"], found.shown[0].lead_id, found.shown[0].causes[0].what
    (1, 1, 'Ada', 'interest at least 4, was 10')
    """
    before, after = (each if isinstance(each, Definition) else load(each) for each in (old, new))
    check_weeks(weeks, capacity)
    if top < 0:
        raise UsageError(f"top {top}: how many flips to show can't be negative")
    examples = assure(after) if after.examples else ()
    ending = outcomes is not None or archive is not None
    request = Request(
        leads=leads,
        events=events,
        traits=traits,
        previous=previous,
        outcomes=outcomes,
        won=won,
        lost=lost,
        as_of=None if as_of is None else parse_as_of(as_of),
        lead_id=lead_id,
        columns=of_evidence(columns or {}, before, after) if ending else columns or {},
        outcome_columns=columns or {},
        tally=tally,
        archive=archive,
        engine=engine,
        inputs=inputs,
        now=now,
        memory_limit=memory_limit,
        threads=threads,
    )
    running = part(progress, 0.0, 0.5 if weeks else 0.95)
    with scored(before, after, request, running) as sides:
        span = span_of(sides, request)
        counting = Counting(sides)
        matrix, only_old, only_new = counting.matrix()
        counting.collect()
        ended = None if sides.outcomes is None else endings(sides)
        groups = counting.groups(ended)
        replaying = part(progress, 0.5, 0.95)
        queue = queue_of(sides, request, weeks, capacity, replaying)
        teller = Teller(counting)
        shown = tuple(teller.flips(top))
        if every is not None:
            _tell(teller, every, sum(group.leads for group in groups), part(progress, 0.95, 1.0))
        counts = counts_of(matrix)
        return Simulation(
            old=_report(sides.old, counts[0], ended),
            new=_report(sides.new, counts[1], ended),
            as_of=sides.old.found.as_of,
            basis=sides.old.found.basis,
            leads=sum(counts[0].values()),
            only_old=only_old,
            only_new=only_new,
            matrix=matrix,
            changes=changes_between(before, after),
            uncompared=tuple(sorted({*before.scores} ^ {*after.scores})),
            groups=groups,
            shown=shown,
            examples=len(examples),
            failed_examples=tuple(example.name for example in examples if not example.passed),
            queue=queue,
            ended=None if ended is None else ended.all,
            early=0 if ended is None else sum(ended.decided.values()),
            notes=(*_notes(sides), *outside(span, sides.old.found.as_of)),
            first=span[0],
            latest=span[1],
        )


def _tell(teller: Teller, every: Callable[[Flip], None], flips: int, progress: Progress | None) -> None:
    for number, flip in enumerate(teller.flips()):
        every(flip)
        if progress is not None and number % 256 == 0:
            progress(number / flips)


def _report(side: Side, counts: Mapping[str, int], endings: Endings | None) -> SideReport:
    name, marked = side.definition.name, side.found.reader.fingerprint
    if endings is None:
        return SideReport(name, marked, counts)
    ended, which = (endings.old, 0) if side.name == "old" else (endings.new, 1)
    return SideReport(name, marked, counts, ended, endings.decided_by(which))


def _notes(sides: Sides) -> tuple[DataNote, ...]:
    """What both readings of the evidence had to say, once each."""
    ended = () if sides.outcomes is None else sides.outcomes.notes
    return tuple(dict.fromkeys([*sides.old.found.evidence.notes, *sides.new.found.evidence.notes, *ended]))
