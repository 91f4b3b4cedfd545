"""Spark's spelling of the verbs."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import WORD_EDGE, Pattern, Spelling
from pyrometer.sql.build import case
from pyrometer.sql.dialects.base import Dialect

JAVA = Spelling(any_character="[^\n]", start=r"\A", end=r"\z", boundary=WORD_EDGE, any_case=True)
"""Java's regular expressions, with letters written in all their cases."""


class Spark(Dialect):
    """Spark 4, whose session counts time in UTC."""

    name = "spark"
    title = "Spark"
    bags = "a map, a struct, a variant or a text of JSON"
    session = "SET TIME ZONE 'UTC' first"

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="unix_date", expressions=[exp.cast(moment, "date")])

    def now(self) -> exp.Expr:
        return exp.Anonymous(this="current_timestamp")

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.IntDiv(this=value, expression=divisor)

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return exp.RegexpLike(this=text, expression=exp.Literal.string(pattern.render(JAVA)))

    def day_of(self, number: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="date_from_unix_date", expressions=[number])

    def whole(self, number: exp.Expr) -> exp.Expr:
        return number

    def read_integer(self, text: exp.Expr) -> exp.Expr:
        digits = exp.Anonymous(
            this="substring_index", expressions=[text, exp.Literal.string("."), exp.Literal.number(1)]
        )
        return _tried(digits, "bigint")

    def read_number(self, text: exp.Expr) -> exp.Expr:
        number = _tried(text, "double")
        return case([(self.is_finite(number), number.copy())], None)

    def read_day(self, text: exp.Expr) -> exp.Expr:
        return _tried(text, "date")

    def in_bag(self, bag: exp.Expr, family: str, name: str) -> exp.Expr | None:
        match family:
            case "map":
                held = bag
            case "text":
                held = _as_map(bag)
            case "object":
                held = _as_map(exp.Anonymous(this="to_json", expressions=[bag]))
            case _:
                return None
        return exp.Anonymous(this="try_element_at", expressions=[held, exp.Literal.string(name)])


def _as_map(json: exp.Expr) -> exp.Expr:
    """A text of JSON as a map of texts, which takes every name; NULL where it is no object."""
    return exp.Anonymous(this="from_json", expressions=[json, exp.Literal.string("map<string,string>")])


def _tried(value: exp.Expr, kind: str) -> exp.Expr:
    """A cast that gives NULL for what it can't read."""
    return exp.TryCast(this=value, to=exp.DataType.build(kind), safe=True)
