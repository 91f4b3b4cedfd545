"""Keeps what SQLite knows of its tables fresh: PostgreSQL has a process of its own for that."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

EVERY = timedelta(hours=6)
ROWS = 1000
"""Rows of an index that are looked at, at most: enough for choosing between indexes, and quick in any table."""


def tend(now: datetime) -> int:
    """The job `clock.tend`: count what stands in the tables, from a part of each index."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={ROWS}")
            # Not `optimize`: that looks only at tables which this very connection has asked something of.
            cursor.execute("ANALYZE")
    return 0
