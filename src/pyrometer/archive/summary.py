"""What an archive holds, from its log alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyrometer.archive.kinds import Name
from pyrometer.archive.place import place_of
from pyrometer.archive.tables import ArchiveTable, open_all, require_delta


@dataclass(frozen=True)
class Holding:
    """One table: version, rows, files, bytes; the first and last times in it, and when it was last written (UTC)."""

    version: int
    rows: int
    files: int
    bytes: int
    first: datetime | None
    last: datetime | None
    written: datetime | None


@dataclass(frozen=True)
class Info:
    """What an archive holds, by table, and over how many buckets its leads are spread."""

    place: str
    buckets: int
    tables: dict[Name, Holding]

    @property
    def latest(self) -> datetime | None:
        """The latest time at which anything happened or was learned."""
        return max((each.last for each in self.tables.values() if each.last is not None), default=None)


def info(archive: str | Path) -> Info:
    """What an archive holds. Raises UsageError where there is none, EvidenceError if it can't be read."""
    require_delta()
    place = place_of(archive)
    tables = open_all(place)
    return Info(
        str(place), next(iter(tables.values())).buckets, {name: _holding(table) for name, table in tables.items()}
    )


def _holding(table: ArchiveTable) -> Holding:
    files = table.files()
    first = [file.least.get(table.kind.times[0]) for file in files]
    last = [file.most.get(column) for file in files for column in table.kind.times]
    history = table.delta.history(1)
    written = datetime.fromtimestamp(history[0]["timestamp"] / 1000, UTC) if history else None
    return Holding(
        table.version,
        sum(file.rows for file in files),
        len(files),
        sum(file.size for file in files),
        min((time.replace(tzinfo=UTC) for time in first if time is not None), default=None),
        max((time.replace(tzinfo=UTC) for time in last if time is not None), default=None),
        written,
    )
