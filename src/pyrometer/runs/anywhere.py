"""A run wherever the evidence is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyrometer.archive import Snapshot, snapshot_of, steadily
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine, Engine, connect, of_session
from pyrometer.errors import UsageError
from pyrometer.evidence import Source
from pyrometer.inputs import Given, Inputs, read_inputs
from pyrometer.runs.again import cleared, rereadable
from pyrometer.runs.inplace import run_in_place
from pyrometer.runs.loaded import refuse_besides, run_loaded
from pyrometer.runs.run import Run


def run(
    definition: Definition,
    local: DuckDBEngine,
    *,
    engine: str | Engine | Any,
    inputs: Given | Inputs | None,
    leads: Source | None,
    events: Source | None,
    traits: Source | None,
    previous: Source | None,
    as_of: str | date | datetime | None,
    explain: bool,
    lead_id: str,
    columns: Mapping[str, str] | None,
    tally: str | Path | None,
    now: datetime | None,
    archive: str | Path | None = None,
    direct: bool = False,
    truths: bool = False,
    story: bool = False,
    only: str | None = None,
) -> Run:
    """Score files and rows in our own engine, or an engine's tables there; the readings are in `local` either way.

    With `only`, one lead, and ids of the others in the relation `everyone`. `truths` adds whether every condition
    holds, `story` also what it looked at. Raises EvidenceError or UsageError.
    """
    if direct and archive is None:
        raise UsageError("--direct says how to read an archive: name it with --archive, or leave --direct out")
    if engine is None:
        if inputs is not None:
            raise UsageError("inputs name tables of an engine: say which engine, too")

        def load(archives: Mapping[str, Snapshot]) -> Run:
            return run_loaded(
                definition,
                local,
                leads=leads,
                events=events,
                traits=traits,
                previous=previous,
                as_of=as_of,
                explain=explain,
                lead_id=lead_id,
                columns=columns or {},
                tally=tally,
                archive=archives.get("archive"),
                direct=direct,
                now=now,
                truths=truths,
                story=story,
                only=only,
            )

        if archive is None:
            return load({})
        refuse_besides(leads, events, traits, tally, archive)
        return steadily(
            lambda: {"archive": snapshot_of(archive)},
            load,
            again=cleared(local) if rereadable(leads, previous) else None,
        )
    in_files: dict[str, object] = {
        "leads": leads,
        "events": events,
        "traits": traits,
        "tally": tally,
        "archive": archive,
    }
    in_files["columns"] = columns
    besides = [name for name, given in in_files.items() if given is not None]
    with _opened(engine, inputs, besides) as (there, tables):
        return run_in_place(
            definition,
            there,
            local,
            tables,
            previous=previous,
            as_of=as_of,
            explain=explain,
            now=now,
            truths=truths,
            story=story,
            only=only,
            again=cleared(local, there) if rereadable(previous) else None,
        )


@contextmanager
def _opened(
    engine: str | Engine | Any, inputs: Given | Inputs | None, besides: Sequence[str]
) -> Iterator[tuple[Engine, Inputs]]:
    """An engine with its inputs: of a URL, connected to and closed again, or around a session of Spark, which stays.

    `besides` are names of inputs in files.

    Raises UsageError without inputs or with inputs in files; else as `connect` and `read_inputs` do.
    """
    if besides:
        raise UsageError(f"an engine scores its own tables, named in a mapping: leave out {' and '.join(besides)}")
    if inputs is None:
        raise UsageError("an engine needs a mapping that says in which tables the evidence is")
    tables = inputs if isinstance(inputs, Inputs) else read_inputs(inputs)
    if not isinstance(engine, str):
        given = of_session(engine)
        try:
            yield given, tables
        finally:
            given.reset()
        return
    there = connect(engine)
    try:
        yield there, tables
    finally:
        there.close()
