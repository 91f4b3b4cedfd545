"""An archive as it stood at a time: what a run reads of it, and the tally beside it that saves most of the reading."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pyrometer.archive.erasing import TALLY
from pyrometer.archive.files import paths_of
from pyrometer.archive.following import log_of
from pyrometer.archive.kinds import KINDS, Name
from pyrometer.archive.latest import latest
from pyrometer.archive.place import Place, place_of
from pyrometer.archive.sight import Sight
from pyrometer.archive.tables import ArchiveTable, open_all, open_table, require_delta
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence.quote import literals
from pyrometer.evidence.table import Table
from pyrometer.plan import Plan
from pyrometer.plan.measures import measures_needed
from pyrometer.tally import Manifest, follow, needs_of, reads_events


@dataclass(frozen=True)
class Standing:
    """What a run as of `as_of` reads: events and answers as they stand then, and the tally in place of the events.

    `as_of` is None where nothing in the archive has a time up to now; `leads` says whether answers name leads.
    """

    as_of: datetime | None
    events: Table | None
    traits: Table | None
    tally: Path | None = None
    manifest: Manifest | None = None


def stand(
    engine: DuckDBEngine,
    archive: str | Path,
    definition: Definition,
    plan: Plan | None,
    *,
    as_of: datetime | None,
    now: datetime | None,
    lists_leads: bool = False,
    lead: str | None = None,
    direct: bool = False,
) -> Standing:
    """Find out what to read of an archive; relations that are needed for it are made in the engine.

    Without `as_of`, as of the latest evidence up to `now`. Given a `plan`, events too old to matter to it are left
    out; with `lead`, all but the files that may name it. `lists_leads`: there is a file of leads beside the archive.
    `direct` reads the events themselves. Raises EvidenceError or UsageError.
    """
    require_delta()
    place = place_of(archive)
    tables = open_all(place)
    with steady(place):
        return _stand(
            engine,
            place,
            tables,
            definition,
            plan,
            as_of if as_of is not None else latest(engine, tables.values(), now),
            lists_leads=lists_leads,
            lead=lead,
            direct=direct,
        )


@contextmanager
def steady(place: Place) -> Iterator[None]:
    """Says what it means where a file has gone since the log was read."""
    try:
        yield
    except EvidenceError as error:
        if "No files found" not in str(error) and "No such file" not in str(error):
            raise
        raise EvidenceError(
            f"files of the archive {place} went while it was read: somebody erased a lead or cleaned up; run it again"
        ) from None


def _stand(
    engine: DuckDBEngine,
    place: Place,
    tables: Mapping[Name, ArchiveTable],
    definition: Definition,
    plan: Plan | None,
    moment: datetime | None,
    *,
    lists_leads: bool,
    lead: str | None,
    direct: bool,
) -> Standing:
    reader = Sight(engine, place, tables, moment, lead)
    traits = reader.answers()
    listed = lists_leads or traits is not None
    tallied = _tallied(reader, definition, plan, direct=direct or not listed or lead is not None)
    if tallied is None:
        horizon = _horizon(plan) if plan is not None and listed and lead is None else None
        oldest = None if horizon is None or moment is None else moment.date() - timedelta(days=horizon)
        return Standing(moment, reader.events(oldest), traits)
    folder, manifest = tallied
    events = reader.events(None, of_the_day=True) if reads_events(manifest, moment) else None
    return Standing(moment, events, traits, folder, manifest)


def all_leads(engine: DuckDBEngine, archive: str | Path) -> None:
    """Makes `everyone` of all leads that an archive names in answers or events."""
    selects = ["SELECT lead_id FROM everyone"]
    for name, table in open_all(place_of(archive)).items():
        files = table.files() if name in ("events", "traits") else []
        if files:
            selects.append(f"SELECT lead_id FROM read_parquet([{literals(paths_of(engine, table, files))}])")
    engine.run(f"CREATE OR REPLACE TEMP TABLE everyone AS SELECT DISTINCT lead_id FROM ({' UNION ALL '.join(selects)})")


def _horizon(plan: Plan) -> int | None:
    """The age in days from which no event counts for anything; None where some count at any age."""
    needed = [plan.measures[index] for index in measures_needed(plan, explain=True)]
    weights = [measure.weights for measure in needed if measure.signal.events]
    if any(each.by_age[-1] != 0 for each in weights):
        return None
    return max((each.horizon for each in weights), default=0)


def _tallied(reader: Sight, definition: Definition, plan: Plan | None, *, direct: bool) -> tuple[Path, Manifest] | None:
    """The tally beside a local archive, brought up to date; None where the run can't use one."""
    events, moment = reader.tables.get("events"), reader.moment
    if direct or plan is None or events is None or moment is None or not reader.place.is_local:
        return None
    folder = Path(reader.place.address) / TALLY
    writable = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    needs = needs_of(definition, plan)
    if not writable or needs.untallied is not None or not (needs.signals or needs.values):
        return None
    retracted = latest_retraction(reader)
    if retracted is not None and moment < retracted:
        return None  # a tally knows what stands now, not what stood before something was taken back
    log = log_of(reader, events, retracted)
    engine = reader.engine
    followed = follow(
        definition,
        plan,
        folder,
        log,
        memory_limit=engine.memory_limit,
        threads=engine.threads,
        progress=engine.progress,
    )
    return None if followed is None else (folder, followed)


def withdrawn(engine: DuckDBEngine, archive: str, name: Name, moment: datetime | None) -> list[tuple[str, str]]:
    """What had been taken back by then (None: ever) of a table that others read: leads with ids of messages."""
    require_delta()
    place = place_of(archive)
    table = open_table(place, "retractions")
    if table is None:
        return []
    noun = KINDS[name].noun
    with steady(place):
        leads = Sight(engine, place, {"retractions": table}, moment, None).taken_back(noun)
    return [(lead, message) for lead, message in engine.run(f"SELECT * FROM withdrawn_{noun}")] if leads else []


def latest_retraction(reader: Sight) -> datetime | None:
    """When the latest retraction of an archive was received."""
    table = reader.tables.get("retractions")
    return None if table is None else latest(reader.engine, [table], None)
