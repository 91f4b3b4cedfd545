"""Small questions to an engine's tables: how far do they reach, is a lead in one twice, which leads are there."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.sql.build import case, column, compare, integer, named, not_null
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.meaning import FIRST_DAY, LAST_DAY
from pyrometer.sql.rows import SourceTable, raw_value, table_of


def latest_select(table_: SourceTable, until: str | None, dialect: Dialect) -> exp.Select:
    """The latest time at which anything in a table happened or was received, as one timestamp a column.

    `until` (UTC, ISO 8601) leaves out what is later.
    """
    last = dialect.timestamp(until if until is not None else f"{LAST_DAY} 23:59:59.999999")
    shown = []
    for each in table_.fields:
        if each.kind == "time" and each.columns:
            time = raw_value(each, None, dialect)
            inside = exp.Between(this=time, low=dialect.timestamp(f"{FIRST_DAY} 00:00:00"), high=last.copy())
            shown.append(named(exp.Max(this=case([(inside, time.copy())], None)), each.name))
    return exp.select(*shown).from_(table_of(table_.name))


def repeated_select(table_: SourceTable, dialect: Dialect, shown: int) -> exp.Select:
    """Leads that stand in a table more than once, with how often: the first few by id."""
    (lead,) = (each for each in table_.fields if each.name == "lead_id")
    rows = exp.select(named(raw_value(lead, None, dialect), "lead_id")).from_(table_of(table_.name))
    count = exp.Count(this=exp.Star())
    return (
        exp.select(column("lead_id"), named(count, "rows_"))
        .from_(rows.subquery("leads_"))
        .where(not_null(column("lead_id")))
        .group_by(column("lead_id"))
        .having(compare("above", count.copy(), integer(1)))
        .order_by(exp.Ordered(this=dialect.sortable(column("lead_id"))))
        .limit(shown)
    )


def some_leads(table_: SourceTable, dialect: Dialect, number: int) -> exp.Select:
    """The ids of some of a table's leads."""
    (lead,) = (each for each in table_.fields if each.name == "lead_id")
    value = raw_value(lead, None, dialect)
    rows = exp.select(named(value, "lead_id")).distinct().from_(table_of(table_.name))
    return rows.where(not_null(value.copy())).limit(number)
