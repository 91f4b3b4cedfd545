"""What a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyrometer.evidence import Evidence
from pyrometer.plan import Plan
from pyrometer.reader import RowReader
from pyrometer.sql import DuckDB

DUCKDB = DuckDB(in_doubles=True)
"""DuckDB's dialect as it is run here; what people read adds whole numbers only."""


@dataclass
class Run:
    """A query that has run: its rows are in the engine's relation `readings`."""

    plan: Plan
    reader: RowReader
    evidence: Evidence
    as_of: datetime
    basis: str
