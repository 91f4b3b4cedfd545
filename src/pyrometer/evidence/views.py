"""Views that stay from one load to the next: to define one takes a millisecond, as long as to read a few rows."""

from __future__ import annotations

import duckdb

from pyrometer.evidence.quote import ident

Views = dict[str, str]
"""The views that a connection has, by name: how they are defined."""


def define(con: duckdb.DuckDBPyConnection, name: str, select: str, views: Views) -> None:
    """A temporary view, unless `views` knows it with the same definition."""
    if views.get(name) != select:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {ident(name)} AS {select}")
        views[name] = select
