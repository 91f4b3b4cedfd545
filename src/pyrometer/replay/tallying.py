"""A tally in the engine itself: events are read once, however many times are replayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident
from pyrometer.plan import Plan
from pyrometer.plan.measures import measures_needed
from pyrometer.plan.model import Signal
from pyrometer.runs import day_number
from pyrometer.sql import DIALECTS, Part, SignalColumn, Tallied, signal_columns, tally_select, tally_values

DAY = "CAST(epoch_us({}) // 86400000000 AS BIGINT)"
"""The number of a time's UTC day, as SQL."""


def tally_events(engine: DuckDBEngine, plan: Plan, name: str, *, has_received_at: bool) -> Tallied | None:
    """Count the relation `events` by lead and day, in relations whose names begin with `name`.

    None where a rule compares a property with the as-of date, which can't be counted ahead.
    """
    measures = [plan.measures[index] for index in measures_needed(plan, explain=False)]
    measures = [measure for measure in measures if measure.signal.events]
    if any(measure.signal.looks_at_as_of for measure in measures):
        return None
    dialect = DIALECTS["duckdb"]
    columns: dict[SignalColumn, str] = {key: f"c{n}" for n, key in enumerate(signal_columns(measures), start=1)}
    parts: tuple[Part, ...] = ()
    if columns:
        select = tally_select(plan, list(columns), list(columns.values()), dialect, has_received_at=has_received_at)
        # A lead's rows stand together, which makes the sums over them quicker.
        _make(engine, name, f"{select.sql(dialect='duckdb')} ORDER BY lead_id, day")
        parts = (Part(name, columns),)
    values: dict[tuple[Signal, str], tuple[str, ...]] = {}
    for measure in measures:
        if measure.distinct is not None and (measure.signal, measure.distinct) not in values:
            table = f"{name}_values_{len(values) + 1}"
            select = tally_values(measure.signal, measure.distinct, dialect, has_received_at=has_received_at)
            _make(engine, table, select.sql(dialect="duckdb"))
            values[measure.signal, measure.distinct] = (table,)
    return Tallied(parts, values, boundary=True)


def both_tallied(one: Tallied, other: Tallied) -> Tallied:
    """Two tallies of different events as one."""
    keys = dict.fromkeys([*one.values, *other.values])
    values = {key: (*one.values.get(key, ()), *other.values.get(key, ())) for key in keys}
    return Tallied((*one.parts, *other.parts), values, boundary=True)


def on_days(times: Sequence[datetime]) -> str:
    """The condition for events that happened or became known on a day of these times: a tally knows days only."""
    days = ", ".join(str(day) for day in sorted({day_number(time) for time in times}))
    return f"({DAY.format('occurred_at')} IN ({days}) OR {DAY.format('received_at')} IN ({days}))"


def _make(engine: DuckDBEngine, name: str, select: str) -> None:
    engine.run(f"CREATE OR REPLACE TEMP TABLE {ident(name)} AS {select}")
