"""A run in the engine where the evidence lies: the query goes there, one row a lead comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from pyrometer.archive import Snapshot, latest_known, open_inputs, steadily, withdrawn
from pyrometer.definition import Definition
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.engines import ArchiveInput, DuckDBEngine, Engine
from pyrometer.evidence import Evidence, Source, answered, load_evidence, profile_as_of
from pyrometer.inputs import Inputs
from pyrometer.plan import build_plan
from pyrometer.reader import RowReader
from pyrometer.runs.moments import choose_as_of, moment_of
from pyrometer.runs.run import DUCKDB, Run
from pyrometer.runs.tables import Tables, find_tables, refuse_repeated
from pyrometer.sql import CALENDAR, PREVIOUS, WITHDRAWN, Options, Query, Sources, build_query, latest_select, some_leads

KEPT = 200_000
"""How many ids are looked at to propose the nearest one to a lead that isn't there."""


def run_in_place(
    definition: Definition,
    engine: Engine,
    local: DuckDBEngine,
    inputs: Inputs,
    *,
    previous: Source | None,
    as_of: str | date | datetime | None,
    explain: bool,
    now: datetime | None,
    truths: bool = False,
    story: bool = False,
    only: str | None = None,
    again: Callable[[], None] | None = None,
) -> Run:
    """Score in an engine what its tables hold; the readings are in the relation `readings` of `local`.

    `previous` is read here and goes to the engine. With `only`, one lead; if there is no such lead, `everyone` holds
    some ids. Archives are read as they are at the beginning; where files of theirs go meanwhile, all is done once more,
    after `again`, if that is given. Raises as the engine does.
    """
    given = {label: each.source.place for label, each in inputs if isinstance(each.source, ArchiveInput)}

    def score(archives: Mapping[str, Snapshot]) -> Run:
        return _run(
            definition,
            engine,
            local,
            inputs,
            archives,
            previous,
            as_of,
            now,
            only,
            explain=explain,
            truths=truths,
            story=story,
        )

    # An engine that matches files with a pattern doesn't miss those that have gone.
    return steadily(lambda: open_inputs(given), score, again=again, checked=True)


def _run(
    definition: Definition,
    engine: Engine,
    local: DuckDBEngine,
    inputs: Inputs,
    archives: Mapping[str, Snapshot],
    previous: Source | None,
    as_of: str | date | datetime | None,
    now: datetime | None,
    only: str | None,
    *,
    explain: bool,
    truths: bool,
    story: bool,
) -> Run:
    plan = build_plan(definition)
    ever = _withdrawn(local, archives, None)
    tables = find_tables(engine, definition, inputs, archives, ever)
    if tables.leads is not None:
        refuse_repeated(engine, tables.leads)
    moment, basis = choose_as_of(as_of, _latest(engine, local, archives, tables, now) if as_of is None else None, now)
    there = {label for label, table in (("events", tables.events), ("traits", tables.traits)) if table is not None}
    taken = _withdrawn(local, {label: archives[label] for label in there & ever.keys()}, moment)
    evidence: Evidence = load_evidence(local.connection, definition, leads=[], previous=previous)
    profile_as_of(local.connection, definition, evidence, moment, dated=plan.dated_traits)
    dated = {name: answered(name) for name in plan.dated_traits}
    received = tables.events is not None and "received_at" in tables.events.has
    options = Options(
        explain=explain,
        truths=truths,
        story=story,
        previous=previous is not None,
        has_received_at=received,
        answered=dated,
    )
    local.materialise(build_query(plan, moment_of(moment), DUCKDB, options), "readings")
    sources = Sources(
        tables.leads,
        tables.traits,
        tables.events,
        tuple((name, trait.type, tuple(map(str, trait.unknown))) for name, trait in definition.profile.items()),
        plan.properties,
        plan.events,
        tuple(dated.items()),
        previous is not None,
        only,
        frozenset(taken),
    )
    sourced = Options(**{**vars(options), "sources": sources})
    query = build_query(plan, moment_of(moment, engine.dialect.name), engine.dialect, sourced)
    _put(engine, query, local, previous=previous is not None)
    for label, rows in taken.items():
        engine.put(WITHDRAWN[label], {"lead_id": "text", "message_id": "text"}, rows)
    local.take("readings", engine.fetch(query.sql(), local.folder))
    if only is not None:
        _everyone(engine, local, tables)
    reader = RowReader(definition, fingerprint(definition), plan, query.layout)
    return Run(plan, reader, evidence, moment, basis)


def _latest(
    engine: Engine, local: DuckDBEngine, archives: Mapping[str, Snapshot], tables: Tables, now: datetime | None
) -> datetime | None:
    """The latest time of any evidence, up to now; of archives, also that at which something was taken back."""
    until = None if now is None else now.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    found = [latest_known(local, archive, label, now) for label, archive in archives.items()]
    for label, table in (("events", tables.events), ("traits", tables.traits)):
        if table is not None and label not in archives:
            rows = engine.few(latest_select(table, until, engine.dialect).sql(dialect=engine.dialect.name))
            found += [time.replace(tzinfo=UTC) for time in rows[0] if time is not None]
    return max((time for time in found if time is not None), default=None)


def _withdrawn(
    local: DuckDBEngine, archives: Mapping[str, Snapshot], moment: datetime | None
) -> dict[str, list[tuple[str, str]]]:
    """What had been taken back by then (None: ever) of the inputs that are in archives, where anything had."""
    found = {label: withdrawn(local, archive, label, moment) for label, archive in archives.items()}
    return {label: rows for label, rows in found.items() if rows}


def _put(engine: Engine, query: Query, local: DuckDBEngine, *, previous: bool) -> None:
    """Hand the engine what it doesn't have: the calendar, and the earlier temperatures."""
    columns = query.calendar.columns.values()
    if columns:
        engine.put(CALENDAR, dict.fromkeys(("at_age", *columns), "integer"), query.calendar.rows())
    if previous:
        rows = local.run("SELECT lead_id, temperature FROM previous")
        engine.put(PREVIOUS, {"lead_id": "text", "temperature": "text"}, rows)


def _everyone(engine: Engine, local: DuckDBEngine, tables: Tables) -> None:
    """Some ids, where the lead that was asked for isn't there."""
    local.run("CREATE OR REPLACE TEMP TABLE everyone (lead_id VARCHAR)")
    table = tables.leads or tables.traits or tables.events
    if table is not None and not local.run("SELECT 1 FROM readings"):
        rows = engine.few(some_leads(table, engine.dialect, KEPT).sql(dialect=engine.dialect.name))
        leads = [lead for (lead,) in rows]
        local.connection.execute("INSERT INTO everyone SELECT unnest(CAST($1 AS VARCHAR[]))", [leads])
