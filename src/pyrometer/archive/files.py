"""Which files of a table have to be read, and where they are to be found."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Sequence
from datetime import date, datetime

from pyrometer.archive.kinds import BUCKET, MONTH
from pyrometer.archive.storage import download
from pyrometer.archive.tables import ArchiveTable, DataFile, reaches
from pyrometer.engines import DuckDBEngine


def chosen(
    table: ArchiveTable,
    *,
    buckets: Collection[int] | None = None,
    until: datetime | None = None,
    since: date | None = None,
) -> list[DataFile]:
    """The files with rows of some buckets that were known at `until` (UTC) and had happened `since` a day or later."""
    last = None if until is None else until.replace(tzinfo=None)
    times = table.kind.times
    return [
        file
        for file in table.files()
        if (buckets is None or file.filed[BUCKET] in buckets)
        and (last is None or all(reaches(file, column, last) for column in times))
        and (since is None or MONTH not in file.filed or file.filed[MONTH] >= since.isoformat()[:7])
    ]


def paths_of(engine: DuckDBEngine, table: ArchiveTable, files: Sequence[DataFile]) -> list[str]:
    """Where the engine finds files, as it reads them; those of an object storage are fetched first."""
    return [glob.escape(path) for path in local_paths(engine, table, files)]


def local_paths(engine: DuckDBEngine, table: ArchiveTable, files: Sequence[DataFile]) -> list[str]:
    """The same, as the operating system spells it."""
    folder = table.place.table(table.kind.name)
    if table.place.is_local:
        return [os.path.join(folder, file.path) for file in files]
    root = engine.folder / table.kind.name
    return download(table.place, table.kind.name, [file.path for file in files], root)
