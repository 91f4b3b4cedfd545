"""What other engines are told of an archive whose files they read themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pyrometer.archive.kinds import KINDS, Name
from pyrometer.archive.latest import latest
from pyrometer.archive.place import place_of
from pyrometer.archive.standing import steady
from pyrometer.archive.tables import open_table, require_delta
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError

READ = ("events", "traits")
"""The tables that others read."""


def current_files(archive: str, label: str) -> list[str]:
    """The Parquet files of a table as it is now: paths as the system spells them, or URLs, in a fixed order.

    What was taken back is in them. Raises UsageError for an input that archives don't hold; EvidenceError where there
    is no such table, nothing in it, or one whose files don't say what it holds.
    """
    require_delta()
    place = place_of(archive)
    name = next((name for name in KINDS if name == label and name in READ), None)
    if name is None:
        raise UsageError(f"{label}: an archive holds {' and '.join(READ)}; name a table or files")
    table = open_table(place, name)
    if table is None:
        raise EvidenceError(f"{label}: {place} holds no archive with {label}; `pyrometer archive append` adds some")
    files = table.files()
    if not files:
        raise EvidenceError(f"{label}: the archive's table {place.table(name)} is empty")
    return [f"{place.table(name)}/{file.path}" for file in files]


def latest_known(engine: DuckDBEngine, archive: str, names: Collection[Name], now: datetime | None) -> datetime | None:
    """The latest time up to `now` at which anything in some tables happened, was learned or was taken back."""
    require_delta()
    place = place_of(archive)
    tables = [open_table(place, name) for name in (*names, "retractions")]
    with steady(place):
        return latest(engine, [table for table in tables if table is not None], now)
