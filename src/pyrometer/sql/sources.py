"""Evidence where it lies: the steps from an engine's own tables to the relations `profile`, `events` and `previous`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from pyrometer.definition.values import Type
from pyrometer.sql.build import (
    both,
    case,
    coalesce,
    column,
    compare,
    either,
    greatest,
    integer,
    is_null,
    named,
    not_null,
    table,
    text,
)
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.meaning import present, read_text
from pyrometer.sql.measures import Ctes
from pyrometer.sql.rows import TYPES, SourceTable, in_time, received, table_rows
from pyrometer.sql.signals import Moment

CALENDAR, PREVIOUS = "pyrometer_calendar", "pyrometer_previous"
WITHDRAWN = {"events": "pyrometer_withdrawn_events", "traits": "pyrometer_withdrawn_answers"}
"""The relations that an engine is given besides its own tables."""


@dataclass(frozen=True)
class Sources:
    """What an engine holds. `traits` are names, types and spellings of unknown of the definition's traits.

    `answered` names the column with the day of each dated trait's answer; `only` is the one lead to look at;
    `withdrawn` says of which inputs rows were taken back, by lead and message id, in the relations of `WITHDRAWN`.
    """

    leads: SourceTable | None
    traits_log: SourceTable | None
    events: SourceTable | None
    traits: tuple[tuple[str, Type, tuple[str, ...]], ...]
    properties: tuple[tuple[str, Type], ...]
    declared: tuple[str, ...]
    answered: tuple[tuple[str, str], ...] = ()
    previous: bool = False
    only: str | None = None
    withdrawn: frozenset[str] = frozenset()


def source_steps(sources: Sources, moment: Moment, dialect: Dialect, *, calendar: Iterable[str] = ()) -> Ctes:
    """The CTEs `calendar`, `events`, `profile` and `previous`, with the steps that lead to them."""
    steps: Ctes = []
    names = list(calendar)
    if names:
        steps.append(("calendar", exp.select(*map(column, ("at_age", *names))).from_(table(CALENDAR))))
    steps += _events(sources, dialect)
    steps += _profile(sources, moment, dialect)
    if sources.previous:
        shown = column("lead_id"), column("temperature")
        steps.append(("previous", exp.select(*shown).from_(table(PREVIOUS))))
    return steps


def _standing(sources: Sources, label: str, log: str) -> Ctes:
    """A step without the rows that were taken back, if there are any."""
    if label not in sources.withdrawn:
        return []
    taken = WITHDRAWN[label]
    on = [compare("is", column(name, taken), column(name, log)) for name in ("lead_id", "message_id")]
    select = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(log, quoted=True))).from_(table(log))
    select = select.join(table(taken), on=both(on), join_type="left").where(is_null(column("lead_id", taken)))
    return [(f"standing_{log}", select)]


def _events(sources: Sources, dialect: Dialect) -> Ctes:
    """Every declared event once."""
    core = (("lead_id", "text"), ("event", "text"), ("occurred_at", "time"), ("received_at", "time"))
    fields = (*core, ("message_id", "text"), *sources.properties)
    source = sources.events
    if source is None:
        nothing = [named(dialect.nothing(TYPES[kind]), name) for name, kind in fields]
        return [("events", exp.select(*nothing).where(exp.false()))]
    steps = table_rows(source, "event_log", dialect, sources.only)
    steps += _standing(sources, "events", "event_log")
    names = [name for name, _ in fields if name != "received_at"]
    declared = exp.In(this=column("event"), expressions=[text(name) for name in sources.declared])
    sound = [in_time("occurred_at", dialect), declared if sources.declared else exp.false()]
    known = exp.select(*map(column, names), received("received_at", dialect))
    known = known.from_(table(steps[-1][0])).where(*sound)
    if "message_id" not in source.has:
        return [*steps, ("events", known)]
    steps.append(("known_messages", known))
    order: list[exp.Expr] = [greatest(column("occurred_at"), column("received_at")), column("occurred_at")]
    order += [dialect.sortable(column(name)) if kind == "text" else column(name) for name, kind in fields]
    window = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column("lead_id"), column("message_id")],
        order=exp.Order(expressions=[exp.Ordered(this=each, nulls_first=True) for each in order]),
    )
    numbered = exp.select(exp.Star(), named(window, "nth_")).from_(table("known_messages"))
    steps.append(("messages", numbered))
    once = either([is_null(column("message_id")), compare("is", column("nth_"), integer(1))])
    kept = exp.select(*(column(name) for name, _ in fields)).from_(table("messages")).where(once)
    return [*steps, ("events", kept)]


def _profile(sources: Sources, moment: Moment, dialect: Dialect) -> Ctes:
    """The profile as it was known: the table of leads, overridden by the latest answers of the log."""
    then = [compare("at_most", column(name), moment.timestamp.copy()) for name in ("occurred_at", "received_at")]
    flat: Ctes = [] if sources.leads is None else table_rows(sources.leads, "listed", dialect, sources.only)
    if sources.traits_log is None:
        days = [named(dialect.nothing("date"), name) for _, name in sources.answered]
        if sources.leads is not None:
            names = [column(name) for name, _, _ in sources.traits]
            return [*flat, ("profile", exp.select(column("lead_id"), *names, *days).from_(table("listed")))]
        nothing = [named(dialect.nothing(TYPES[kind]), name) for name, kind, _ in sources.traits]
        seen = exp.select(column("lead_id"), *nothing, *days).from_(table("events")).where(*then).distinct()
        return [("profile", seen)]
    return [*flat, *_answers(sources, then, dialect)]


def _answers(sources: Sources, then: Sequence[exp.Expr], dialect: Dialect) -> Ctes:
    assert sources.traits_log is not None
    steps = table_rows(sources.traits_log, "trait_log", dialect, sources.only)
    steps += _standing(sources, "traits", "trait_log")
    value = named(coalesce(column("value"), text("")), "value")
    known = exp.select(column("lead_id"), column("trait"), value, column("occurred_at"))
    known = known.select(received("received_at", dialect)).from_(table(steps[-1][0]))
    steps.append(("answers", known.where(in_time("occurred_at", dialect), not_null(column("trait")))))
    order = [column("occurred_at"), column("received_at"), dialect.sortable(column("value"))]
    window = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column("lead_id"), column("trait")],
        order=exp.Order(expressions=[exp.Ordered(this=each, desc=True) for each in order]),
    )
    ranked = exp.select(exp.Star(), named(window, "nth_")).from_(table("answers")).where(*then)
    steps.append(("ranked_answers", ranked))
    pivot: list[exp.Expr] = [column("lead_id")]
    for position, (name, _, _) in enumerate(sources.traits):
        mine = compare("is", column("trait"), text(name))
        pivot.append(named(exp.Max(this=case([(mine, column("value"))], None)), f"said_{position}", name))
        pivot.append(named(exp.Max(this=case([(mine.copy(), column("occurred_at"))], None)), f"when_{position}"))
    latest = exp.select(*pivot).from_(table("ranked_answers")).where(compare("is", column("nth_"), integer(1)))
    steps.append(("latest_answers", latest.group_by(column("lead_id"))))
    said: list[exp.Expr] = [column("lead_id")]
    for position, (_, kind, unknown) in enumerate(sources.traits):
        raw = present(kind, column(f"said_{position}"), "text", unknown, dialect)
        said += [named(raw, f"said_{position}"), column(f"when_{position}")]
    steps.append(("said", dialect.fence(exp.select(*said).from_(table("latest_answers")))))
    listed = sources.leads is not None
    shown = [named(column("lead_id", "listed" if listed else "said"), "lead_id")]
    days = dict(sources.answered)
    for position, (name, kind, _) in enumerate(sources.traits):
        when = column(f"when_{position}", "said")
        answer = read_text(kind, column(f"said_{position}", "said"), dialect)
        flat = column(name, "listed") if listed else dialect.nothing(TYPES[kind])
        shown.append(named(case([(not_null(when), answer)], flat), name))
        if name in days:
            shown.append(named(dialect.utc_day(when.copy(), "moment"), days[name]))
    profile = exp.select(*shown)
    if not listed:
        return [*steps, ("profile", dialect.fence(profile.from_(table("said"))))]
    on = compare("is", column("lead_id", "said"), column("lead_id", "listed"))
    profile = profile.from_(table("listed")).join(table("said"), on=on, join_type="left")
    return [*steps, ("profile", dialect.fence(profile))]
