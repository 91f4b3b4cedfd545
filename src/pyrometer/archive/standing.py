"""An archive as it stood at a time: what a run reads of it, and the tally beside it that saves most of the reading."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pyrometer.archive.erasing import TALLY
from pyrometer.archive.files import paths_of
from pyrometer.archive.following import log_of
from pyrometer.archive.latest import latest
from pyrometer.archive.place import place_of
from pyrometer.archive.sight import Sight
from pyrometer.archive.snapshot import Snapshot, steadily
from pyrometer.archive.tables import open_all, require_delta
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence import DataNote
from pyrometer.evidence.quote import literals
from pyrometer.evidence.table import Table
from pyrometer.plan import Plan
from pyrometer.plan.measures import measures_needed
from pyrometer.tally import Manifest, follow, needs_of, reads_events


@dataclass(frozen=True)
class Standing:
    """What a run as of `as_of` reads: events and answers as they stand then, and the tally in place of the events.

    `as_of` is None where nothing in the archive has a time up to now; `notes` say what there is to say of the tally.
    """

    as_of: datetime | None
    events: Table | None
    traits: Table | None
    tally: Path | None = None
    manifest: Manifest | None = None
    notes: tuple[DataNote, ...] = ()


def snapshot_of(archive: str | Path) -> Snapshot:
    """All tables of an archive as they are now. Raises UsageError where there is none, EvidenceError."""
    require_delta()
    place = place_of(archive)
    return Snapshot(place, open_all(place))


def stand(
    engine: DuckDBEngine,
    archive: str | Path | Snapshot,
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
    `direct` reads the events themselves. Of a snapshot, `pieces` become those of the tally that are read. Raises
    EvidenceError or UsageError.
    """

    def look(snapshot: Snapshot) -> Standing:
        moment = as_of if as_of is not None else latest(engine, snapshot.tables.values(), now)
        reader = Sight(engine, snapshot.place, snapshot.tables, moment, lead)
        traits = reader.answers()
        listed = lists_leads or traits is not None
        tallied: tuple[Path, Manifest] | None = None
        notes: tuple[DataNote, ...] = ()
        try:
            tallied = _tallied(reader, definition, plan, direct=direct or not listed or lead is not None)
        except EvidenceError as error:
            if snapshot.has_lost():
                raise
            notes = (_untallied(error),)
        if tallied is None:
            horizon = _horizon(plan) if plan is not None and listed and lead is None else None
            oldest = None if horizon is None or moment is None else _days_before(moment, horizon)
            return Standing(moment, reader.events(oldest), traits, notes=notes)
        folder, manifest = tallied
        snapshot.pieces = [folder / piece.file for piece in manifest.pieces]
        events = reader.events(None, of_the_day=True) if reads_events(manifest, moment) else None
        return Standing(moment, events, traits, folder, manifest)

    if isinstance(archive, Snapshot):
        return look(archive)
    return steadily(lambda: {"archive": snapshot_of(archive)}, lambda opened: look(opened["archive"]))


def _untallied(error: EvidenceError) -> DataNote:
    what = f"{error}; the events themselves were read, which takes longer"
    return DataNote("warning", "the archive's tally", what, why="the scores are the same")


def _days_before(moment: datetime, days: int) -> date:
    """The day so many days before a time, or the first that there is."""
    return date.fromordinal(max(moment.date().toordinal() - days, 1))


def all_leads(engine: DuckDBEngine, archive: str | Path) -> None:
    """Makes `everyone` of all leads that an archive names in answers or events."""

    def look(snapshot: Snapshot) -> None:
        selects = ["SELECT lead_id FROM everyone"]
        for name, table in snapshot.tables.items():
            files = table.files() if name in ("events", "traits") else []
            if files:
                paths = literals(paths_of(engine, table, files))
                selects.append(f"SELECT lead_id FROM read_parquet([{paths}])")
        union = " UNION ALL ".join(selects)
        engine.run(f"CREATE OR REPLACE TEMP TABLE everyone AS SELECT DISTINCT lead_id FROM ({union})")

    steadily(lambda: {"archive": snapshot_of(archive)}, lambda opened: look(opened["archive"]), again=lambda: None)


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
    log = log_of(reader, events)
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


def latest_retraction(reader: Sight) -> datetime | None:
    """When the latest retraction of an archive was received."""
    table = reader.tables.get("retractions")
    return None if table is None else latest(reader.engine, [table], None)
