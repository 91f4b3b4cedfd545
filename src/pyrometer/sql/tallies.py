"""Tallies: signals by lead and day, made from events, and read in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from pyrometer.plan.model import Plan, Signal
from pyrometer.sql.build import coalesce, column, compare, greatest, integer, named, not_null, table
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.signals import (
    Moment,
    SignalColumn,
    age_of,
    as_logged,
    describe,
    is_one_of,
    predicate,
    signal_expression,
)


@dataclass(frozen=True)
class Part:
    """One piece of a tally: a relation with lead_id, day, known_day and some signal columns."""

    relation: str
    columns: Mapping[SignalColumn, str]


@dataclass(frozen=True)
class Tallied:
    """Where a tally keeps what the plan asks for; all of it, or only what was known before the as-of day.

    `values` names, for each distinct property, relations with lead_id, value, day and known_day. With `boundary`, what
    became known on the as-of day itself is read from the events, because a tally knows days only.
    """

    parts: tuple[Part, ...]
    values: Mapping[tuple[Signal, str], tuple[str, ...]]
    boundary: bool


def part_signals(tallied: Tallied, keys: Mapping[SignalColumn, str], moment: Moment) -> list[exp.Select]:
    """The parts' rows as signals; a column that a part doesn't hold is 0 there."""
    found = []
    for part in tallied.parts:
        shown = [
            named(column(part.columns[key]) if key in part.columns else integer(0), name, describe(key))
            for key, name in keys.items()
        ]
        found.append(
            exp.select(column("lead_id"), named(age_of(moment), "age"), *shown)
            .from_(table(part.relation))
            .where(*_before(tallied, moment))
        )
    return found


def part_values(tallied: Tallied, signal: Signal, value: str, moment: Moment) -> list[exp.Select]:
    """The parts' rows of a distinct property: lead_id, value, age."""
    return [
        exp.select(column("lead_id"), column("value"), named(age_of(moment), "age"))
        .from_(table(relation))
        .where(*_before(tallied, moment))
        for relation in tallied.values[signal, value]
    ]


def _before(tallied: Tallied, moment: Moment) -> list[exp.Expr]:
    """With a boundary, what was known before the as-of day; without one, all that the tally holds."""
    if not tallied.boundary:
        return []
    return [compare("below", column("known_day"), moment.day.copy())]


def tally_select(
    plan: Plan, keys: Sequence[SignalColumn], names: Sequence[str], dialect: Dialect, *, has_received_at: bool
) -> exp.Select:
    """The events' signals by lead, day and day of knowing: sums, or the day's largest, as each column folds."""
    folds = {"sum": exp.Sum, "hits": exp.Sum, "most": exp.Max}
    nowhen = Moment(exp.null(), exp.null())
    shown: list[exp.Expr] = []
    for key, name in zip(keys, names, strict=True):
        folded = folds[key[1]](this=signal_expression(key, nowhen, dialect, as_logged))
        shown.append(named(dialect.as_integer(folded), name, describe(key)))
    events = sorted({name for signal, _ in keys for name in signal.events})
    select = exp.select(column("lead_id"), *_days(dialect, has_received_at=has_received_at), *shown)
    return (
        select.from_(table("events"))
        .where(is_one_of(events))
        .group_by(column("lead_id"), *_days(dialect, has_received_at=has_received_at, alias=False))
    )


def tally_values(signal: Signal, value: str, dialect: Dialect, *, has_received_at: bool) -> exp.Select:
    """The days on which a lead showed each value of a property, for `distinct` rules."""
    nowhen = Moment(exp.null(), exp.null())
    days = _days(dialect, has_received_at=has_received_at)
    return (
        exp.select(column("lead_id"), named(as_logged(value), "value"), *days)
        .distinct()
        .from_(table("events"))
        .where(predicate(signal, nowhen, dialect, as_logged), not_null(as_logged(value)))
    )


def _days(dialect: Dialect, *, has_received_at: bool, alias: bool = True) -> list[exp.Expr]:
    """The day that it happened, and the day that it was known."""
    day = dialect.day_number(column("occurred_at"))
    known = day.copy()
    if has_received_at:
        known = greatest(day.copy(), dialect.day_number(coalesce(column("received_at"), column("occurred_at"))))
    return [named(day, "day"), named(known, "known_day")] if alias else [day, known]
