"""An archive as it was at one moment, and runs that read it while others write."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pyrometer.archive.kinds import Name
from pyrometer.archive.place import Place
from pyrometer.archive.tables import ArchiveTable, open_table
from pyrometer.errors import EvidenceError

Result = TypeVar("Result")


@dataclass
class Snapshot:
    """Tables of an archive at the versions that they had when it was opened, whatever is written after.

    `pieces` are the files of its tally that are read besides.
    """

    place: Place
    tables: Mapping[Name, ArchiveTable]
    pieces: list[Path] = field(default_factory=list)

    def has_lost(self) -> bool:
        """Whether some of its files have gone since."""
        if not all(piece.exists() for piece in self.pieces):
            return True
        try:
            return any(map(_has_lost, self.tables.values()))
        except EvidenceError:
            return False  # a storage that doesn't answer: what went wrong before says more


def _has_lost(table: ArchiveTable) -> bool:
    paths = [file.path for file in table.files()]
    if table.place.is_local:
        folder = table.place.table(table.kind.name)
        return not all(os.path.exists(os.path.join(folder, path)) for path in paths)
    newer = open_table(table.place, table.kind.name)
    return newer is None or not {file.path for file in newer.files()}.issuperset(paths)


def steadily(
    opened: Callable[[], Mapping[str, Snapshot]],
    call: Callable[[Mapping[str, Snapshot]], Result],
    *,
    again: Callable[[], None] | None = None,
    checked: bool = False,
) -> Result:
    """What a call gives that reads archives as they are when opened, though others erase leads and clean up.

    Where files go that it reads, it is called once more, with the archives as they are then; first `again` clears away
    what the first call left. Without `again` it is called just once. `checked` says that it may pass over files that
    have gone without a word. Raises EvidenceError where files went each time.
    """
    while True:
        snapshots = opened()
        try:
            result = call(snapshots)
            lost = _lost(snapshots) if checked else []
            if not lost:
                return result
        except EvidenceError:
            lost = _lost(snapshots)
            if not lost:
                raise
        if again is None:
            break
        again()
        again = None
    raise EvidenceError(
        f"files of the archive {lost[0]} went while it was read: somebody erased a lead or cleaned up; run it again"
    )


def _lost(snapshots: Mapping[str, Snapshot]) -> list[Place]:
    return [snapshot.place for snapshot in snapshots.values() if snapshot.has_lost()]
