"""PostgreSQL's spelling of the verbs."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import Pattern, Spelling
from pyrometer.sql.dialects.base import Dialect

ARE = Spelling(any_character="[^\n]", start=r"\A", end=r"\Z", boundary=r"\y", any_case=True)
"""PostgreSQL's advanced regular expressions; letters are written in all their cases, whatever the database's locale."""


class Postgres(Dialect):
    """PostgreSQL 15 and later; timestamps without time zone are UTC."""

    name = "postgres"
    title = "PostgreSQL"
    session = "columns of type timestamptz need SET TIME ZONE 'UTC' first; those without a zone hold UTC"
    inlined = False

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Paren(this=exp.Sub(this=exp.cast(moment, "date"), expression=self.date("1970-01-01")))

    def now(self) -> exp.Expr:
        return exp.Paren(this=exp.AtTimeZone(this=exp.Anonymous(this="now"), zone=exp.Literal.string("UTC")))

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.Div(this=value, expression=divisor, typed=True)

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return exp.RegexpLike(this=text, expression=exp.Literal.string(pattern.render(ARE)))
