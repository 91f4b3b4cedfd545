"""The whole query: one row a lead, in named steps that read from evidence to temperature."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sqlglot import exp

from pyrometer.definition.values import UNITS_PER_POINT
from pyrometer.plan.calendar import Calendar
from pyrometer.plan.measures import measures_needed
from pyrometer.plan.model import BandPlan, Plan
from pyrometer.sql.build import (
    both,
    case,
    coalesce,
    column,
    compare,
    either,
    integer,
    minus,
    named,
    table,
    text,
    total,
)
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.gates import GateSql
from pyrometer.sql.layers import Layout, Steps, add_layer, needed, pruned
from pyrometer.sql.measures import Ctes, build_measures
from pyrometer.sql.signals import AS_OF, Moment
from pyrometer.sql.sources import Sources, source_steps
from pyrometer.sql.tallies import Tallied

CALL_COLUMNS = ("call_temperature", "call_missing", "call_total")


@dataclass(frozen=True)
class Query:
    """A query with its calendar and the layout of its rows."""

    select: exp.Select
    calendar: Calendar
    layout: Layout
    dialect: Dialect

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the values that have to be given when it runs."""
        return frozenset(item.name for item in self.select.find_all(exp.Placeholder))

    def sql(self, *, pretty: bool = False) -> str:
        """The SQL text in the query's dialect; the calendar is a relation of its own."""
        return self.select.sql(dialect=self.dialect.name, pretty=pretty)


@dataclass(frozen=True)
class Options:
    """What the query is built for.

    `explain` adds hits, freshest days and what caps cut off; `truths` the truth of every condition, `story` also what
    it looks at; `previous` reads earlier temperatures from the relation of that name, and `stays` shows whether what
    keeps a temperature holds; `report` gives points instead of units, for people; `answered` names the column with the
    day of each dated trait's answer; `pruned` lists what is read in the place of `*`; `sources` are the engine's own
    tables, in the place of loaded relations.
    """

    explain: bool = False
    truths: bool = False
    story: bool = False
    report: bool = False
    previous: bool = False
    stays: bool = False
    has_received_at: bool = False
    answered: dict[str, str] = field(default_factory=dict)
    tallied: Tallied | None = None
    pruned: bool = False
    sources: Sources | None = None


def build_query(plan: Plan, moment: Moment, dialect: Dialect, options: Options) -> Query:
    """The query of a plan: CTEs in reading order, and one row a lead."""
    wanted = measures_needed(plan, explain=options.explain)
    measured = build_measures(
        plan, wanted, moment, dialect, has_received_at=options.has_received_at, tallied=options.tallied
    )
    leads = moment.beside(_leads(plan, wanted, measured.places, options))
    ctes: Ctes = [(AS_OF, moment.step)] if moment.step is not None else []
    ctes += [*measured.ctes, ("leads", dialect.fence(leads))]
    steps = Steps(ctes, "leads", dialect)
    answered = {name: plan.columns["answered", name] for name in options.answered}
    gates = GateSql(plan, moment, dialect, answered)
    layout = Layout(explained=options.explain)
    rules = {rule.column: rule for score in plan.scores.values() for rule in score.rules}
    for layer in plan.layers:
        add_layer(layer, plan, rules, gates, steps, layout, explain=options.explain)
    _gates(plan, gates, steps, layout, options)
    steps.add({"temperatures": [named(_temperature(plan, previous=options.previous), "temperature")]})
    select = _final(plan, steps.current, layout, wanted, options, dialect)
    if options.sources is not None:
        columns = measured.calendar.columns.values()
        ctes = [*source_steps(options.sources, moment, dialect, calendar=columns), *ctes]
    if options.report:
        ctes = needed(ctes, select)
    for name, step in pruned(ctes, select) if options.pruned else ctes:
        select = select.with_(exp.to_identifier(name, quoted=True), as_=step, copy=False, materialized=dialect.inlined)
    return Query(select, measured.calendar, layout, dialect)


def _leads(plan: Plan, wanted: list[int], places: dict[int, tuple[str, str]], options: Options) -> exp.Select:
    """Profile, measures and earlier temperature side by side."""
    shown: list[exp.Expr] = [named(column("lead_id", "profile"), "lead_id")]
    for name, _ in plan.traits:
        shown.append(named(column(name, "profile"), plan.columns["trait", name]))
    for name, source in options.answered.items():
        shown.append(named(column(source, "profile"), plan.columns["answered", name]))
    for index in wanted:
        if index not in places:
            nothing = exp.cast(exp.null(), "bigint") if plan.measures[index].how == "last" else integer(0)
            shown.append(named(nothing, f"m{index}", plan.labels.get(index)))
            continue
        value: exp.Expr = column(places[index][1], places[index][0])
        if plan.measures[index].how != "last":
            value = coalesce(value, integer(0))
        shown.append(named(exp.cast(value, "bigint"), f"m{index}", plan.labels.get(index)))
    if options.previous:
        shown.append(named(column("temperature", "previous"), "previous_temperature"))
    select = exp.select(*shown).from_(table("profile"))
    relations = list(dict.fromkeys(name for name, _ in places.values()))
    for relation in relations + (["previous"] if options.previous else []):
        on = compare("is", column("lead_id", relation), column("lead_id", "profile"))
        select = select.join(table(relation), on=on, join_type="left")
    return select


