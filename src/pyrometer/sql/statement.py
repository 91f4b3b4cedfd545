"""One statement to paste into a warehouse: what it needs and gives on top, then step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from pyrometer.definition.values import UNITS_PER_POINT, Type
from pyrometer.plan.calendar import Calendar
from pyrometer.plan.model import Plan
from pyrometer.sql.build import column, integer, named
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.readable import Layout, assembled, comment
from pyrometer.sql.readings import Query
from pyrometer.sql.signals import AS_OF

TYPES: Mapping[Type, str] = {
    "text": "text",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
}

NOTES = {
    AS_OF: "the moment that the scores are for, and its day, counted from 1970-01-01",
    "calendar": "what an event is worth by its age in days, in units: 1 point = 10,000 units; the last row holds on",
    "known": "the events that count for anything and had happened by then",
    "signals": "a row an event: how often it counts, for each thing that events are counted for",
    "counted": "a row a lead: what its events come to, in units or in times",
    "days": "for what counts once a day: each day's most",
    "daily": "a row a lead: what its days come to",
    "leads": "what is known of each lead, and what its events come to",
    "temperatures": "hot is tried first, then warm",
}
"""What the steps are, for whoever reads them."""

KINDS = {
    "flags": "flags",
    "points": "the points of each rule, in units",
    "criteria": "criteria",
    "groups": "what the caps of groups cut off",
    "letters": "how many letters of frameworks are met and unmet",
    "totals": "scores before their range",
    "frameworks": "which frameworks are ready",
    "scores": "scores, within their range",
    "grades": "what the range cut off, and grades",
    "gates": "what has to hold for a temperature: all of its conditions",
}


@dataclass(frozen=True)
class Statement:
    """A query made readable; `items` say in words what the columns of temperature's conditions ask.

    `steps` come before the query's own, by name: the calendar, and where relations are read from.
    """

    query: Query
    plan: Plan
    items: Mapping[str, str]
    steps: Mapping[str, exp.Query] = field(default_factory=dict)

    def blocks(self) -> tuple[list[tuple[str, str]], str]:
        """The text of each step, with its name, and of the SELECT at the end."""
        select = self.select()
        layout = Layout(self.query.dialect.name, {step.alias: _note(step.alias.lower()) for step in select.ctes})
        return layout.steps(select), layout.body(select)

    def text(self) -> str:
        """The whole statement, without a header."""
        steps, body = self.blocks()
        return assembled([text for _, text in steps], body)

    def reads(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The relations of evidence that are read, with the columns needed and their types."""
        steps = {step.alias: step.this for step in self.query.select.ctes}
        dialect = self.query.dialect
        written = {name: self._type(type_) for name, type_ in (*self.plan.traits, *self.plan.properties)}
        traits = self._read_of(steps["leads"], "profile")
        id_ = ("lead_id", self._type("text"))
        yield "profile", [id_, *((name, written[name]) for name in traits if name != "lead_id")]
        if "known" in steps:
            fixed = [id_, ("event", self._type("text")), ("occurred_at", dialect.moment_type)]
            yield "events", [*fixed, *((name, written[name]) for name in self._read_of(steps["known"], "events"))]

    def in_units(self, name: str) -> str:
        """A column of points of the result in whole units again, for a test that it adds up."""
        points = column(self.query.dialect.identifier(name))
        units = exp.Round(this=exp.Mul(this=points, expression=integer(UNITS_PER_POINT)))
        return self.query.dialect.as_integer(units).sql(dialect=self.query.dialect.name)

    def _read_of(self, step: exp.Expr, relation: str) -> list[str]:
        return list(dict.fromkeys(item.name for item in step.find_all(exp.Column) if item.table == relation))

    def _type(self, type_: Type) -> str:
        return exp.DataType.build(TYPES[type_]).sql(dialect=self.query.dialect.name)

    def select(self) -> exp.Select:
        """The whole statement, its own steps included."""
        select, dialect = self.query.select.copy(), self.query.dialect
        # A step that is read once is never copied, so that nothing has to be said of it.
        reads = Counter(item.name for item in select.find_all(exp.Table))
        for step in select.ctes:
            if reads[step.alias] < 2 or step.alias == AS_OF:
                step.set("materialized", None)
        for name, own in reversed([*self.steps.items()]):
            select = select.with_(exp.to_identifier(name, quoted=True), as_=own, append=True, copy=False)
            first = select.ctes[0].parent
            assert first is not None
            first.set("expressions", [select.ctes[-1], *select.ctes[:-1]])
        for alias in select.find_all(exp.Alias):
            if alias.alias in self.items:
                alias.comments = [self.items[alias.alias]]
        for identifier in select.find_all(exp.Identifier):
            identifier.set("this", dialect.identifier(identifier.name))
        if dialect.settings:
            given = [(exp.to_identifier(name), value) for name, value in dialect.settings.items()]
            select.set("settings", [exp.EQ(this=name, expression=exp.convert(value)) for name, value in given])
        return select


def _note(name: str) -> str:
    if name in NOTES:
        return NOTES[name]
    kind, _, number = name.rpartition("_")
    if number.isdigit():
        return {
            "seen": "the values that count once each, as often as they were seen",
            "values": "each value at its freshest",
            "distinct": "a row a lead: what its values come to",
        }.get(kind, _note(kind) if kind else "")
    return ", ".join(KINDS[part] for part in name.split("_and_") if part in KINDS)


def calendar_step(calendar: Calendar, plan: Plan, dialect: Dialect) -> exp.Select:
    """The calendar as a step: a row an age, a column a law, which says whose law it is."""
    names = ["at_age", *calendar.columns.values()]
    select = exp.Select(from_=dialect.rows(names, calendar.rows()))
    shown: list[exp.Expr] = [column("at_age")]
    for weights, name in calendar.columns.items():
        readers = [plan.labels[index] for index, item in enumerate(plan.measures) if item.weights == weights]
        rules = list(dict.fromkeys(label.removesuffix(" (hits)").removesuffix(" (days since)") for label in readers))
        shown.append(named(dialect.as_integer(column(name)), name, "; ".join(rules)))
    return select.select(*shown)


def template(text: str) -> exp.Expr:
    """A piece of SQL in the words of a template language, taken as it is; never made of anybody's names."""
    return exp.Var(this=text)


def integer_type(dialect: Dialect) -> str:
    """What the dialect calls a 64-bit integer."""
    return exp.DataType.build("bigint").sql(dialect=dialect.name)


def relation_step(source: str) -> exp.Select:
    """Everything of a relation that is named by a text of its own, such as a template's expression."""
    return exp.select(exp.Star()).from_(exp.Table(this=template(source)))


def header(title: str, lines: list[str]) -> str:
    """Lines of comment over a statement."""
    return "\n".join([*comment(title), *(f"-- {line}".rstrip() for line in lines)]) + "\n"
