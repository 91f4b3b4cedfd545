"""Builds the SQL of a plan. The only importer of sqlglot; names and values never become SQL by pasting text."""

from pyrometer.sql.build import integer, parameter
from pyrometer.sql.dialects import DIALECTS, Dialect
from pyrometer.sql.dialects.duckdb import DuckDB
from pyrometer.sql.export import export_select
from pyrometer.sql.layers import Layout
from pyrometer.sql.lookups import latest_select, repeated_select, some_leads
from pyrometer.sql.meaning import FAMILIES
from pyrometer.sql.readable import assembled
from pyrometer.sql.readings import Options, Query, build_query
from pyrometer.sql.rows import SourceField, SourceTable, can_look_into
from pyrometer.sql.signals import Moment, SignalColumn, signal_columns
from pyrometer.sql.sources import CALENDAR, PREVIOUS, WITHDRAWN, Sources
from pyrometer.sql.statement import Statement, calendar_step, header, integer_type, relation_step, template
from pyrometer.sql.tallies import Part, Tallied, tally_select, tally_values

__all__ = [
    "CALENDAR",
    "DIALECTS",
    "FAMILIES",
    "PREVIOUS",
    "WITHDRAWN",
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
    "Statement",
    "Tallied",
    "assembled",
    "build_query",
    "calendar_step",
    "can_look_into",
    "export_select",
    "header",
    "integer",
    "integer_type",
    "latest_select",
    "parameter",
    "relation_step",
    "repeated_select",
    "signal_columns",
    "some_leads",
    "tally_select",
    "tally_values",
    "template",
]
