"""The relations that scoring reads, made of the raw inputs: `events`, `traits`, `previous`, and the flat profile."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import duckdb

from pyrometer.evidence.checks import TEMPERATURES
from pyrometer.evidence.fields import Field
from pyrometer.evidence.meaning import FIRST_TIME, LAST_TIME, SQL_TYPE
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.reading import Input, readable
from pyrometer.evidence.typed import typed_select
from pyrometer.evidence.views import Views, define

FLAT = "flat_profile"
REPEATED = "repeated_messages"
FIRST = "first_messages"
_GUARDED = "^'[-=+@\\t\\r]"


def flat_profile(con: duckdb.DuckDBPyConnection, leads: Input | None, fields: Iterable[Field], views: Views) -> None:
    """`flat_profile(lead_id, <traits>)`: the leads as their file has them; none without a file."""
    names = ", ".join(ident(each.name) for each in fields)
    source = f"{ident(leads.relation)} WHERE lead_id IS NOT NULL" if leads else f"({_no_rows(fields)})"
    define(con, FLAT, f"SELECT {names} FROM {source}", views)


def events(
    con: duckdb.DuckDBPyConnection,
    log: Input | None,
    declared: Iterable[str],
    fields: Iterable[Field],
    as_is: Collection[str],
    views: Views,
) -> None:
    """`events(lead_id, event, occurred_at, received_at, message_id, <properties>)`: what exists, each message once.

    `received_at` is when an event became known: as given, else when it happened. Of files that are read in place, the
    texts named in `as_is` may be blank where they would be NULL, and events that aren't declared stand among the
    others: whoever names the events that it wants never meets them.
    """
    fields = tuple(fields)
    if log is None:
        define(con, "events", f"{_columns(fields)} FROM ({_no_rows(fields)})", views)
        return
    source = ident(log.relation)
    sound = f"lead_id IS NOT NULL AND occurred_at BETWEEN {FIRST_TIME} AND {LAST_TIME}"
    if log.in_place is not None:
        fields = tuple(replace(each, as_is=each.name in as_is) for each in fields)
        source = f"({typed_select(log.in_place, fields, bag=True, audited=False)})"
    # Of equal messages the first declared one stays, so what isn't declared has to go before they are compared.
    once = log.in_place is not None and log.in_place.once
    if log.in_place is None or ("message_id" in log.given and not once):
        sound += f" AND event IN ({literals(declared) or 'NULL'})"
    rows = f"SELECT * FROM {source} WHERE {sound}"
    if "message_id" in log.given and not once and _repeats(con, rows, log.label):
        rows = _first_known(con, rows, fields)
    define(con, "events", f"{_columns(fields)} FROM ({rows})", views)


def _columns(fields: tuple[Field, ...]) -> str:
    properties = "".join(f", {ident(each.name)}" for each in fields[5:])
    received = "coalesce(received_at, occurred_at) AS received_at"
    return f"SELECT lead_id, event, occurred_at, {received}, message_id{properties}"


def _repeats(con: duckdb.DuckDBPyConnection, rows: str, label: str) -> int:
    """Collects the messages that a lead has more than once, by their hashes, which are small and of one size."""
    with readable(label):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {REPEATED} AS SELECT hash(lead_id, message_id) AS mark"
            f" FROM ({rows}) WHERE message_id IS NOT NULL GROUP BY mark HAVING count(*) > 1"
        )
    ((count,),) = con.fetchall()
    return int(count)


def _first_known(con: duckdb.DuckDBPyConnection, rows: str, fields: tuple[Field, ...]) -> str:
    """Of a lead's rows with the same message id the one that existed first; the order of all columns breaks ties.

    Only messages that occur more than once are compared, and only now, so a handful of repeats costs little.
    """
    known = "greatest(occurred_at, coalesce(received_at, occurred_at))"
    order = ", ".join([known, "occurred_at", *(f"{ident(each.name)} NULLS FIRST" for each in fields)])
    names = ", ".join(ident(each.name) for each in fields)
    marks = f"(SELECT mark FROM {REPEATED})"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {FIRST} AS SELECT {names} FROM ({rows})"
        f" WHERE message_id IS NOT NULL AND hash(lead_id, message_id) IN {marks}"
        f" QUALIFY row_number() OVER (PARTITION BY lead_id, message_id ORDER BY {order}) = 1"
    )
    once = f"SELECT {names} FROM ({rows}) WHERE message_id IS NULL OR hash(lead_id, message_id) NOT IN {marks}"
    return f"{once} UNION ALL SELECT {names} FROM {FIRST}"


def previous(con: duckdb.DuckDBPyConnection, earlier: Input | None, fields: Iterable[Field], views: Views) -> None:
    """`previous(lead_id, temperature)`: the earlier temperature of each lead that has one.

    Readings written as CSV have an apostrophe before an id that a spreadsheet would take for a formula; it goes again.
    """
    known = f"lead_id IS NOT NULL AND temperature IN ({literals(TEMPERATURES)})"
    source = f"{ident(earlier.relation)} WHERE {known}" if earlier else f"({_no_rows(fields)})"
    lead = f"CASE WHEN regexp_matches(lead_id, {literal(_GUARDED)}) THEN substr(lead_id, 2) ELSE lead_id END AS lead_id"
    # An id may stand there with and without the apostrophe; a lead has one earlier temperature all the same.
    once = f"SELECT lead_id, min(temperature) AS temperature FROM (SELECT {lead}, temperature FROM {source}) GROUP BY 1"
    define(con, "previous", once, views)


def _no_rows(fields: Iterable[Field]) -> str:
    columns = ", ".join(f"CAST(NULL AS {SQL_TYPE[each.kind]}) AS {ident(each.name)}" for each in fields)
    return f"SELECT {columns} WHERE false"
