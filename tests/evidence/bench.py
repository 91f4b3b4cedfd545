"""What the tests of evidence share: small definitions, files with given bytes, and a loaded connection to look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pyrometer import load
from pyrometer.definition import Definition
from pyrometer.evidence import DataNote, Evidence, audit, load_evidence, profile_as_of

PROFILE: dict[str, Any] = {
    "industry": {"type": "text", "unknown": ["NA"]},
    "employees": {"type": "integer", "unknown": ["-1"]},
    "revenue": {"type": "number"},
    "opted_in": {"type": "boolean"},
    "buying_on": {"type": "date"},
    "channel": {"type": "text", "column": "Lead Source"},
}
EVENTS: dict[str, Any] = {
    "page_viewed": {"properties": {"topic": "text", "seconds": "integer"}},
    "demo_requested": {},
}


def definition(profile: Mapping[str, Any] = PROFILE, events: Mapping[str, Any] = EVENTS) -> Definition:
    """A definition with these traits and events, and as little else as there may be."""
    anything = {"trait": next(iter(profile)), "known": True} if profile else {"event": next(iter(events))}
    return load(
        {
            "format": 1,
            "name": "Evidence",
            "profile": profile,
            "events": events,
            "temperature": {"hot": {"when": anything}},
        }
    )


class Bench:
    """A connection with loaded evidence."""

    def __init__(self, given: Definition | None = None, **sources: Any) -> None:
        self.definition = given or definition()
        self.con = duckdb.connect()
        self.evidence: Evidence = load_evidence(self.con, self.definition, **sources)

    def rows(self, relation: str, columns: str = "*", order: str = "ALL") -> list[tuple[Any, ...]]:
        """The rows of a relation, in order."""
        return self.con.execute(f"SELECT {columns} FROM {relation} ORDER BY {order}").fetchall()

    def profile(
        self, columns: str = "*", *, as_of: datetime | None = None, dated: Collection[str] = ()
    ) -> list[tuple[Any, ...]]:
        """The rows of the profile at a time."""
        moment = as_of or datetime(2026, 6, 30, tzinfo=UTC)
        profile_as_of(self.con, self.definition, self.evidence, moment, dated=dated)
        return self.rows("profile", columns)

    def audit(self, **words: Any) -> list[str]:
        """The findings as text."""
        return said(audit(self.con, self.definition, self.evidence, **words))

    @property
    def notes(self) -> list[str]:
        """The notes as text."""
        return said(self.evidence.notes)


def said(notes: Iterable[DataNote]) -> list[str]:
    """Notes as text."""
    return [str(note) for note in notes]


def write(path: Path, content: str | bytes) -> Path:
    """A file with exactly these bytes (texts in UTF-8)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_parquet(path: Path, select: str) -> Path:
    """A Parquet file with the rows of a query."""
    with duckdb.connect() as con:
        con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path
