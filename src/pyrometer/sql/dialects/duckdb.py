"""DuckDB's spelling of the verbs."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import Pattern
from pyrometer.sql.dialects.base import Dialect


class DuckDB(Dialect):
    """DuckDB 2."""

    name = "duckdb"
    inlined = False

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Paren(this=exp.Sub(this=exp.cast(moment, "date"), expression=self.date("1970-01-01")))

    def timestamp(self, text: str) -> exp.Expr:
        return exp.cast(exp.Literal.string(text), "timestamp")

    def now(self) -> exp.Expr:
        now = exp.Anonymous(this="now", expressions=[])
        micros = exp.Anonymous(this="epoch_us", expressions=[now])
        return exp.Anonymous(this="make_timestamp", expressions=[micros])

    def date(self, text: str) -> exp.Expr:
        return exp.cast(exp.Literal.string(text), "date")

    def number(self, value: float) -> exp.Expr:
        if value == int(value) and abs(value) < 1e15:
            return exp.Literal.number(int(value)) if value >= 0 else exp.Neg(this=exp.Literal.number(-int(value)))
        return exp.cast(exp.Literal.string(repr(value)), "double")

    def as_integer(self, value: exp.Expr) -> exp.Expr:
        return exp.cast(value, "bigint")

    def as_number(self, value: exp.Expr) -> exp.Expr:
        return exp.cast(value, "double")

    def as_text(self, value: exp.Expr) -> exp.Expr:
        return exp.cast(value, "text")

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.IntDiv(this=value, expression=divisor)

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return exp.Anonymous(
            this="regexp_matches",
            expressions=[text, exp.Literal.string(pattern.normalised), exp.Literal.string("i")],
        )

    def contains(self, text: exp.Expr, part: str) -> exp.Expr:
        return exp.Anonymous(
            this="contains",
            expressions=[exp.Lower(this=text), exp.Lower(this=exp.Literal.string(part))],
        )
