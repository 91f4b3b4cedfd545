"""Compacting: many small files become few, and files that no recent version names go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pyrometer.archive.erasing import again, clean
from pyrometer.archive.files import local_paths
from pyrometer.archive.kinds import BUCKET, MONTH
from pyrometer.archive.place import place_of, sole_writer
from pyrometer.archive.tables import ArchiveTable, DataFile, open_all, require_delta
from pyrometer.archive.writing import drafted, removed
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import EvidenceError

LARGE = 128 << 20
"""Bytes from which a file is left alone."""

KEPT_HOURS = 7 * 24
"""Hours that files stay after they were replaced, for those who still read an earlier version."""


@dataclass(frozen=True)
class Compacted:
    """Files before and after, and how many old ones were removed."""

    before: int
    after: int
    removed: int


def compact(
    archive: str | Path,
    *,
    keep_hours: int = KEPT_HOURS,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Compacted:
    """Put the small files of each month and bucket together, and remove those replaced more than `keep_hours` ago.

    No row changes. Who reads a version older than that meanwhile is told to read again. Raises EvidenceError or
    UsageError; what was put together before an error stays so.
    """
    require_delta()
    place = place_of(archive)
    before = after = gone = 0
    with DuckDBEngine(memory_limit=memory_limit, threads=threads) as engine:
        open_all(place)  # where there is no archive, nothing is made, not even a lock
        with sole_writer(place):
            tables = open_all(place)
            for number, table in enumerate(tables.values()):
                groups = _groups(table.files())
                before += len(table.files())
                for done, files in enumerate(groups):
                    _merge(engine, table, files)
                    if progress is not None:
                        progress((number + (done + 1) / len(groups)) / len(tables))
                gone += len(clean(table, keep_hours))
                after += len(table.files())
    return Compacted(before, after, gone)


def _groups(files: Sequence[DataFile]) -> list[list[DataFile]]:
    """Small files of the same month (or of a table without months) that are worth a commit together."""

    def month(file: DataFile) -> Any:
        return file.filed.get(MONTH) or ""

    def bucket(file: DataFile) -> Any:
        return file.filed[BUCKET]

    found = []
    for _, of_month in groupby(sorted(files, key=lambda file: (month(file), bucket(file))), month):
        group: list[DataFile] = []
        for _, of_bucket in groupby(of_month, bucket):
            small = [file for file in of_bucket if file.size < LARGE]
            group += small if len(small) > 1 else []
        if group:
            found.append(group)
    return found


def _merge(engine: DuckDBEngine, table: ArchiveTable, files: Sequence[DataFile]) -> None:
    from deltalake.exceptions import CommitFailedError

    try:
        with drafted(engine, table, again(table, local_paths(engine, table, files)), changes=False) as draft:
            draft.commit(removed(files, changes=False), what=f"compact {table.kind.name}", exactly=False)
    except CommitFailedError:
        raise EvidenceError(f"somebody erased from the archive {table.place} meanwhile; compact it again") from None
