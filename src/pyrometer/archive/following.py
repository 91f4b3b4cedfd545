"""An archive as the log that a tally follows."""

from __future__ import annotations

from pyrometer.archive.files import paths_of
from pyrometer.archive.kinds import BUCKET, MONTH, bucket_of
from pyrometer.archive.sight import Sight, one_of
from pyrometer.archive.tables import ArchiveTable, DataFile, since
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import literals
from pyrometer.evidence.table import Table
from pyrometer.tally import TOUCHED, Log


def log_of(reader: Sight, events: ArchiveTable) -> Log:
    """The archive as a log that a tally can follow."""
    retractions = reader.tables.get("retractions")

    def reading(engine: DuckDBEngine) -> Sight:
        return Sight(engine, reader.place, reader.tables, None, None)

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
        condition = f"{one_of(leads, TOUCHED)} AND archive_version <= {int(known)}"
        return reading(engine).table(events, files, condition)

    version = 0 if retractions is None else retractions.version
    return Log(events.id, events.version, version, whole, fresh, touch, again)


def _of_leads(table: ArchiveTable, leads: list[str]) -> list[DataFile]:
    buckets = {bucket_of(lead, table.buckets) for lead in leads}
    return [file for file in table.files() if file.filed[BUCKET] in buckets]
