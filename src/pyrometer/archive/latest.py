"""The latest evidence in an archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pyrometer.archive.files import paths_of
from pyrometer.archive.tables import ArchiveTable, DataFile
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import literals
from pyrometer.evidence.times import moment, timestamp

_ROUNDED = timedelta(milliseconds=1)
"""How far bounds in the log may be off: some writers keep milliseconds only."""


def latest(engine: DuckDBEngine, tables: Iterable[ArchiveTable], now: datetime | None) -> datetime | None:
    """The latest time (UTC), up to `now`, at which anything happened or was learned; None without one.

    Outcomes are no evidence of what a lead was like, and don't count.
    """
    limit = None if now is None else now.astimezone(UTC).replace(tzinfo=None)
    found = [_latest(engine, table, limit) for table in tables if table.kind.name != "outcomes"]
    return max((time for time in found if time is not None), default=None)


def _latest(engine: DuckDBEngine, table: ArchiveTable, limit: datetime | None) -> datetime | None:
    times = table.kind.times
    files = [file for file in table.files() if file.rows]
    reachable = [_reach(file, times) for file in files]
    # The bounds of a file that goes beyond the limit don't say what it holds before it.
    crossing = [limit is not None and _crosses(file, times, limit) for file in files]
    sure = [end for end, crosses in zip(reachable, crossing, strict=True) if end is not None and not crosses]
    highest = max(sure, default=None)
    # Only files that come near the highest bound can hold it; a file that doesn't say is looked at, too.
    asked = [
        file
        for file, end, crosses in zip(files, reachable, crossing, strict=True)
        if end is None or crosses or (highest is not None and highest - end <= _ROUNDED)
    ]
    if not asked:
        return None
    before = "" if limit is None else f" FILTER ({{}} <= {timestamp(limit)})"
    maxima = ", ".join(f"epoch_us(max({name}){before.format(name)})" for name in times)
    paths = literals(paths_of(engine, table, asked))
    row = engine.run(f"SELECT {maxima} FROM read_parquet([{paths}], hive_partitioning = false)")[0]
    return max((time for micros in row if (time := moment(micros)) is not None), default=None)


def _reach(file: DataFile, times: list[str]) -> datetime | None:
    """The latest time that a file may hold; None where it doesn't say."""
    ends = [end for column in times if (end := file.most.get(column)) is not None]
    return max(ends) if len(ends) == len(times) else None


def _crosses(file: DataFile, times: list[str], limit: datetime) -> bool:
    """Whether a file goes beyond a limit, so that its bounds don't tell the latest time before it."""
    return any((end := file.most.get(column)) is None or end > limit for column in times)
