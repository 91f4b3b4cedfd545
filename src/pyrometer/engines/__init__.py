"""Where queries run. An engine is one module here; the SQL it runs is built in `pyrometer.sql`."""

from pyrometer.engines.duckdb import DuckDBEngine, Progress

__all__ = ["DuckDBEngine", "Progress"]
