"""Reading tables of an archive in an engine, as they stood at a moment: without what was taken back by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from pyrometer.archive.files import chosen, local_paths, paths_of
from pyrometer.archive.kinds import BUCKET, OWN, Name, bucket_of
from pyrometer.archive.place import Place
from pyrometer.archive.tables import ArchiveTable, DataFile
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.parquetfile import kept_parquet
from pyrometer.evidence.quote import literal, literals
from pyrometer.evidence.table import Table
from pyrometer.evidence.times import timestamp

SPELLED = 1000
"""Up to how many leads are named in a condition."""


@dataclass
class Sight:
    """Tables of an archive as seen at a moment (None: all there is), for one lead or all, in an engine."""

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
        files = chosen(table, buckets=self._buckets(table), until=self.moment)
        # A log that has said nothing yet is a log all the same: it names no leads, where none would name all.
        return self.table(table, files or table.files()[:1], self._mine())

    def table(self, table: ArchiveTable, files: list[DataFile], condition: str) -> Table | None:
        """Some files of a table without what was taken back by then."""
        engine, label = self.engine, f"{table.kind.name} of {self.place}"
        leads = self.taken_back(table.kind.noun)
        some = None
        if leads:
            # Leads of whom something was taken back are read apart: for the others no message id has to be read.
            theirs = one_of(leads, f"withdrawn_{table.kind.noun}")
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

    def taken_back(self, noun: str) -> list[str]:
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


def one_of(leads: Sequence[str], relation: str) -> str:
    """The condition that a row is of some leads, which are those of a relation.

    Few are named, so that parts of files are skipped; with many, the SQL would outgrow what it reads.
    """
    if len(leads) <= SPELLED:
        return f"lead_id IN ({literals(leads)})"
    return f"lead_id IN (SELECT lead_id FROM {relation})"


def _may_reach(file: DataFile, columns: list[str], start: datetime) -> bool:
    """Whether some row of a file may have happened or become known at a time or later."""
    ends = [file.most.get(column) for column in columns]
    return any(end is None or end >= start for end in ends)
