"""Retractions: rows that take back others, told by their ids or as they were appended."""

from __future__ import annotations

from contextlib import ExitStack

from pyrometer.archive.files import paths_of
from pyrometer.archive.identity import NAMED
from pyrometer.archive.kinds import BUCKET, KINDS, Kind, bucket_sql
from pyrometer.archive.place import Place
from pyrometer.archive.tables import ArchiveTable, DataFile, open_table
from pyrometer.archive.taking import Taken, settled, take
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence import DataNote, Source
from pyrometer.evidence.fields import Naming
from pyrometer.evidence.quote import literals


def take_back(engine: DuckDBEngine, source: Source, naming: Naming) -> tuple[Taken, Kind]:
    """Retractions are read as what they take back, told by their columns; what is read, and as what."""
    optional = frozenset({"event", "occurred_at", "trait", "value", "outcome", "decided_at"})
    told = KINDS["traits"]
    with ExitStack() as keep:
        whole = settled(source, "retractions", keep)
        taken = take(engine, told, whole, naming, optional)
        for other in (KINDS["outcomes"], KINDS["events"]):
            if told.needed[1] not in taken.input.given:
                told, taken = other, take(engine, other, whole, naming, optional)
    nothing = isinstance(whole, list) and not whole
    if not nothing and "message_id" not in taken.input.given and not set(told.needed) <= taken.input.given:
        raise EvidenceError(
            f"{taken.input.label}: can't tell what is taken back; give `lead_id` and `message_id`, or the rows as they"
            " were appended"
        )
    return taken, told


def as_retractions(engine: DuckDBEngine, kind: Kind) -> int:
    """Makes of the rows of `named` what takes them back; how many there are."""
    what = kind.noun
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {NAMED} AS"
        f" SELECT DISTINCT lead_id, '{what}' AS kind, message_id, received_at FROM {NAMED}"
    )
    ((count,),) = engine.run(f"SELECT count(*) FROM {NAMED}")
    return int(count)


def unmatched(engine: DuckDBEngine, place: Place, kind: Kind, label: str) -> list[DataNote]:
    """A note on retractions in `named` of what the archive doesn't hold: they may have come first, or name another."""
    table = open_table(place, kind.name)
    files = [] if table is None else files_of_named(engine, table)
    there = "SELECT '' AS lead_id, '' AS message_id WHERE false"
    if table is not None and files:
        paths = literals(paths_of(engine, table, files))
        there = f"SELECT lead_id, message_id FROM read_parquet([{paths}], hive_partitioning = false)"
    ((count,),) = engine.run(f"SELECT count(*) FROM {NAMED} ANTI JOIN ({there}) USING (lead_id, message_id)")
    if not count:
        return []
    what = f"{count:,} retraction{'s' * (count > 1)} of {kind.name if kind.name != 'traits' else 'answers'}"
    return [
        DataNote(
            "note",
            label,
            f"{what} that the archive doesn't hold",
            why="kept, for when they come",
            fix="if they should be there, look at `lead_id` and `message_id`",
            count=count,
        )
    ]


def files_of_named(engine: DuckDBEngine, table: ArchiveTable) -> list[DataFile]:
    """The files of a table that may name leads of `named`."""
    buckets = engine.run(f"SELECT DISTINCT {bucket_sql('lead_id', table.buckets)} FROM {NAMED}")
    mine = {bucket for (bucket,) in buckets}
    return [file for file in table.files() if file.filed[BUCKET] in mine]
