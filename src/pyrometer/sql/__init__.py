"""Builds the SQL of a plan. The only importer of sqlglot; names and values never become SQL by pasting text."""

from pyrometer.sql.build import integer, parameter
from pyrometer.sql.dialects import DIALECTS, Dialect
from pyrometer.sql.dialects.duckdb import DuckDB
from pyrometer.sql.export import current_moment, export_select, standalone
from pyrometer.sql.layers import Layout
from pyrometer.sql.meaning import FAMILIES
from pyrometer.sql.readings import Options, Query, build_query
from pyrometer.sql.signals import Moment, SignalColumn, signal_columns
from pyrometer.sql.sources import (
    CALENDAR,
    PREVIOUS,
    SourceField,
    Sources,
    SourceTable,
    latest_select,
    repeated_select,
    some_leads,
)
from pyrometer.sql.tallies import Part, Tallied, tally_select, tally_values

__all__ = [
    "CALENDAR",
    "DIALECTS",
    "FAMILIES",
    "PREVIOUS",
    "Dialect",
    "DuckDB",
    "Layout",
    "Moment",
    "Options",
    "Part",
    "Query",
    "SignalColumn",
    "SourceField",
    "SourceTable",
    "Sources",
    "Tallied",
    "build_query",
    "current_moment",
    "export_select",
    "integer",
    "latest_select",
    "parameter",
    "repeated_select",
    "signal_columns",
    "some_leads",
    "standalone",
    "tally_select",
    "tally_values",
]
