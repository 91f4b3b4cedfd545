"""Spark's spelling of the verbs."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import WORD_EDGE, Pattern, Spelling
from pyrometer.sql.dialects.base import Dialect

JAVA = Spelling(any_character="[^\n]", start=r"\A", end=r"\z", boundary=WORD_EDGE, any_case=True)
"""Java's regular expressions, with letters written in all their cases."""


class Spark(Dialect):
    """Spark 4, whose session counts time in UTC."""

    name = "spark"

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="unix_date", expressions=[exp.cast(moment, "date")])

    def now(self) -> exp.Expr:
        return exp.Anonymous(this="current_timestamp")

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.IntDiv(this=value, expression=divisor)

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return exp.RegexpLike(this=text, expression=exp.Literal.string(pattern.render(JAVA)))
