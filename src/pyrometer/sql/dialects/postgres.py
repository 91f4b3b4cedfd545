"""PostgreSQL's spelling of the verbs."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import WORD_EDGE, Pattern, Spelling
from pyrometer.sql.build import both, case, compare, either, integer
from pyrometer.sql.dialects.base import Dialect

LARGEST = 1.7976931348623157e308
"""The largest finite double."""

LONGEST = 15_000
"""Characters of a text that is read as a number; with more than 16,383 digits behind the point a cast would fail."""

ARE = Spelling(any_character="[^\n]", start=r"\A", end=r"\Z", boundary=WORD_EDGE, any_case=True)
"""PostgreSQL's advanced regular expressions; letters are written in all their cases, whatever the database's locale."""


class Postgres(Dialect):
    """PostgreSQL 15 and later; timestamps without time zone are UTC."""

    name = "postgres"
    title = "PostgreSQL"
    bags = "json or jsonb"
    session = "columns of type timestamptz need SET TIME ZONE 'UTC' first; those without a zone hold UTC"
    inlined = False
    fenced = True

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Paren(this=exp.Sub(this=exp.cast(moment, "date"), expression=self.date("1970-01-01")))

    def now(self) -> exp.Expr:
        return exp.Paren(this=exp.AtTimeZone(this=exp.Anonymous(this="now"), zone=exp.Literal.string("UTC")))

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.Div(this=value, expression=divisor, typed=True)

    def utc(self, moment: exp.Expr, family: str) -> exp.Expr:
        if family == "zoned":
            return exp.Paren(this=exp.AtTimeZone(this=moment, zone=exp.Literal.string("UTC")))
        return moment if family == "moment" else exp.cast(moment, "timestamp")

    def held(self, value: exp.Expr, family: str) -> exp.Expr:
        # An enumeration or a UUID isn't searched or compared as a text is.
        return exp.cast(value, "text") if family == "text" else value

    def is_blank(self, text: exp.Expr) -> exp.Expr:
        # No text between `!` and `~` begins with white space; to ask that first spares most texts the search.
        unusual = [
            compare("below", self.sortable(text.copy()), exp.Literal.string("!")),
            compare("above", self.sortable(text.copy()), exp.Literal.string("~")),
        ]
        return both([either(unusual), super().is_blank(text)])

    def sortable(self, text: exp.Expr) -> exp.Expr:
        return exp.Collate(this=text, expression=exp.to_identifier("C", quoted=True))

    def lowered(self, text: exp.Expr) -> exp.Expr:
        return exp.Lower(this=self.sortable(text))

    def whole(self, number: exp.Expr) -> exp.Expr:
        return number

    def is_finite(self, number: exp.Expr) -> exp.Expr:
        bound = self.number(LARGEST)
        return exp.Between(this=number, low=self.number(-LARGEST), high=bound)

    def read_integer(self, text: exp.Expr) -> exp.Expr:
        # Of the digits without zeros in front, more than nineteen are beyond 64 bits; too many fail to be cast at all.
        pattern = exp.Literal.string(r"\A([+-]?)0*([0-9]*).*\Z")
        digits = exp.RegexpReplace(this=text, expression=pattern, replacement=exp.Literal.string(r"\10\2"))
        short = compare("at_most", exp.Length(this=digits), integer(21))
        return case([(short, self.decimal_as_integer(exp.cast(digits.copy(), "decimal")))], None)

    def decimal_as_integer(self, number: exp.Expr) -> exp.Expr:
        inside = exp.Between(this=number, low=integer(-(2**63)), high=integer(2**63 - 1))
        return case([(inside, self.as_integer(number.copy()))], None)

    def decimal_as_number(self, number: exp.Expr) -> exp.Expr:
        # A cast fails beyond what a double can hold, on either side; infinity is larger than that, NaN than infinity.
        size = exp.Abs(this=number.copy())
        too_large = compare("above", size, exp.cast(exp.Literal.string(repr(LARGEST)), "decimal"))
        too_small = compare("below", size.copy(), exp.cast(exp.Literal.string("2.5e-308"), "decimal"))
        return case([(too_large, exp.null()), (too_small, self.number(0.0))], self.as_number(number.copy()))

    def read_number(self, text: exp.Expr) -> exp.Expr:
        # With few digits in the exponent a cast can be asked whether a double holds it.
        exponent = exp.RegexpLike(this=text, expression=exp.Literal.string(r"\A[^eE]*([eE][+-]?0*[0-9]{1,3})?\Z"))
        short = both([compare("at_most", exp.Length(this=text.copy()), integer(LONGEST)), exponent])
        return case([(short, self.decimal_as_number(exp.cast(text.copy(), "decimal")))], None)

    def in_bag(self, bag: exp.Expr, family: str, name: str) -> exp.Expr | None:
        if family != "json":
            return None
        return exp.Paren(
            this=exp.JSONExtractScalar(this=bag, expression=exp.Literal.string(name), only_json_types=True)
        )

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return exp.RegexpLike(this=text, expression=exp.Literal.string(pattern.render(ARE)))
