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
from pyrometer.sql.meaning import FIRST_DAY, LAST_DAY, first_of, present, read, read_text
from pyrometer.sql.measures import Ctes
from pyrometer.sql.signals import Moment

CALENDAR, PREVIOUS = "pyrometer_calendar", "pyrometer_previous"
WITHDRAWN = {"events": "pyrometer_withdrawn_events", "traits": "pyrometer_withdrawn_answers"}
"""The relations that an engine is given besides its own tables."""

TYPES = {
    "text": "text",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "time": "timestamp",
}


@dataclass(frozen=True)
class SourceField:
    """A field of evidence in a table: its kind, and the columns that hold it, each with its family.

    The first column that holds something wins; without columns the field is always unknown.
    """

    name: str
    kind: str
    columns: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceTable:
    """A table or view: the parts of its name, its fields, and its column of properties with that one's family."""

    name: tuple[str, ...]
    fields: tuple[SourceField, ...]
    bag: tuple[str, str] | None = None

    @property
    def has(self) -> frozenset[str]:
        """The fields that some column holds."""
        return frozenset(each.name for each in self.fields if each.columns)


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


def table_of(parts: tuple[str, ...]) -> exp.Table:
    quoted = [exp.to_identifier(part, quoted=True) for part in parts]
    return exp.Table(**dict(zip(("this", "db", "catalog"), reversed(quoted), strict=False)))


def can_look_into(bag: tuple[str, str], dialect: Dialect) -> bool:
    """Whether values can be found by their names in a column of properties, given with its family."""
    return dialect.in_bag(column(bag[0]), bag[1], "") is not None


def raw_value(field: SourceField, bag: tuple[str, str] | None, dialect: Dialect) -> exp.Expr:
    """A field's value where it is present, still in its column's type; times are read already."""
    if field.kind == "time":
        return first_of([dialect.utc(column(name), family) for name, family in field.columns])
    held = [(dialect.held(column(name), family), family) for name, family in field.columns]
    values = [present(field.kind, value, family, field.unknown, dialect) for value, family in held]
    if len({family for _, family in field.columns}) > 1:
        values = [dialect.as_text(value) for value in values]
    if bag is not None:
        found = dialect.in_bag(column(bag[0]), bag[1], field.name)
        if found is not None:
            if values and field.columns[0][1] != "text":
                values = [dialect.as_text(value) for value in values]
            values.append(present(field.kind, found, "text", field.unknown, dialect))
    return first_of(values) if values else exp.null()


def _family(field: SourceField, bag: tuple[str, str] | None) -> str | None:
    families = {family for _, family in field.columns} | ({"text"} if bag is not None else set())
    return next(iter(families)) if len(families) == 1 else "text" if families else None


def _typed(field: SourceField, bag: tuple[str, str] | None, dialect: Dialect) -> exp.Expr:
    family = _family(field, bag)
    if family is None:
        return named(dialect.nothing(TYPES[field.kind]), field.name)
    value = column(field.name)
    return named(value if field.kind == "time" else read(field.kind, value, family, dialect), field.name)


def _rows(source: SourceTable, name: str, dialect: Dialect, only: str | None) -> Ctes:
    """Two steps: what is present in the rows of a table, and what it means."""
    core = {"lead_id", "event", "message_id", "trait", "value"}
    bags = {each.name: None if each.kind == "time" or each.name in core else source.bag for each in source.fields}
    raw = [
        named(raw_value(each, bags[each.name], dialect), each.name)
        for each in source.fields
        if _family(each, bags[each.name]) is not None
    ]
    first = f"{name}_rows"
    steps: Ctes = [(first, dialect.fence(exp.select(*raw).from_(table_of(source.name))))]
    meant = exp.select(*(_typed(each, bags[each.name], dialect) for each in source.fields)).from_(table(first))
    meant = meant.where(not_null(column("lead_id")))
    if only is not None:
        lead = next(each for each in source.fields if each.name == "lead_id")
        value = read("text", column("lead_id"), _family(lead, None) or "text", dialect)
        meant = meant.where(compare("is", value, text(only)))
    return [*steps, (name, dialect.fence(meant))]


def _in_time(name: str, dialect: Dialect) -> exp.Expr:
    low, high = dialect.timestamp(f"{FIRST_DAY} 00:00:00"), dialect.timestamp(f"{LAST_DAY} 23:59:59.999999")
    return exp.Between(this=column(name), low=low, high=high)


def _received(name: str, dialect: Dialect) -> exp.Expr:
    """When a row became known: as given, else when it happened."""
    return named(coalesce(case([(_in_time(name, dialect), column(name))], None), column("occurred_at")), name)


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
    steps = _rows(source, "event_log", dialect, sources.only)
    steps += _standing(sources, "events", "event_log")
    names = [name for name, _ in fields if name != "received_at"]
    declared = exp.In(this=column("event"), expressions=[text(name) for name in sources.declared])
    sound = [_in_time("occurred_at", dialect), declared if sources.declared else exp.false()]
    known = exp.select(*map(column, names), _received("received_at", dialect))
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
    flat: Ctes = [] if sources.leads is None else _rows(sources.leads, "listed", dialect, sources.only)
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
    steps = _rows(sources.traits_log, "trait_log", dialect, sources.only)
    steps += _standing(sources, "traits", "trait_log")
    value = named(coalesce(column("value"), text("")), "value")
    known = exp.select(column("lead_id"), column("trait"), value, column("occurred_at"))
    known = known.select(_received("received_at", dialect)).from_(table(steps[-1][0]))
    steps.append(("answers", known.where(_in_time("occurred_at", dialect), not_null(column("trait")))))
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
