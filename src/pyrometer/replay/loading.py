"""Loads evidence once for all times of a replay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import Evidence, Source, load_evidence
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.quote import ident, literals
from pyrometer.evidence.relations import FLAT
from pyrometer.plan.measures import plainly_compared
from pyrometer.replay.archived import Archived, open_archived
from pyrometer.replay.given import Given, Loaded, Loading
from pyrometer.replay.tallying import both_tallied, on_days, tally_events
from pyrometer.sql import Tallied
from pyrometer.tally import Manifest, attach, current_tally, reads_events

LEADS = "leads"
"""The relation `leads(lead_id, since)`: every lead, and when the first of it was known; NULL where nothing tells."""

OF_THE_DAYS, HELD = "events_of_the_days", "held_events"
_SINCE = "known_since"


def load(loading: Loading) -> Loaded:
    """Read everything once; `profile`, `events` and the tally can then be turned to any of the times."""
    engine, given = loading.engine, loading.given
    archived = None if given.archive is None else open_archived(engine, given.archive, given)
    manifest = archived.manifest if archived is not None else _manifest(engine, given)
    folder = archived.folder if archived is not None else None if given.tally is None else Path(given.tally)
    held = archived is not None and _hold(engine, given, archived)
    evidence = _evidence(engine, given, _events(given, manifest, archived), archived)
    loading.step()
    read = archived is not None or "events" in evidence.inputs
    tallied: Tallied | None = None
    if manifest is not None and folder is not None:
        tallied = attach(engine, given.definition, given.plan, folder, manifest, given.times[0])
        tallied = replace(tallied, boundary=read)
    elif read:
        tallied = tally_events(engine, given.plan, "standing", has_received_at=True)
    loading.step()
    _know_since(engine, given, evidence, tallied, read=read, held=held)
    if read and tallied is not None:
        _keep(engine, OF_THE_DAYS, f"SELECT * FROM events WHERE {_declared(given)} AND {on_days(given.times)}")
        engine.run("DROP TABLE IF EXISTS raw_events")
    elif read:
        engine.run(f"CREATE TEMP VIEW {OF_THE_DAYS} AS {_definition_of(engine, 'events')}")
    loading.step()
    evidence = _listed(engine, given, evidence)
    left_out = _leads(engine, evidence, read=read or tallied is not None)
    loading.step()
    return Loaded(evidence, _turn(engine, given, tallied, archived, evidence, held=held), left_out)


def _manifest(engine: DuckDBEngine, given: Given) -> Manifest | None:
    if given.tally is None:
        return None
    return current_tally(
        given.definition,
        given.plan,
        Path(given.tally),
        given.events,
        lead_id=given.lead_id,
        columns=given.columns,
        memory_limit=engine.memory_limit,
        threads=engine.threads,
    )


def _events(given: Given, manifest: Manifest | None, archived: Archived | None) -> Source | None:
    """What is read of events: all that there are; of a tally's files that are gone, only if they are needed."""
    if archived is not None:
        return archived.events
    if manifest is None:
        return given.events
    paths = [source.path for source in manifest.sources]
    there = all(Path(path).exists() for path in paths)
    return paths if there or reads_events(manifest, given.times[0]) else None


def _evidence(engine: DuckDBEngine, given: Given, events: Source | None, archived: Archived | None) -> Evidence:
    return engine.interruptibly(
        lambda: load_evidence(
            engine.connection,
            given.definition,
            leads=given.leads,
            events=events,
            traits=given.traits if archived is None else archived.answers(given.times[0]),
            previous=given.previous,
            lead_id=given.lead_id,
            columns=given.columns,
            as_is=plainly_compared(given.plan),
        )
    )


def _hold(engine: DuckDBEngine, given: Given, archived: Archived) -> bool:
    """Make `held_events` of what was taken back at some time, with that time; whether there is any."""
    if archived.withdrawn_events is None:
        return False
    engine.interruptibly(
        lambda: load_evidence(engine.connection, given.definition, events=archived.withdrawn_events, tell=False)
    )
    _keep(
        engine,
        HELD,
        f"SELECT events.*, gone_at FROM events JOIN {archived.gone('event')} AS gone USING (lead_id, message_id)"
        f" WHERE {_declared(given)}",
    )
    return bool(engine.run(f"SELECT 1 FROM {HELD} LIMIT 1"))


