"""Rows of an engine's own tables: which column holds a field, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from pyrometer.sql.build import case, coalesce, column, compare, named, not_null, table, text
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.meaning import FIRST_DAY, LAST_DAY, first_of, present, read
from pyrometer.sql.measures import Ctes

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


def table_rows(source: SourceTable, name: str, dialect: Dialect, only: str | None) -> Ctes:
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


def in_time(name: str, dialect: Dialect) -> exp.Expr:
    low, high = dialect.timestamp(f"{FIRST_DAY} 00:00:00"), dialect.timestamp(f"{LAST_DAY} 23:59:59.999999")
    return exp.Between(this=column(name), low=low, high=high)


def received(name: str, dialect: Dialect) -> exp.Expr:
    """When a row became known: as given, else when it happened."""
    return named(coalesce(case([(in_time(name, dialect), column(name))], None), column("occurred_at")), name)
