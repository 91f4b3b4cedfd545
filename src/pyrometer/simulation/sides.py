"""The same evidence by both definitions: two runs, whose readings stand side by side in one engine."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pyrometer.archive import Snapshot, snapshot_of, steadily
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine, Engine, Progress
from pyrometer.errors import UsageError
from pyrometer.evidence import Source
from pyrometer.evidence.quote import ident, literal
from pyrometer.inputs import Given, Inputs, read_inputs
from pyrometer.outcomes import LOST, WON, Outcomes, read_outcomes
from pyrometer.runs import Run, rereadable, run
from pyrometer.runs.loaded import refuse_besides, run_loaded

BEFORE, AFTER = "before", "readings"
"""The relations with the readings of the old and the new definition."""


@dataclass(frozen=True)
class Side:
    """One definition's run; `old` or `new` is its name."""

    name: str
    definition: Definition
    found: Run

    def column(self, name: str) -> str:
        """A column of the side's readings where those of both stand in one relation, quoted."""
        return ident(f"{self.name} {name}")


@dataclass(frozen=True)
class Sides:
    """Both runs, and the engine with the relations `before`, `readings` and `previous`, and `outcomes` where known."""

    old: Side
    new: Side
    engine: DuckDBEngine
    outcomes: Outcomes | None = None


@dataclass(frozen=True)
class Request:
    """The evidence of a simulation, as `simulate` takes it; `columns` are those of evidence alone."""

    leads: Source | None = None
    events: Source | None = None
    traits: Source | None = None
    previous: Source | None = None
    outcomes: Source | None = None
    won: Collection[str] = WON
    lost: Collection[str] = LOST
    as_of: datetime | None = None
    lead_id: str = "lead_id"
    columns: Mapping[str, str] = field(default_factory=dict)
    outcome_columns: Mapping[str, str] = field(default_factory=dict)
    tally: str | Path | None = None
    archive: str | Path | None = None
    engine: str | Engine | Any = None
    inputs: Given | Inputs | None = None
    now: datetime | None = None
    memory_limit: str | None = None
    threads: int | None = None


@contextmanager
def scored(old: Definition, new: Definition, request: Request, progress: Progress | None) -> Iterator[Sides]:
    """Both runs over the same state of the evidence, as of the same moment; the sides last as long as the context.

    Raises EvidenceError or UsageError.
    """
    given = (request.leads, request.events, request.traits, request.previous, request.outcomes)
    if not rereadable(*given):
        raise UsageError(
            "the evidence is read twice, once for each definition, so it can't come from standard input, a pipe or an"
            " iterator: write it to a file first"
        )
    if request.engine is None:
        if request.inputs is not None:
            raise UsageError("inputs name tables of an engine: say which engine, too")
        refuse_besides(request.leads, request.events, request.traits, request.tally, request.archive)
    elif request.inputs is not None and not isinstance(request.inputs, Inputs):
        request = Request(**{**vars(request), "inputs": read_inputs(request.inputs)})
    with tempfile.TemporaryDirectory(prefix="pyrometer-") as folder:
        kept = Path(folder) / "before.parquet"

        def both(archives: Mapping[str, Snapshot]) -> Sides:
            archive = archives.get("archive")
            with _engine(request, part(progress, 0.0, 0.5)) as first:
                before = _run(old, first, request, archive, request.as_of)
                # On disk it is small, and a second load of evidence finds an engine as good as new.
                first.copy("SELECT * FROM readings", kept)
            second = _engine(request, part(progress, 0.5, 1.0))
            try:
                after = _run(new, second, request, archive, before.as_of)
                second.run(f"CREATE TEMP VIEW {BEFORE} AS SELECT * FROM read_parquet({literal(str(kept))})")
                outcomes = _outcomes(second, request, archive)
            except BaseException:
                second.close()
                raise
            return Sides(Side("old", old, before), Side("new", new, after), second, outcomes)

        if request.archive is None:
            sides = both({})
        else:
            place = request.archive
            sides = steadily(lambda: {"archive": snapshot_of(place)}, both, again=lambda: None)
        with sides.engine:
            yield sides


def _outcomes(engine: DuckDBEngine, request: Request, archive: Snapshot | None) -> Outcomes | None:
    """How leads ended, from a file, else from the archive if it holds outcomes."""
    asked = request.outcomes is not None or (request.won, request.lost) != (WON, LOST)
    if not asked and (archive is None or "outcomes" not in archive.tables):
        return None
    try:
        return read_outcomes(
            engine,
            request.outcomes,
            archive=archive if request.outcomes is None else None,
            won=request.won,
            lost=request.lost,
            lead_id=request.lead_id,
            columns=request.outcome_columns,
            leads=AFTER,
            now=request.now,
        )
    except UsageError:
        if asked:
            raise
        return None  # an archive with a table of outcomes, and nothing in it


def _engine(request: Request, progress: Progress | None) -> DuckDBEngine:
    return DuckDBEngine(memory_limit=request.memory_limit, threads=request.threads, progress=progress)


def _run(
    definition: Definition, local: DuckDBEngine, request: Request, archive: Snapshot | None, as_of: datetime | None
) -> Run:
    if request.engine is None:
        return run_loaded(
            definition,
            local,
            leads=request.leads,
            events=request.events,
            traits=request.traits,
            previous=request.previous,
            as_of=as_of,
            explain=False,
            lead_id=request.lead_id,
            columns=request.columns,
            now=request.now,
            tally=request.tally,
            archive=archive,
            truths=True,
        )
    return run(
        definition,
        local,
        engine=request.engine,
        inputs=request.inputs,
        leads=request.leads,
        events=request.events,
        traits=request.traits,
        previous=request.previous,
        as_of=as_of,
        explain=False,
        lead_id=request.lead_id,
        columns=request.columns or None,
        tally=request.tally,
        archive=request.archive,
        now=request.now,
        truths=True,
    )


def part(progress: Progress | None, begin: float, end: float) -> Progress | None:
    """A stretch of a progress, itself from 0 to 1; it never goes back, though every query begins anew."""
    if progress is None:
        return None
    reached = begin

    def tell(share: float) -> None:
        nonlocal reached
        reached = max(reached, begin + (end - begin) * share)
        progress(reached)

    return tell