def _know_since(
    engine: DuckDBEngine, given: Given, evidence: Evidence, tallied: Tallied | None, *, read: bool, held: bool
) -> None:
    """Make `known_since` of the first time at which a log knew of each lead, retracted or not."""
    selects = [f"SELECT lead_id, greatest(occurred_at, received_at) AS since FROM {ANSWERS}"] * evidence.has_log
    happened = "SELECT lead_id, greatest(occurred_at, received_at) AS since FROM"
    if read:
        selects.append(f"{happened} events WHERE {_declared(given)}")
    elif tallied is not None:
        relations = [part.relation for part in tallied.parts] + [
            name for names in tallied.values.values() for name in names
        ]
        day = "make_timestamp((known_day + 1) * 86400000000)"
        selects += [f"SELECT lead_id, {day} AS since FROM {ident(name)}" for name in relations]
    if held:
        selects.append(f"{happened} {HELD}")
    every = " UNION ALL ".join(selects) or "SELECT '' AS lead_id, CAST(NULL AS TIMESTAMP) AS since WHERE false"
    _keep(engine, _SINCE, f"SELECT lead_id, min(since) AS since FROM ({every}) GROUP BY lead_id")


def _listed(engine: DuckDBEngine, given: Given, evidence: Evidence) -> Evidence:
    """Where only events name leads, these become the list of them, of whom nothing else is known."""
    if evidence.has_leads or evidence.has_log:
        return evidence
    nothing = "".join(f", CAST(NULL AS {_type(engine, name)}) AS {ident(name)}" for name in given.definition.profile)
    select = f"SELECT lead_id{nothing} FROM {_SINCE}"
    engine.run(f"CREATE OR REPLACE TEMP VIEW {FLAT} AS {select}")
    return replace(evidence, has_leads=True)


def _type(engine: DuckDBEngine, trait: str) -> str:
    kinds = engine.run(
        "SELECT data_type FROM duckdb_columns() WHERE table_name = $1 AND column_name = $2", [FLAT, trait]
    )
    return str(kinds[0][0])


def _leads(engine: DuckDBEngine, evidence: Evidence, *, read: bool) -> int:
    """Make `leads`; how many of them are listed though no log, where there is one, knows them."""
    source = f"{FLAT} LEFT JOIN {_SINCE} USING (lead_id)" if evidence.has_leads else _SINCE
    logged = evidence.has_log or read
    _keep(engine, LEADS, f"SELECT lead_id, since FROM {source}")
    if not logged:
        return 0
    ((left_out,),) = engine.run(f"SELECT count(*) FROM {LEADS} WHERE since IS NULL")
    return int(left_out)


def _turn(
    engine: DuckDBEngine,
    given: Given,
    tallied: Tallied | None,
    archived: Archived | None,
    evidence: Evidence,
    *,
    held: bool,
) -> Callable[[datetime], Tallied | None]:
    """What brings `events` and the answers to a time."""
    there = bool(engine.run("SELECT 1 FROM duckdb_tables() WHERE table_name = $1", [OF_THE_DAYS])) or bool(
        engine.run("SELECT 1 FROM duckdb_views() WHERE view_name = $1", [OF_THE_DAYS])
    )

    def turn(time: datetime) -> Tallied | None:
        if archived is not None and evidence.has_log:
            archived.turn_answers(time)
        if not there:
            return tallied
        names = _names_of(engine, OF_THE_DAYS)
        if not held or archived is None:
            engine.run(f"CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM {OF_THE_DAYS}")
            return tallied
        standing = f"SELECT {names} FROM {HELD} WHERE gone_at > {archived.at(time)}"
        engine.run(f"CREATE OR REPLACE TEMP VIEW events AS {standing}")
        counted = None if tallied is None else tally_events(engine, given.plan, "held", has_received_at=True)
        engine.run(f"CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM {OF_THE_DAYS} UNION ALL {standing}")
        return tallied if tallied is None or counted is None else both_tallied(tallied, counted)

    return turn


def _names_of(engine: DuckDBEngine, relation: str) -> str:
    names = engine.run(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index", [relation]
    )
    return ", ".join(ident(name) for (name,) in names)


def _definition_of(engine: DuckDBEngine, view: str) -> str:
    """The SELECT behind a view."""
    ((sql,),) = engine.run("SELECT sql FROM duckdb_views() WHERE view_name = $1", [view])
    return str(sql).partition(" AS ")[2].rstrip().rstrip(";")


def _declared(given: Given) -> str:
    return f"event IN ({literals(given.definition.events) or 'NULL'})"


def _keep(engine: DuckDBEngine, name: str, select: str) -> None:
    engine.run(f"CREATE OR REPLACE TEMP TABLE {ident(name)} AS {select}")
