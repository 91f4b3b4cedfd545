"""What other engines are told of an archive whose files they read themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pyrometer.archive.kinds import KINDS, Name
from pyrometer.archive.latest import latest
from pyrometer.archive.place import place_of
from pyrometer.archive.sight import Sight
from pyrometer.archive.snapshot import Snapshot
from pyrometer.archive.tables import open_table, require_delta
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError

READ: tuple[Name, ...] = ("events", "traits")
"""The tables that others read."""


def open_inputs(archives: Mapping[str, str]) -> dict[str, Snapshot]:
    """The archives of inputs, by the inputs' names; one that several inputs name is opened once.

    Raises UsageError for an input that archives don't hold; EvidenceError where there is no such table, or one whose
    files don't say what it holds.
    """
    if archives:
        require_delta()
    places = {label: place_of(archive) for label, archive in archives.items()}
    opened = {}
    for place in dict.fromkeys(places.values()):
        labels = [label for label in places if places[label] == place]
        for label in labels:
            if label not in READ:
                raise UsageError(f"{label}: an archive holds {' and '.join(READ)}; name a table or files")
        wanted = [name for name in KINDS if name in labels or name == "retractions"]
        found = {name: table for name in wanted if (table := open_table(place, name)) is not None}
        for label in labels:
            if label not in found:
                raise EvidenceError(
                    f"{label}: {place} holds no archive with {label}; `pyrometer archive append` adds some"
                )
        opened[place] = Snapshot(place, found)
    return {label: opened[place] for label, place in places.items()}


def current_files(snapshot: Snapshot, label: str) -> list[str]:
    """The Parquet files of a table: paths as the system spells them, or URLs, in a fixed order; none where it is empty.

    What was taken back is in them.
    """
    return [
        f"{snapshot.place.table(name)}/{file.path}"
        for name, table in snapshot.tables.items()
        if name == label
        for file in table.files()
    ]


def latest_known(engine: DuckDBEngine, snapshot: Snapshot, label: str, now: datetime | None) -> datetime | None:
    """The latest time up to `now` at which anything in a table happened, was learned or was taken back."""
    return latest(engine, [table for name, table in snapshot.tables.items() if name in (label, "retractions")], now)


def withdrawn(engine: DuckDBEngine, snapshot: Snapshot, label: str, moment: datetime | None) -> list[tuple[str, str]]:
    """What had been taken back by then (None: ever) of a table that others read: leads with ids of messages."""
    (noun,) = (kind.noun for kind in KINDS.values() if kind.name == label)
    leads = Sight(engine, snapshot.place, snapshot.tables, moment, None).taken_back(noun)
    return [(lead, message) for lead, message in engine.run(f"SELECT * FROM withdrawn_{noun}")] if leads else []
