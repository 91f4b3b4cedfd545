"""A definition as SQL that people read and paste."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.definition.words import sentence
from pyrometer.errors import UsageError
from pyrometer.plan import build_plan
from pyrometer.plan.build import top_items
from pyrometer.plan.model import Plan
from pyrometer.runs import parse_as_of
from pyrometer.sql import DIALECTS, Dialect, Moment, Options, Query, Statement, build_query, calendar_step, header


@dataclass(frozen=True)
class Compiled:
    """A definition with its plan and its query, ready to be written out in a dialect."""

    definition: Definition
    plan: Plan
    query: Query

    @property
    def dialect(self) -> Dialect:
        """The dialect that the query is written in."""
        return self.query.dialect

    @property
    def items(self) -> dict[str, str]:
        """What each condition of a temperature asks, by its column."""
        found = {}
        for name in ("hot", "warm"):
            band = getattr(self.definition.temperature, name)
            for number, item in enumerate(top_items(band.when) if band is not None else ()):
                found[self.query.layout.items[name, number]] = f"{name}: {sentence(item, self.definition)}"
        return found

    def header(self, as_of: str) -> str:
        """What stands over the SQL: what it is, for which engine, what it reads and what it gives."""
        statement = Statement(self.query, self.plan, {})
        lines = [f"definition {fingerprint(self.definition)}", f"for {self.dialect.title}, as of {as_of}"]
        if not self.dialect.supported:
            lines += [untested(self.dialect)]
        lines += ["", "It reads:"]
        for relation, columns in statement.reads():
            lines.append(f"  {relation}, a row {'a lead' if relation == 'profile' else 'an event'}")
            width = max(len(name) for name, _ in columns)
            lines += [f"    {' '.join(name.split()):{width}}  {type_}" for name, type_ in columns]
        lines.append("Times are UTC. An event that was delivered twice counts twice: leave repeats out, and what was")
        lines.append("received only after the moment that you score.")
        if self.dialect.session:
            lines.append(f"Where it runs: {self.dialect.session}.")
        if self.plan.dated_traits:
            known = ", ".join(sorted(self.plan.dated_traits))
            lines.append(f"A profile has no dates, so that no answer goes stale here, whatever its age: {known}.")
        lines.append("It gives a row a lead, in points. Within, points are whole units: 1 point = 10,000 units.")
        return header(self.definition.name, lines) + "\n"


def compile_sql(
    definition: Definition | str | Path | Mapping[str, Any],
    dialect: str = "duckdb",
    *,
    as_of: str | date | datetime | None = None,
    explain: bool = False,
) -> str:
    """One SELECT with named steps that scores the relations `profile` and `events`; points as decimals.

    `profile` has lead_id and a column per trait, `events` lead_id, event, occurred_at (UTC) and a column per property,
    one row a message. Without `as_of` it scores at the moment when it runs. `explain` adds hits, days since and cuts by
    rule. Raises DefinitionError, or UsageError for a dialect that there isn't.
    """
    spoken = spoken_dialect(dialect)
    moment = spoken.now() if as_of is None else spoken.timestamp(plain(parse_as_of(as_of)))
    compiled = compile_definition(definition, Moment.as_step(moment, spoken), spoken, explain=explain)
    told = "the moment when it runs" if as_of is None else f"{plain(parse_as_of(as_of))} UTC"
    return compiled.header(f"{told} (to ask of another, change it in the step as_of)") + statement_of(compiled).text()


def statement_of(compiled: Compiled) -> Statement:
    """The statement that needs only `profile` and `events`: the calendar stands in it."""
    calendar = compiled.query.calendar
    steps = {"calendar": calendar_step(calendar, compiled.plan, compiled.dialect)} if calendar.columns else {}
    return Statement(compiled.query, compiled.plan, compiled.items, steps)


def compile_definition(
    definition: Definition | str | Path | Mapping[str, Any], moment: Moment, dialect: Dialect, *, explain: bool = False
) -> Compiled:
    """A definition as a query for people, for a moment. Raises DefinitionError."""
    if not isinstance(definition, Definition):
        definition = load(definition)
    plan = build_plan(definition)
    return Compiled(definition, plan, build_query(plan, moment, dialect, Options(explain=explain, report=True)))


def spoken_dialect(name: str) -> Dialect:
    """The dialect of that name. Raises UsageError with the one that was probably meant."""
    if name in DIALECTS:
        return DIALECTS[name]
    titles = {title.lower(): known for known, title in ((each, DIALECTS[each].title) for each in DIALECTS)}
    close = difflib.get_close_matches(name.lower(), [*DIALECTS, *titles], n=1)
    meant = f"; did you mean `{titles.get(close[0], close[0])}`?" if close else ""
    known = ", ".join(f"`{each}`" for each in DIALECTS)
    raise UsageError(f"there is no dialect `{name}`{meant or f'; known: {known}'}")


def untested(dialect: Dialect) -> str:
    """What has to be said of a dialect that is only rendered."""
    return f"UNTESTED: written after {dialect.title}'s documentation; nobody has run this SQL on {dialect.title} here"


def plain(moment: datetime) -> str:
    """A moment as SQL writes it, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
