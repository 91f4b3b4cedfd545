"""The flat rows of an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from pyrometer.plan.build import group_key
from pyrometer.plan.model import CountedPoints, Plan
from pyrometer.sql.build import both, case, column, compare, integer, minus, named, table, text
from pyrometer.sql.layers import Layout
from pyrometer.sql.readings import in_points, points_of


def export_select(
    plan: Plan, layout: Layout, *, as_of: exp.Expr, fingerprint: str, sentences: Mapping[str, str], explain: bool
) -> str:
    """DuckDB's SQL for flat rows out of `readings`; with `explain`, points, hits and days since by rule."""
    columns = plan.columns
    shown: list[exp.Expr] = [column("lead_id"), column("temperature")]
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
        shown += _lines(plan, layout)
    shown += [named(as_of, "as_of"), named(text(fingerprint), "definition")]
    return exp.select(*shown).from_(table("readings")).sql(dialect="duckdb")


def _lines(plan: Plan, layout: Layout) -> Iterator[exp.Expr]:
    """Each rule's points, with cut, hits and days since where it counts events; then group caps and ranges."""
    columns = plan.columns
    for score in plan.scores.values():
        for rule in score.rules:
            yield in_points(rule.column)
            if isinstance(rule.points, CountedPoints):
                before = layout.cuts.get(rule.column, rule.column)
                yield points_of(minus(column(before), column(rule.column)), columns["cut", rule.column])
                yield named(column(layout.hits[rule.column]), columns["hits", rule.column])
                yield named(column(layout.last[rule.column]), columns["days since", rule.column])
    for score in plan.scores.values():
        for group, _ in score.groups:
            cut = layout.groups.get((score.name, group))
            name = columns["group", group_key(score.name, group)]
            yield named(integer(0), name) if cut is None else in_points(cut)
    for name in layout.ranges.values():
        yield in_points(name)


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
