"""A run over files and rows: they are loaded into our own engine and scored there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pyrometer.archive import Snapshot, stand
from pyrometer.definition import Definition
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import UsageError
from pyrometer.evidence import Source, answered, load_evidence, profile_as_of
from pyrometer.plan import build_plan
from pyrometer.plan.measures import plainly_compared
from pyrometer.reader import RowReader
from pyrometer.runs.moments import choose_as_of, moment_of, parse_as_of
from pyrometer.runs.run import DUCKDB, Run
from pyrometer.sql import Options, build_query
from pyrometer.tally import attach, current_tally, reads_events


def refuse_besides(leads: object, events: object, traits: object, tally: object, archive: object) -> None:
    """Raises UsageError where inputs don't go together, or where none of them holds leads."""
    if archive is not None and (events is not None or traits is not None or tally is not None):
        raise UsageError("an archive holds events and traits, and its tally: append to it what isn't in it yet")
    if leads is None and traits is None and events is None and tally is None and archive is None:
        raise UsageError("there are no leads to score: give a file of leads, a log of traits, or events")
    if tally is not None and leads is None and traits is None:
        raise UsageError("a tally holds no list of leads: give a file of leads, or a log of traits, beside it")


def run_loaded(
    definition: Definition,
    engine: DuckDBEngine,
    *,
    leads: Source | None,
    events: Source | None,
    traits: Source | None,
    previous: Source | None,
    as_of: str | date | datetime | None,
    explain: bool,
    lead_id: str,
    columns: Mapping[str, str],
    now: datetime | None,
    tally: str | Path | None = None,
    archive: Snapshot | None = None,
    direct: bool = False,
    truths: bool = False,
    story: bool = False,
    only: str | None = None,
) -> Run:
    """Load evidence into an engine and score it there; with `only`, one lead, all the leads being in `everyone`.

    `truths` adds whether every condition holds, `story` also what it looked at. Raises EvidenceError or UsageError.
    """
    refuse_besides(leads, events, traits, tally, archive)
    plan = build_plan(definition)
    manifest = None
    stood = None
    if archive is not None:
        stood = stand(
            engine,
            archive,
            definition,
            plan,
            as_of=None if as_of is None else parse_as_of(as_of),
            now=now,
            lists_leads=leads is not None,
            lead=only,
            direct=direct or bool(columns),
        )
        events, traits, tally, manifest = stood.events, stood.traits, stood.tally, stood.manifest
    elif tally is not None:
        manifest = current_tally(
            definition,
            plan,
            Path(tally),
            events,
            lead_id=lead_id,
            columns=columns,
            memory_limit=engine.memory_limit,
            threads=engine.threads,
            progress=engine.progress,
        )
        until = parse_as_of(as_of) if as_of is not None else now
        events = [source.path for source in manifest.sources] if reads_events(manifest, until) else None
    evidence = engine.interruptibly(
        lambda: load_evidence(
            engine.connection,
            definition,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            lead_id=lead_id,
            columns=columns,
            now=now,
            as_is=plainly_compared(plan),
        )
    )
    if stood is not None:
        evidence = replace(evidence, notes=(*evidence.notes, *stood.notes))
    latest = [evidence.latest, manifest.latest if manifest is not None and events is None else None]
    if stood is not None and stood.as_of is not None and as_of is None:
        latest = [stood.as_of]
    moment, basis = choose_as_of(as_of, max((time for time in latest if time is not None), default=None), now)
    engine.interruptibly(
        lambda: profile_as_of(engine.connection, definition, evidence, moment, dated=plan.dated_traits)
    )
    tallied = None
    if tally is not None and manifest is not None:
        tallied = attach(engine, definition, plan, Path(tally), manifest, moment)
    if only is not None:
        engine.keep_only(only)
    query = build_query(
        plan,
        moment_of(moment),
        DUCKDB,
        Options(
            explain=explain,
            truths=truths,
            story=story,
            previous=previous is not None,
            has_received_at=manifest.has_received_at if manifest else evidence.has_received_at,
            answered={name: answered(name) for name in plan.dated_traits},
            tallied=tallied,
        ),
    )
    engine.materialise(query, "readings")
    reader = RowReader(definition, fingerprint(definition), plan, query.layout)
    return Run(plan, reader, evidence, moment, basis)
