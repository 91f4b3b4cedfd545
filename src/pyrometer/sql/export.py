"""Queries for people: one statement to paste into a warehouse, and the flat rows of an export."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from pyrometer.plan.calendar import Calendar
from pyrometer.plan.model import Plan
from pyrometer.sql.build import both, case, column, compare, integer, minus, named, table, text
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.layers import Layout
from pyrometer.sql.readings import Query, in_points, points_of
from pyrometer.sql.signals import Moment


def current_moment(dialect: Dialect) -> Moment:
    """The moment when a query runs."""
    return Moment(dialect.now(), dialect.day_number(dialect.now()))


def standalone(query: Query, *, title: str, fingerprint: str) -> str:
    """A query as one statement that needs only `profile` and `events`: the calendar stands in it as its first step."""
    header = [
        f"-- {' '.join(title.split())}",
        f"-- definition {fingerprint}",
        "-- reads profile (lead_id and a column per trait) and events (lead_id, event, occurred_at in UTC, properties)",
    ]
    body = query.sql(pretty=True)
    if query.calendar.columns:
        body = _calendar_step(query.calendar, query.dialect) + ", " + body.removeprefix("WITH ")
    return "\n".join(header) + "\n" + body


def _calendar_step(calendar: Calendar, dialect: Dialect) -> str:
    """The calendar as a step, a line an age: points in units by days of age, rounded once."""
    names = ", ".join(
        exp.to_identifier(name, quoted=True).sql(dialect=dialect.name)
        for name in ("at_age", *calendar.columns.values())
    )
    rows = ",\n".join(f"    ({', '.join(map(str, row))})" for row in calendar.rows())
    step = exp.to_identifier("calendar", quoted=True).sql(dialect=dialect.name)
    return f"WITH {step}({names}) AS (\n  VALUES\n{rows}\n)"


def export_select(
    plan: Plan, layout: Layout, *, as_of: exp.Expr, fingerprint: str, sentences: Mapping[str, str], explain: bool
) -> str:
    """DuckDB's SQL for flat rows out of `readings`; with `explain`, points, hits and days since by rule."""
    columns = plan.columns
    shown: list[exp.Expr] = [
        column("lead_id"),
        named(as_of, "as_of"),
        named(text(fingerprint), "definition"),
        column("temperature"),
    ]
    shown += [in_points(columns["score", name]) for name in plan.scores]
    shown += [column(columns["grade", name]) for name, score in plan.scores.items() if score.ladder]
    shown += [column(columns["criterion", name]) for name in plan.criteria]
    for name, framework in plan.frameworks.items():
        met, unmet = column(columns["met", name]), column(columns["unmet", name])
        rest = exp.Sub(this=exp.Sub(this=integer(len(framework.criteria)), expression=met), expression=unmet)
        shown += [met.copy(), unmet.copy(), named(rest, columns["unknown", name]), column(columns["ready", name])]
    shown += [column(columns["flag", name]) for name in plan.flags]
    shown.append(named(_missing(plan, layout, sentences), "missing"))
    if explain:
        for points in layout.points.values():
            shown.append(in_points(points))
            if points in layout.cuts:
                cut = minus(column(layout.cuts[points]), column(points))
                shown.append(points_of(cut, columns["cut", points]))
            if points in layout.hits:
                shown.append(named(column(layout.hits[points]), columns["hits", points]))
                shown.append(named(column(layout.last[points]), columns["days since", points]))
        shown += [in_points(name) for name in (*layout.groups.values(), *layout.ranges.values())]
    return exp.select(*shown).from_(table("readings")).sql(dialect="duckdb")


def _missing(plan: Plan, layout: Layout, sentences: Mapping[str, str]) -> exp.Expr:
    """What is missing for the next warmer temperature, as sentences with `; ` between."""
    parts = []
    for below, band in plan.awaits.items():
        for (of, _), item in layout.items.items():
            if of == band:
                is_below = compare("is", column("temperature"), text(below))
                open_ = exp.Not(this=exp.Paren(this=exp.Is(this=column(item), expression=exp.true())))
                parts.append(case([(both([is_below, open_]), text(sentences[item]))], None))
    return exp.Anonymous(this="concat_ws", expressions=[text("; "), *parts]) if parts else text("")