def _gates(plan: Plan, gates: GateSql, steps: Steps, layout: Layout, options: Options) -> None:
    """The items of temperature, its `stay`, and the conditions that explanations show."""
    shown = []
    for name, band in (("hot", plan.hot), ("warm", plan.warm)):
        for number, gate in enumerate(band.items if band else (), start=1):
            layout.items[name, number - 1] = f"{name}_{number}"
            shown.append(named(gates.condition(gate), f"{name}_{number}"))
        if options.previous and band is not None and band.stay is not None:
            shown.append(named(gates.condition(band.stay), f"{name}_stay"))
    if not options.report:
        for number, (path, gate) in enumerate(plan.gates.items(), start=1):
            if options.story or options.truths or path in plan.asked:
                layout.gates[path] = f"gate_{number}"
                shown.append(named(gates.condition(gate), f"gate_{number}"))
    steps.add({"gates": shown})


def _temperature(plan: Plan, *, previous: bool) -> exp.Expr:
    hot = _holds("hot", plan.hot, ("hot",), previous=previous)
    warm = _holds("warm", plan.warm, ("hot", "warm"), previous=previous)
    branches = [(test, text(name)) for test, name in ((hot, "hot"), (warm, "warm")) if test is not None]
    return case(branches, text("cool"))


def _call_order(plan: Plan, layout: Layout) -> list[exp.Expr]:
    """What to sort by for who to call first: temperature, how many ingredients are missing, the scores' sum."""
    heat = case(
        [
            (compare("is", column("temperature"), text(name)), integer(rank))
            for rank, name in enumerate(("hot", "warm"))
        ],
        integer(2),
    )
    missing = []
    for below, band in plan.awaits.items():
        items = [case([(column(item), integer(0))], integer(1)) for (of, _), item in layout.items.items() if of == band]
        missing.append((compare("is", column("temperature"), text(below)), total(items)))
    scores = [column(plan.columns["score", name]) for name in plan.scores]
    return [
        named(heat, "call_temperature"),
        named(case(missing, integer(0)), "call_missing"),
        named(total(scores), "call_total"),
    ]


def _holds(name: str, band: BandPlan | None, from_: tuple[str, ...], *, previous: bool) -> exp.Expr | None:
    if band is None:
        return None
    opens = both([column(f"{name}_{number}") for number in range(1, len(band.items) + 1)])
    if not previous or band.stay is None:
        return opens
    earlier = exp.In(this=column("previous_temperature"), expressions=[text(item) for item in from_])
    return either([exp.Paren(this=opens), both([earlier, column(f"{name}_stay")])])


def _final(
    plan: Plan, source: str, layout: Layout, wanted: list[int], options: Options, dialect: Dialect
) -> exp.Select:
    """The columns that results are read from, lead by lead."""
    names = ["lead_id", "temperature"]
    scores = [plan.columns["score", name] for name in plan.scores]
    names += scores
    names += [plan.columns["grade", name] for name, score in plan.scores.items() if score.ladder]
    names += [plan.columns["criterion", name] for name in plan.criteria]
    for name in plan.frameworks:
        names += [plan.columns[kind, name] for kind in ("met", "unmet", "ready")]
    names += [plan.columns["flag", name] for name in plan.flags]
    names += layout.items.values()
    lines = [*layout.points.values(), *layout.groups.values(), *layout.ranges.values()]
    if options.report:
        points = {*scores, *lines}
        shown = [in_points(name) if name in points else column(name) for name in dict.fromkeys([*names, *lines])]
        for name in layout.points.values():
            if name in layout.cuts:
                cut = minus(column(layout.cuts[name]), column(name))
                shown.append(points_of(cut, plan.columns["cut", name]))
            if name in layout.hits:
                shown.append(named(column(layout.hits[name]), plan.columns["hits", name]))
                shown.append(named(column(layout.last[name]), plan.columns["days since", name]))
        return exp.select(*shown).from_(table(source))
    names += [*lines, *layout.cuts.values(), *layout.hits.values(), *layout.last.values()]
    names += layout.gates.values()
    if options.stays and options.previous:
        bands = (("hot", plan.hot), ("warm", plan.warm))
        names += [f"{name}_stay" for name, band in bands if band is not None and band.stay is not None]
    names += [f"m{index}" for index in (wanted if options.story else sorted(plan.asked_measures))]
    traits = [name for name, _ in plan.traits] if options.story else sorted(plan.asked_traits)
    names += [plan.columns["trait", name] for name in traits]
    names = list(dict.fromkeys(names))
    layout.columns = [*names, *CALL_COLUMNS]
    texts = {"lead_id", *(plan.columns["trait", name] for name, kind in plan.traits if kind == "text")}
    sent = [_sent(name, dialect) if name in texts else column(name) for name in names]
    return exp.select(*sent, *_call_order(plan, layout)).from_(table(source))


def _sent(name: str, dialect: Dialect) -> exp.Expr:
    plain = column(name)
    sent = dialect.sent(plain)
    return plain if sent is plain else named(sent, name)


def in_points(name: str) -> exp.Expr:
    """A column of units as points."""
    return points_of(column(name), name)


def points_of(units: exp.Expr, name: str) -> exp.Expr:
    """An amount of units as a column of points."""
    return named(exp.Div(this=units, expression=exp.Literal.number(f"{UNITS_PER_POINT}.0")), name)
