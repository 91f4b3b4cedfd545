"""Evidence in an archive, for many times: what was taken back counts at the times before that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pyrometer.archive import Snapshot, stand
from pyrometer.archive.files import local_paths, paths_of
from pyrometer.archive.kinds import BUCKET, OWN, bucket_of
from pyrometer.archive.sight import Sight, one_of
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import DataNote, Naming, log_fields
from pyrometer.evidence.answers import trait_log
from pyrometer.evidence.parquetfile import kept_parquet
from pyrometer.evidence.quote import literals
from pyrometer.evidence.reading import read
from pyrometer.evidence.table import Table
from pyrometer.evidence.times import timestamp
from pyrometer.replay.given import Given
from pyrometer.tally import Manifest


@dataclass
class Archived:
    """An archive's events that stand to this day, those that were taken back at some time, and its answers by time."""

    engine: DuckDBEngine
    snapshot: Snapshot
    given: Given
    events: Table | None
    withdrawn_events: Table | None
    folder: Path | None
    manifest: Manifest | None
    notes: tuple[DataNote, ...]
    turns: list[datetime] = field(default_factory=list)
    turned: int = 0

    def at(self, time: datetime) -> str:
        """A time as SQL."""
        return timestamp(time)

    def gone(self, noun: str) -> str:
        """The relation (lead_id, message_id, gone_at) of what was taken back, as SQL."""
        return f"({_gone(self.engine, self.snapshot, noun)})"

    def answers(self, time: datetime) -> Table | None:
        """All answers of whatever time, without those that had been taken back by then."""
        table = self.snapshot.tables.get("traits")
        if table is None:
            return None
        self.turned = self._taken_back(time)
        sight = Sight(self.engine, self.snapshot.place, self.snapshot.tables, time, None)
        return sight.table(table, table.files(), "true")

    def turn_answers(self, time: datetime) -> None:
        """Read the answers again, where some were taken back since they were read."""
        if self._taken_back(time) == self.turned:
            return
        table, con = self.answers(time), self.engine.connection
        fields = log_fields(Naming(self.given.lead_id, self.given.columns))

        def call() -> None:
            log = read(con, "raw_traits", table, fields, label="traits", marked=False)
            trait_log(con, log, self.given.definition.profile, {})

        self.engine.interruptibly(call)

    def _taken_back(self, time: datetime) -> int:
        return sum(moment <= time.replace(tzinfo=None) for moment in self.turns)


def open_archived(engine: DuckDBEngine, snapshot: Snapshot, given: Given) -> Archived:
    """Find out what to read of an archive; the tally beside it is brought up to date and used, where it can be."""
    stood = stand(
        engine,
        snapshot,
        given.definition,
        given.plan,
        as_of=None,
        now=None,
        lists_leads=given.leads is not None,
        direct=given.direct or bool(given.columns),
    )
    events = snapshot.tables.get("events")
    sight = Sight(engine, snapshot.place, snapshot.tables, None, None)
    standing = None if events is None else sight.table(events, events.files(), "true")
    withdrawn = None
    leads = sight.taken_back("event")
    if events is not None and leads:
        buckets = {bucket_of(lead, events.buckets) for lead in leads}
        files = [file for file in events.files() if file.filed[BUCKET] in buckets]
        paths = local_paths(engine, events, files)
        taken = "(lead_id, message_id) IN (SELECT (lead_id, message_id) FROM withdrawn_event)"
        condition = f"{one_of(leads, 'withdrawn_event')} AND {taken}"
        label = f"events of {snapshot.place}"
        withdrawn = engine.interruptibly(
            lambda: kept_parquet(engine.connection, paths, label, hidden=OWN, condition=condition)
        )
    moments = [moment for (moment,) in engine.run(f"SELECT gone_at FROM ({_gone(engine, snapshot, 'answer')})")]
    return Archived(
        engine, snapshot, given, standing, withdrawn, stood.tally, stood.manifest, stood.notes, sorted(moments)
    )


def _gone(engine: DuckDBEngine, snapshot: Snapshot, noun: str) -> str:
    table = snapshot.tables.get("retractions")
    files = [] if table is None else table.files()
    if table is None or not files:
        return "SELECT '' AS lead_id, '' AS message_id, CAST(NULL AS TIMESTAMP) AS gone_at WHERE false"
    paths = literals(paths_of(engine, table, files))
    return (
        "SELECT lead_id, message_id, min(received_at) AS gone_at"
        f" FROM read_parquet([{paths}], hive_partitioning = false) WHERE kind = '{noun}' GROUP BY ALL"
    )
