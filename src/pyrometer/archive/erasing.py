"""Erasing leads: the files that name them are written again without them, and nothing of the old ones stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pyrometer.archive.files import local_paths
from pyrometer.archive.kinds import BUCKET, MONTH, Name, bucket_of, bucket_sql, month_sql
from pyrometer.archive.place import place_of, sole_writer, told
from pyrometer.archive.tables import ATTEMPTS, ArchiveTable, DataFile, open_all, require_delta
from pyrometer.archive.writing import drafted, removed
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence.quote import ident, literals
from pyrometer.tally import erasing

TALLY = "tally"
"""The folder of an archive that holds its tally."""


@dataclass(frozen=True)
class Erased:
    """What erasing did: rows that went, by table; files written again; rows that went from the tally.

    `removed` are files that went, because nothing names them any longer: those that were written again are among them.
    """

    rows: dict[Name, int]
    rewritten: int
    tallied: int
    removed: int = 0


def erase(
    archive: str | Path,
    leads: Collection[str],
    *,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Erased:
    """Remove all rows of some leads, from every file of an archive and from its tally, for good.

    Earlier versions of the tables can't be read any longer: their files are gone. A second run completes what a killed
    one began. Raises EvidenceError or UsageError; leads that the archive doesn't know count 0 rows.
    """
    require_delta()
    if not leads:
        raise UsageError("no lead to erase")
    place = place_of(archive)
    rows: dict[Name, int] = {}
    rewritten = gone = 0
    with (
        ExitStack() as held,
        DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress) as engine,
    ):
        open_all(place)  # where there is no archive, nothing is made, not even a lock
        held.enter_context(sole_writer(place))
        tally = None
        if place.is_local:
            folder = Path(place.address) / TALLY
            before = set(folder.glob("*.parquet"))
            tally = held.enter_context(erasing(engine, folder, leads))
            gone += len(before.difference(folder.glob("*.parquet")))
        for name, table in open_all(place).items():
            rows[name], files = _erase(engine, table, leads)
            rewritten += files
            gone += len(clean(table))
        return Erased(rows, rewritten, 0 if tally is None else tally.finish(), gone)


def clean(table: ArchiveTable, hours: int = 0) -> list[str]:
    """Remove the files that no version later than so many hours ago names; their paths.

    On an object storage, where somebody may be about to commit files, those that no version ever named stay a day.
    """
    gone = _vacuum(table, hours, full=table.place.is_local)
    if not table.place.is_local:
        gone += _vacuum(table, max(hours, 24), full=True)
    table.reload()
    return gone


def _vacuum(table: ArchiveTable, hours: int, *, full: bool) -> list[str]:
    with told(table.place, "clean up"):
        # Looking first, because cleaning up is noted in the log even where there is nothing to do.
        found = table.delta.vacuum(hours, enforce_retention_duration=False, full=full)
        if table.place.is_local:
            folder = Path(table.place.table(table.kind.name))
            found = [path for path in found if (folder / path).exists()]
        if found:
            table.delta.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=full)
    return found


def _erase(engine: DuckDBEngine, table: ArchiveTable, leads: Collection[str]) -> tuple[int, int]:
    """The rows that went, and the files that were written again, in one commit."""
    from deltalake.exceptions import CommitFailedError

    buckets = {bucket_of(lead, table.buckets) for lead in leads}
    for _ in range(ATTEMPTS):
        files = [file for file in table.files() if file.filed[BUCKET] in buckets]
        touched, rows = _naming(engine, table, files, leads)
        if not touched:
            return 0, 0
        paths = local_paths(engine, table, touched)
        select = f"{again(table, paths)} WHERE lead_id NOT IN ({literals(leads)})"
        try:
            with drafted(engine, table, select) as draft:
                draft.commit(removed(touched), what=f"erase from {table.kind.name}")
        except CommitFailedError:
            table.reload()
            continue
        return rows, len(touched)
    raise EvidenceError(
        f"others keep writing the archive {table.place}: {ATTEMPTS} attempts to erase failed; try again"
    )


def again(table: ArchiveTable, paths: Sequence[str]) -> str:
    """The rows of some files of a table, with what they are filed by."""
    import glob

    names = literals(glob.escape(path) for path in paths)
    lead = f"{bucket_sql('lead_id', table.buckets)} AS {BUCKET}"
    filed = f"{month_sql(table.kind.month_of)} AS {MONTH}, {lead}" if table.kind.month_of else lead
    return f"SELECT *, {filed} FROM read_parquet([{names}], hive_partitioning = false, union_by_name = true)"


def _naming(
    engine: DuckDBEngine, table: ArchiveTable, files: Sequence[DataFile], leads: Collection[str]
) -> tuple[list[DataFile], int]:
    """Of some files those that name a lead, and in how many rows."""
    if not files:
        return [], 0
    import glob

    paths = local_paths(engine, table, files)
    names = literals(glob.escape(path) for path in paths)
    found = dict(
        engine.run(
            f"SELECT filename, count(*) FROM read_parquet([{names}], hive_partitioning = false, filename = true)"
            f" WHERE {ident('lead_id')} IN ({literals(leads)}) GROUP BY filename"
        )
    )
    touched = [file for file, path in zip(files, paths, strict=True) if path in found]
    return touched, sum(found.values())
