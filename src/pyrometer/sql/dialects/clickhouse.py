"""ClickHouse's spelling of the verbs."""

from __future__ import annotations

from types import MappingProxyType

from sqlglot import exp

from pyrometer.definition.pattern import Pattern
from pyrometer.sql.dialects.base import Dialect


class ClickHouse(Dialect):
    """ClickHouse 24 and later, with `join_use_nulls`; days lie between 1900 and 2299, as ClickHouse's do."""

    name = "clickhouse"
    title = "ClickHouse"
    moment_type = "DateTime64(6, 'UTC')"
    settings = MappingProxyType(
        {
            "join_use_nulls": 1,
            "prefer_column_name_to_alias": 1,
            "transform_null_in": 0,
            "session_timezone": "UTC",
        }
    )

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Anonymous(
            this="dateDiff", expressions=[exp.Literal.string("day"), self.date("1970-01-01"), self._day(moment)]
        )

    def timestamp(self, text: str) -> exp.Expr:
        number, zone = exp.Literal.number(6), exp.Literal.string("UTC")
        return exp.Anonymous(this="toDateTime64", expressions=[exp.Literal.string(text), number, zone])

    def now(self) -> exp.Expr:
        number, zone = exp.Literal.number(6), exp.Literal.string("UTC")
        return exp.Anonymous(this="now64", expressions=[number, zone])

    def date(self, text: str) -> exp.Expr:
        return exp.Anonymous(this="toDate32", expressions=[exp.Literal.string(text)])

    def number(self, value: float) -> exp.Expr:
        return exp.Anonymous(this="toFloat64", expressions=[exp.Literal.string(repr(value))])

    def as_integer(self, value: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="toInt64", expressions=[value])

    def as_number(self, value: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="toFloat64", expressions=[value])

    def as_text(self, value: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="toString", expressions=[value])

    def summand(self, number: exp.Expr, largest: int) -> exp.Expr:
        # Small literals are unsigned here, and sums of them have no type in common with what can be negative.
        return self.as_integer(number)

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="intDiv", expressions=[value, divisor])

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        spelled = f"(?i-s){pattern.normalised}"
        return exp.Anonymous(this="match", expressions=[text, exp.Literal.string(spelled)])

    def rows(self, names: list[str], rows: list[tuple[int, ...]]) -> exp.From:
        structure = ", ".join(f"{name} Int64" for name in names)
        tuples = [exp.Tuple(expressions=[exp.Literal.number(value) for value in row]) for row in rows]
        return exp.From(this=exp.Anonymous(this="VALUES", expressions=[exp.Literal.string(structure), *tuples]))

    def _day(self, moment: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="toDate32", expressions=[moment])
