"""An archive as it stood at a time: what a run reads of it, and the tally beside it that saves most of the reading."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pyrometer.archive.erasing import TALLY
from pyrometer.archive.files import chosen, local_paths, paths_of
from pyrometer.archive.kinds import BUCKET, MONTH, OWN, Name, bucket_of
from pyrometer.archive.latest import latest
from pyrometer.archive.place import Place, place_of
from pyrometer.archive.tables import ArchiveTable, DataFile, open_all, require_delta, since
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence.parquetfile import kept_parquet
from pyrometer.evidence.quote import literal, literals
from pyrometer.evidence.table import Table
from pyrometer.evidence.times import timestamp
from pyrometer.plan import Plan
from pyrometer.plan.measures import measures_needed
from pyrometer.tally import TOUCHED, Log, Manifest, follow, needs_of, reads_events


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
    with _steady(place):
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
def _steady(place: Place) -> Iterator[None]:
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
    reader = _Reader(engine, place, tables, moment, lead)
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


def _tallied(
    reader: _Reader, definition: Definition, plan: Plan | None, *, direct: bool
) -> tuple[Path, Manifest] | None:
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
    log = _log(reader, events, retracted)
    engine = reader.engine
    return folder, follow(definition, plan, folder, log, memory_limit=engine.memory_limit, threads=engine.threads)


def latest_retraction(reader: _Reader) -> datetime | None:
    """When the latest retraction of an archive was received."""
    table = reader.tables.get("retractions")
    return None if table is None else latest(reader.engine, [table], None)


def _log(reader: _Reader, events: ArchiveTable, retracted: datetime | None) -> Log:
    """The archive as a log that a tally can follow."""
    retractions = reader.tables.get("retractions")

    def reading(engine: DuckDBEngine) -> _Reader:
        return _Reader(engine, reader.place, reader.tables, None, None)

    def whole(engine: DuckDBEngine) -> Table | None:
        return reading(engine).events(None)

    def fresh(engine: DuckDBEngine, version: int) -> Table | None:
        later = since(events.files(), version)
        return reading(engine).table(events, later, f"archive_version > {int(version)}") if later else None

    def touch(engine: DuckDBEngine, after: int, known: int) -> bool:
        files = [] if retractions is None else since(retractions.files(), after)
        if retractions is None or not files:
            return False
        taken = (
            f"SELECT lead_id, message_id FROM read_parquet([{literals(paths_of(engine, retractions, files))}],"
            f" hive_partitioning = false) WHERE kind = 'event' AND archive_version > {int(after)}"
        )
        engine.run(f"CREATE OR REPLACE TEMP TABLE taken_back AS {taken}")
        leads = [lead for (lead,) in engine.run("SELECT DISTINCT lead_id FROM taken_back")]
        mine = _of_leads(events, leads)
        select = "SELECT '' AS lead_id, 0::BIGINT AS day WHERE false"
        if mine:
            select = (
                "SELECT DISTINCT lead_id, CAST(epoch_us(occurred_at) // 86400000000 AS BIGINT) AS day"
                f" FROM read_parquet([{literals(paths_of(engine, events, mine))}], hive_partitioning = false)"
                f" SEMI JOIN taken_back USING (lead_id, message_id) WHERE archive_version <= {int(known)}"
            )
        engine.run(f"CREATE OR REPLACE TEMP TABLE {TOUCHED} AS {select}")
        return bool(engine.run(f"SELECT 1 FROM {TOUCHED} LIMIT 1"))

    def again(engine: DuckDBEngine, known: int) -> Table | None:
        leads = [lead for (lead,) in engine.run(f"SELECT DISTINCT lead_id FROM {TOUCHED}")]
        months = {
            month
            for (month,) in engine.run(
                f"SELECT DISTINCT left(CAST(make_date(CAST(day AS INTEGER)) AS VARCHAR), 7) FROM {TOUCHED}"
            )
        }
        files = [file for file in _of_leads(events, leads) if file.filed[MONTH] in months]
        condition = f"lead_id IN ({literals(leads)}) AND archive_version <= {int(known)}"
        return reading(engine).table(events, files, condition)

    version = 0 if retractions is None else retractions.version
    return Log(events.id, events.version, version, retracted, whole, fresh, touch, again)


def _of_leads(table: ArchiveTable, leads: list[str]) -> list[DataFile]:
    buckets = {bucket_of(lead, table.buckets) for lead in leads}
    return [file for file in table.files() if file.filed[BUCKET] in buckets]


@dataclass
class _Reader:
    """Reads tables of an archive in an engine, as of a moment (None: all there is), for one lead or all."""

    engine: DuckDBEngine
    place: Place
    tables: Mapping[Name, ArchiveTable]
    moment: datetime | None
    lead: str | None
    withdrawn: dict[str, list[str]] = field(default_factory=dict)

    def events(self, oldest: date | None, *, of_the_day: bool = False) -> Table | None:
        """The events that were known by then; those of the day itself, or since a day, and maybe others."""
        table = self.tables.get("events")
        if table is None:
            return None
        files = chosen(table, buckets=self._buckets(table), until=self.moment, since=oldest)
        if of_the_day and self.moment is not None:
            start = datetime.combine(self.moment.astimezone(UTC).date(), datetime.min.time())
            files = [file for file in files if _may_reach(file, table.kind.times, start)]
        return self.table(table, files, self._mine())

    def answers(self) -> Table | None:
        """The entries of the trait log that were known by then."""
        table = self.tables.get("traits")
        if table is None:
            return None
        return self.table(table, chosen(table, buckets=self._buckets(table), until=self.moment), self._mine())

    def table(self, table: ArchiveTable, files: list[DataFile], condition: str) -> Table | None:
        """Some files of a table without what was taken back by then."""
        engine, label = self.engine, f"{table.kind.name} of {self.place}"
        leads = self._taken_back(table.kind.noun)
        some = None
        if leads:
            # Leads of whom something was taken back are read apart: for the others no message id has to be read.
            theirs = f"lead_id IN ({literals(leads)})"
            closely = {bucket_of(lead, table.buckets) for lead in leads}
            again = local_paths(engine, table, [file for file in files if file.filed[BUCKET] in closely])
            taken = f"(lead_id, message_id) NOT IN (SELECT (lead_id, message_id) FROM withdrawn_{table.kind.noun})"
            some = (again, f"{condition} AND {theirs} AND {taken}") if again else None
            condition = f"{condition} AND NOT {theirs}"
        paths = local_paths(engine, table, files)
        hidden = OWN if table.kind.name == "events" else (*OWN, "message_id")
        return engine.interruptibly(
            lambda: kept_parquet(engine.connection, paths, label, hidden=hidden, condition=condition, some=some)
        )

    def _mine(self) -> str:
        return "true" if self.lead is None else f"lead_id = {literal(self.lead)}"

    def _buckets(self, table: ArchiveTable) -> set[int] | None:
        return None if self.lead is None else {bucket_of(self.lead, table.buckets)}

    def _taken_back(self, noun: str) -> list[str]:
        """The leads of whom something of a kind was taken back by then; `withdrawn_<noun>` holds what."""
        table = self.tables.get("retractions")
        if table is None or noun in self.withdrawn:
            return self.withdrawn.get(noun, [])
        files = chosen(table, buckets=self._buckets(table), until=self.moment)
        self.withdrawn[noun] = []
        if files:
            then = "true" if self.moment is None else f"received_at <= {timestamp(self.moment)}"
            self.engine.run(
                f"CREATE OR REPLACE TEMP TABLE withdrawn_{noun} AS SELECT DISTINCT lead_id, message_id"
                f" FROM read_parquet([{literals(paths_of(self.engine, table, files))}], hive_partitioning = false)"
                f" WHERE kind = {literal(noun)} AND {then} AND {self._mine()}"
            )
            found = self.engine.run(f"SELECT DISTINCT lead_id FROM withdrawn_{noun} ORDER BY lead_id")
            self.withdrawn[noun] = [lead for (lead,) in found]
        return self.withdrawn[noun]


def _may_reach(file: DataFile, columns: list[str], start: datetime) -> bool:
    """Whether some row of a file may have happened or become known at a time or later."""
    ends = [file.most.get(column) for column in columns]
    return any(end is None or end >= start for end in ends)
