"""From events, or their tally, to measures: one integer per lead for each signal, law and aggregate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from pyrometer.plan.calendar import Calendar, build_calendar
from pyrometer.plan.model import Measure, Plan, Signal, Weights
from pyrometer.sql.build import (
    both,
    case,
    column,
    compare,
    integer,
    named,
    not_null,
    one_if,
    table,
    times,
)
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.signals import (
    Moment,
    Property,
    SignalColumn,
    age_of,
    known_events,
    predicate,
    signal_column,
    signal_columns,
    signal_expression,
)
from pyrometer.sql.tallies import Tallied, part_signals, part_values

READERS = 3
"""How many rules a comment names."""

Ctes = list[tuple[str, exp.Query]]


@dataclass
class MeasureSql:
    """CTEs that compute measures per lead, and where each measure stands: (CTE, column)."""

    ctes: Ctes = field(default_factory=list)
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=lambda: build_calendar(()))

    @property
    def relations(self) -> list[str]:
        """The CTEs with one row a lead, in order."""
        return list(dict.fromkeys(name for name, _ in self.places.values()))


def build_measures(
    plan: Plan,
    wanted: Sequence[int],
    moment: Moment,
    dialect: Dialect,
    *,
    has_received_at: bool = False,
    tallied: Tallied | None = None,
) -> MeasureSql:
    """The CTEs for the wanted measures (indices into the plan's), from events or from their tally."""
    found = MeasureSql()
    chosen = [(index, plan.measures[index]) for index in wanted if plan.measures[index].signal.events]
    if not chosen:
        return found
    measures = [measure for _, measure in chosen]
    found.calendar = build_calendar(measure.weights for measure in measures)
    summed = [(index, measure) for index, measure in chosen if measure.distinct is None]
    if tallied is None or tallied.boundary:
        found.ctes.append(
            (
                "known",
                known_events(
                    plan, measures, moment, dialect, has_received_at=has_received_at, on_the_day=tallied is not None
                ),
            )
        )
    if summed:
        _sum_measures(found, summed, moment, dialect, tallied, plan)
    distinct = [(index, measure) for index, measure in chosen if measure.distinct is not None]
    _distinct_measures(found, distinct, moment, dialect, tallied, plan)
    return found


def _in_known(plan: Plan) -> Property:
    """A property's column in the step `known`, which no other column can be mistaken for."""
    return lambda name: column(plan.columns["property", name])


def _sum_measures(
    found: MeasureSql,
    chosen: Sequence[tuple[int, Measure]],
    moment: Moment,
    dialect: Dialect,
    tallied: Tallied | None,
    plan: Plan,
) -> None:
    labels = plan.labels
    keys = signal_columns([measure for _, measure in chosen])
    columns = {key: f"s{number}" for number, key in enumerate(keys, start=1)}
    sources = part_signals(tallied, columns, moment) if tallied else []
    if tallied is None or tallied.boundary:
        shown = [
            named(signal_expression(key, moment, dialect, _in_known(plan)), columns[key], _readers(key, chosen, labels))
            for key in keys
        ]
        signals = exp.select(column("lead_id"), named(age_of(moment), "age"), *shown).from_(table("known"))
        sources.append(dialect.fence(signals))
    found.ctes.append(("signals", _stacked(sources)))

    per_day = [(i, m) for i, m in chosen if "daily" in (m.how, m.of) and m.how != "last"]
    per_event = [(i, m) for i, m in chosen if (i, m) not in per_day]
    if per_event:
        _aggregate(found, "counted", "signals", per_event, columns, labels, dialect)
    if per_day:
        used = list(dict.fromkeys(columns[signal_column(measure)] for _, measure in per_day))
        largest = [named(exp.Max(this=column(name)), name) for name in used]
        some = exp.or_(*(_in_time(name, [m for _, m in per_day if columns[signal_column(m)] == name]) for name in used))
        by_day = exp.select(column("lead_id"), column("age"), *largest).from_(table("signals")).where(some)
        found.ctes.append(("days", by_day.group_by(column("lead_id"), column("age"))))
        _aggregate(found, "daily", "days", per_day, columns, labels, dialect)


def _in_time(name: str, measures: Sequence[Measure]) -> exp.Expr:
    """Whether there is any of a signal at an age at which it still counts for one of its measures."""
    tests = [compare("above", column(name), integer(0))]
    end = _end(measures)
    if end is not None:
        tests.append(compare("below", column("age"), integer(end)))
    return both(tests)


def _end(measures: Sequence[Measure]) -> int | None:
    """The age from which on none of the measures counts anything; None where one always does."""
    if any(measure.weights.by_age[-1] for measure in measures):
        return None
    return max(measure.weights.horizon for measure in measures)


def _readers(key: SignalColumn, chosen: Sequence[tuple[int, Measure]], labels: Mapping[int, str]) -> str:
    """Who reads a signal's column, for a comment."""
    of = [labels[index] for index, measure in chosen if index in labels and signal_column(measure) == key]
    names = list(dict.fromkeys(name.removesuffix(" (hits)").removesuffix(" (days since)") for name in of))
    return "; ".join(names[:READERS]) + ("; …" if len(names) > READERS else "")


def _stacked(sources: Sequence[exp.Select]) -> exp.Query:
    return sources[0] if len(sources) == 1 else exp.union(*sources, distinct=False)


def _aggregate(
    found: MeasureSql,
    name: str,
    source: str,
    chosen: Sequence[tuple[int, Measure]],
    columns: Mapping[SignalColumn, str],
    labels: Mapping[int, str],
    dialect: Dialect,
) -> None:
    """One row a lead: each measure over the rows of `source`."""
    shown = []
    uses_calendar = False
    for index, measure in chosen:
        expression = _measure(measure, column(columns[signal_column(measure)]), found.calendar, dialect)
        uses_calendar = uses_calendar or measure.weights in found.calendar.columns
        found.places[index] = (name, f"m{index}")
        shown.append(named(expression, f"m{index}", labels.get(index)))
    select = exp.select(column("lead_id"), *shown).from_(table(source))
    if uses_calendar:
        select = _join_calendar(select, source, found.calendar, dialect)
    found.ctes.append((name, select.group_by(column("lead_id"))))


def _join_calendar(select: exp.Select, source: str, calendar: Calendar, dialect: Dialect) -> exp.Select:
    on = compare("is", column("at_age", "calendar"), dialect.at_most(column("age", source), calendar.horizon))
    return select.join(table("calendar"), on=on)


def _weight(weights: Weights, calendar: Calendar, dialect: Dialect, largest: int) -> exp.Expr:
    """The weight of an event, in a type in which amounts up to `largest` add up exactly."""
    if weights.constant is not None:
        return integer(weights.constant)
    if weights.window is not None:
        weight, days = weights.window
        return case([(compare("below", column("age"), integer(days)), integer(weight))], integer(0))
    return dialect.weight(_in_calendar(weights, calendar), largest)


def _in_calendar(weights: Weights, calendar: Calendar) -> exp.Expr:
    return column(calendar.columns[weights], "calendar")


def _largest(measure: Measure) -> int:
    """How large in size the amount of one event can be."""
    most = 1 if measure.signal.quantity is None else measure.signal.quantity.up_to
    return most * max(map(abs, measure.weights.by_age))


def _measure(measure: Measure, signal: exp.Column, calendar: Calendar, dialect: Dialect) -> exp.Expr:
    weights, largest = measure.weights, _largest(measure)
    if measure.how == "last":
        return exp.Min(this=case([(_counts(signal, weights, calendar), column("age"))], None))
    if measure.how == "hits":
        if measure.of == "latest":
            return exp.Max(this=one_if(_counts(signal, weights, calendar)))
        amount = integer(1) if measure.of == "daily" else signal
        return exp.Sum(this=case([(_counts(signal, weights, calendar), amount)], integer(0)))
    if measure.how == "latest":
        product = times(signal, _weight(weights, calendar, dialect, largest))
        return exp.Min(this=product) if min(weights.by_age) < 0 else exp.Max(this=product)
    if weights.constant == 1:
        return exp.Sum(this=dialect.summand(signal, largest))
    if weights.window is not None:
        weight, days = weights.window
        number = dialect.summand(signal, largest)
        amount = number if weight == 1 else times(number, integer(weight))
        return exp.Sum(this=case([(compare("below", column("age"), integer(days)), amount)], integer(0)))
    if weights.constant is not None:
        return exp.Sum(this=times(signal, dialect.summand(integer(weights.constant), largest)))
    return exp.Sum(this=times(signal, _weight(weights, calendar, dialect, largest)))


def _counts(signal: exp.Column | None, weights: Weights, calendar: Calendar) -> exp.Expr:
    """Whether weight · quantity is other than zero."""
    tests = [] if signal is None else [compare("above", signal.copy(), integer(0))]
    if weights.constant is None:
        if weights.window is not None:
            tests.append(compare("below", column("age"), integer(weights.window[1])))
        else:
            tests.append(compare("is_not", _in_calendar(weights, calendar), integer(0)))
    elif weights.constant == 0:
        tests.append(exp.false())
    return both(tests)


def _distinct_measures(
    found: MeasureSql,
    chosen: Sequence[tuple[int, Measure]],
    moment: Moment,
    dialect: Dialect,
    tallied: Tallied | None,
    plan: Plan,
) -> None:
    groups: dict[tuple[Signal, str], list[tuple[int, Measure]]] = {}
    for index, measure in chosen:
        assert measure.distinct is not None
        groups.setdefault((measure.signal, measure.distinct), []).append((index, measure))
    for number, ((signal, value), members) in enumerate(groups.items(), start=1):
        sources = part_values(tallied, signal, value, moment) if tallied else []
        if tallied is None or tallied.boundary:
            sources.append(
                exp.select(column("lead_id"), named(_in_known(plan)(value), "value"), named(age_of(moment), "age"))
                .from_(table("known"))
                .where(predicate(signal, moment, dialect, _in_known(plan)), not_null(_in_known(plan)(value)))
            )
        found.ctes.append((f"seen_{number}", _stacked(sources)))
        freshest = exp.select(column("lead_id"), named(exp.Min(this=column("age")), "age")).from_(
            table(f"seen_{number}")
        )
        end = _end([measure for _, measure in members])
        if end is not None:
            freshest = freshest.where(compare("below", column("age"), integer(end)))
        rows = freshest.group_by(column("lead_id"), column("value"))
        source, name = f"values_{number}", f"distinct_{number}"
        found.ctes.append((source, rows))
        shown, uses_calendar = [], False
        for index, measure in members:
            uses_calendar = uses_calendar or measure.weights in found.calendar.columns
            found.places[index] = (name, f"m{index}")
            value_of = _distinct_measure(measure, found.calendar, dialect)
            shown.append(named(value_of, f"m{index}", plan.labels.get(index)))
        select = exp.select(column("lead_id"), *shown).from_(table(source))
        if uses_calendar:
            select = _join_calendar(select, source, found.calendar, dialect)
        found.ctes.append((name, select.group_by(column("lead_id"))))


def _distinct_measure(measure: Measure, calendar: Calendar, dialect: Dialect) -> exp.Expr:
    counts = _counts(None, measure.weights, calendar)
    if measure.how == "last":
        return exp.Min(this=case([(counts, column("age"))], None))
    if measure.how == "hits":
        return exp.Sum(this=one_if(counts))
    return exp.Sum(this=_weight(measure.weights, calendar, dialect, _largest(measure)))
