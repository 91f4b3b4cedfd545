"""DuckDB's spelling of the verbs."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import Pattern
from pyrometer.sql.build import case, compare, integer
from pyrometer.sql.dialects.base import Dialect

MOST_EVENTS = 2**31
"""More events than a lead can have."""

EXACT = 2**53
"""Doubles hold every whole number up to here, and so add them exactly, in any order."""


class DuckDB(Dialect):
    """DuckDB 2. With `in_doubles`, sums that can't pass 2^53 are added as doubles, which takes half the time."""

    def __init__(self, *, in_doubles: bool = False) -> None:
        self.in_doubles = in_doubles
        self.weight_type = "double" if in_doubles else "bigint"

    name = "duckdb"
    title = "DuckDB"
    inlined = False

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Paren(this=exp.Sub(this=exp.cast(moment, "date"), expression=self.date("1970-01-01")))

    def now(self) -> exp.Expr:
        now = exp.Anonymous(this="now", expressions=[])
        micros = exp.Anonymous(this="epoch_us", expressions=[now])
        return exp.Anonymous(this="make_timestamp", expressions=[micros])

    def number(self, value: float) -> exp.Expr:
        if value == int(value) and abs(value) < 1e15:
            return exp.Literal.number(int(value)) if value >= 0 else exp.Neg(this=exp.Literal.number(-int(value)))
        return exp.cast(exp.Literal.string(repr(value)), "double")

    def summand(self, number: exp.Expr, largest: int) -> exp.Expr:
        return exp.cast(number, "double") if self._exact(largest) else number

    def weight(self, number: exp.Expr, largest: int) -> exp.Expr:
        return exp.cast(number, "bigint") if self.in_doubles and not self._exact(largest) else number

    def _exact(self, largest: int) -> bool:
        return self.in_doubles and largest * MOST_EVENTS <= EXACT

    def at_most(self, number: exp.Expr, bound: int) -> exp.Expr:
        if not self.in_doubles:
            return super().at_most(number, bound)
        # As people would not write it, but for every event this is a good deal less work than LEAST.
        return case([(compare("below", number, integer(bound)), number.copy())], integer(bound))

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.IntDiv(this=value, expression=divisor)

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return exp.Anonymous(
            this="regexp_matches",
            expressions=[text, exp.Literal.string(pattern.normalised), exp.Literal.string("i")],
        )
