"""Signals over events: which rows count and how often, and the events that were known at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from pyrometer.plan.model import Measure, Plan, Quantity, Signal
from pyrometer.sql.build import (
    both,
    case,
    coalesce,
    column,
    compare,
    either,
    greatest,
    integer,
    least,
    minus,
    named,
    one_if,
    table,
    text,
)
from pyrometer.sql.comparing import value_test
from pyrometer.sql.dialects.base import Dialect

SignalColumn = tuple[Signal, str]
"""A signal and how a day's events fold into one number: sum, most or hits (how many with a quantity above 0)."""

AS_OF = "as_of"
"""The step with the moment, where it is a step."""

FOLD = {"every": "sum", "daily": "most", "latest": "most"}


@dataclass(frozen=True)
class Moment:
    """The as-of time as SQL: a timestamp, and its UTC day number; with a `step`, columns of that."""

    timestamp: exp.Expr
    day: exp.Expr
    step: exp.Select | None = None

    @classmethod
    def as_step(cls, timestamp: exp.Expr, dialect: Dialect) -> Moment:
        """A moment that stands once, in the step `as_of`, from which the steps that need it read it."""
        given = exp.select(named(timestamp, "moment")).subquery("given")
        step = exp.select(column("moment"), named(dialect.day_number(column("moment")), "today")).from_(given)
        return cls(column("moment", AS_OF), column("today"), step)

    def beside(self, select: exp.Select) -> exp.Select:
        """The select with the as-of day among its columns, where it comes from a step."""
        if self.step is None:
            return select
        return select.select(named(column("today", AS_OF), "today")).join(table(AS_OF), join_type="cross")


def signal_column(measure: Measure) -> SignalColumn:
    """The column of the signals relation that a measure reads."""
    if measure.how in ("hits", "last"):
        if measure.how == "hits" and measure.of == "daily":
            return measure.signal, "most"
        return (measure.signal, "hits") if measure.signal.quantity else (measure.signal, "sum")
    fold = FOLD[measure.how]
    return measure.signal, fold


def signal_columns(measures: Sequence[Measure]) -> list[SignalColumn]:
    """The distinct columns that measures read, those of `distinct` aside."""
    return list(dict.fromkeys(signal_column(item) for item in measures if item.distinct is None))


Property = Callable[[str], exp.Expr]
"""Where a property stands: the column of an event row by the property's name."""


def as_logged(name: str) -> exp.Expr:
    """A property's column in `events`."""
    return column(name, "events")


def quantity_expression(quantity: Quantity, dialect: Dialect, of: Property) -> exp.Expr:
    """min(floor(max(value, 0) / every), up_to), 0 for a missing value."""
    value = greatest(coalesce(of(quantity.property), integer(0)), integer(0))
    if quantity.type == "integer" and quantity.every == int(quantity.every):
        return least(dialect.whole_quotient(value, integer(int(quantity.every))), dialect.long(quantity.up_to))
    divisor = dialect.number(float(quantity.every))
    quotient = exp.Div(this=dialect.as_number(value), expression=dialect.as_number(divisor))
    # The bound comes first: Spark's floor is a whole number, which what is larger than one doesn't fit.
    return dialect.as_integer(exp.Floor(this=least(quotient, dialect.number(float(quantity.up_to)))))


def is_one_of(events: Sequence[str]) -> exp.Expr:
    """Whether an event row is of one of these kinds."""
    names = [text(name) for name in events]
    if len(names) == 1:
        return compare("is", column("event"), names[0])
    return exp.In(this=column("event"), expressions=names)


def predicate(signal: Signal, moment: Moment, dialect: Dialect, of: Property) -> exp.Expr:
    """Whether an event row counts for the signal."""
    tests = [is_one_of(signal.events)]
    tests += [value_test(of(item.property), item.type, item.test, moment.day, dialect) for item in signal.where]
    return both(tests)


def signal_expression(key: SignalColumn, moment: Moment, dialect: Dialect, of: Property) -> exp.Expr:
    """A signal as an integer over one event row."""
    signal, fold = key
    holds = predicate(signal, moment, dialect, of)
    if signal.quantity is None:
        return one_if(holds)
    quantity = quantity_expression(signal.quantity, dialect, of)
    if fold == "hits":
        return one_if(both([holds, compare("above", quantity, integer(0))]))
    return case([(holds, quantity)], integer(0))


def known_events(
    plan: Plan,
    measures: Sequence[Measure],
    moment: Moment,
    dialect: Dialect,
    *,
    has_received_at: bool,
    on_the_day: bool = False,
) -> exp.Select:
    """The events that somebody could know of at the as-of time, with their day; only what the measures read.

    `on_the_day` keeps those that became known on the as-of day itself.
    """
    events = sorted({name for measure in measures for name in measure.signal.events})
    used = {item.property for measure in measures for item in measure.signal.where}
    used |= {measure.signal.quantity.property for measure in measures if measure.signal.quantity}
    used |= {measure.distinct for measure in measures if measure.distinct}
    properties = [named(as_logged(name), plan.columns["property", name]) for name, _ in plan.properties if name in used]
    conditions: list[exp.Expr] = [compare("at_most", column("occurred_at"), moment.timestamp.copy())]
    if has_received_at:
        learned = coalesce(column("received_at"), column("occurred_at"))
        conditions.append(compare("at_most", learned, moment.timestamp.copy()))
    if on_the_day:
        days = [dialect.day_number(column("occurred_at"))]
        if has_received_at:
            days.append(dialect.day_number(coalesce(column("received_at"), column("occurred_at"))))
        conditions.append(either([compare("at_least", day, moment.day.copy()) for day in days]))
    conditions.append(is_one_of(events))
    day = named(dialect.day_number(column("occurred_at")), "day")
    events_known = exp.select(column("lead_id"), column("event"), day, *properties).from_(table("events"))
    return moment.beside(events_known).where(*conditions)


def age_of(moment: Moment) -> exp.Expr:
    return minus(moment.day.copy(), column("day"))


def describe(key: SignalColumn) -> str:
    """A signal in words, for a comment."""
    signal, fold = key
    shown = ", ".join(signal.events[:3]) + (", …" if len(signal.events) > 3 else "")
    tests = ", ".join(f"{item.property} {item.test.operator}" for item in signal.where)
    per = f", per {signal.quantity.every} of {signal.quantity.property}" if signal.quantity else ""
    return f"{shown}{' where ' + tests if tests else ''}{per}{' (hits)' if fold == 'hits' else ''}"
