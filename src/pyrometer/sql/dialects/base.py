"""The verbs in which SQL dialects differ; everything else is built the same for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from pyrometer.definition.pattern import Pattern, blank_pattern, literal_pattern
from pyrometer.sql.build import integer, least


class Dialect(ABC):
    """How one engine spells the few things that SQL has no common word for."""

    name: str
    """sqlglot's name of the dialect."""

    title: str
    """The engine's own name."""

    supported = True
    """False where the SQL follows the engine's documentation and nobody has run it."""

    bags = ""
    """The types of a column of properties that can be looked into."""

    moment_type = "TIMESTAMP"
    """How the engine calls the type of `occurred_at`."""

    session = ""
    """What has to hold where the query runs, for people."""

    settings: Mapping[str, str | int] = MappingProxyType({})
    """What a query has to set for itself, by the engine's names."""

    inlined: bool | None = None
    """False where steps must be marked `NOT MATERIALIZED`, so that events are never copied between steps."""

    fenced = False
    """Whether steps must be kept apart, because the engine puts their expressions wherever a later step reads them."""

    weight_type = "bigint"
    """The type of the calendar's columns of weights."""

    def identifier(self, name: str) -> str:
        """How a name is written between quotes."""
        return name

    def rows(self, names: list[str], rows: list[tuple[int, ...]]) -> exp.From:
        """Where a table of whole numbers is read from: FROM and its literals, with the names of the columns."""
        tuples = [exp.Tuple(expressions=[exp.Literal.number(value) for value in row]) for row in rows]
        alias = exp.TableAlias(
            this=exp.to_identifier("given", quoted=True),
            columns=[exp.to_identifier(name, quoted=True) for name in names],
        )
        return exp.From(this=exp.Values(expressions=tuples, alias=alias))

    @abstractmethod
    def day_number(self, moment: exp.Expr) -> exp.Expr:
        """Whole UTC days since 1970-01-01 of a timestamp or date; negative before."""

    def timestamp(self, text: str) -> exp.Expr:
        """A UTC timestamp literal."""
        return exp.cast(exp.Literal.string(text), "timestamp")

    @abstractmethod
    def now(self) -> exp.Expr:
        """The UTC timestamp of the moment when the query runs."""

    def date(self, text: str) -> exp.Expr:
        """A date literal."""
        return exp.cast(exp.Literal.string(text), "date")

    def number(self, value: float) -> exp.Expr:
        """A binary 64-bit floating point literal, exact."""
        return exp.cast(exp.Literal.string(repr(value)), "double")

    def as_integer(self, value: exp.Expr) -> exp.Expr:
        """A 64-bit integer."""
        return exp.cast(value, "bigint")

    def as_number(self, value: exp.Expr) -> exp.Expr:
        """A binary 64-bit floating point number."""
        return exp.cast(value, "double")

    def as_text(self, value: exp.Expr) -> exp.Expr:
        """A text."""
        return exp.cast(value, "text")

    def long(self, number: int) -> exp.Expr:
        """A whole number as a literal of the type that sums and points have."""
        return integer(number)

    def summand(self, number: exp.Expr, largest: int) -> exp.Expr:
        """A whole number in the type in which a sum of them is exact and quickest.

        `largest` is how large in size what is summed can be for one event.
        """
        return number

    def weight(self, number: exp.Expr, largest: int) -> exp.Expr:
        """A weight of the calendar, for such a sum."""
        return number

    def at_most(self, number: exp.Expr, bound: int) -> exp.Expr:
        """The number, or the bound where it is larger; the number is never null."""
        return least(number, integer(bound))

    def fence(self, step: exp.Select) -> exp.Select:
        """A step whose columns are computed once a row, however often later steps read them."""
        return step.offset(0) if self.fenced else step

    @abstractmethod
    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        """Integer division of whole numbers >= 0."""

    @abstractmethod
    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        """Whether the pattern is found anywhere in the text, ignoring case."""

    def contains(self, text: exp.Expr, part: str) -> exp.Expr:
        """Whether the text contains the part, ignoring case just as patterns do."""
        return self.regex_search(text, literal_pattern(part))

    def sent(self, text: exp.Expr) -> exp.Expr:
        """A text of a result, as it can leave the engine."""
        return text

    # What follows reads evidence out of tables. None of it may fail on a value.

    def nothing(self, kind: str) -> exp.Expr:
        """NULL as a type of SQL: text, bigint, double, boolean, date, timestamp."""
        return exp.cast(exp.null(), kind)

    def held(self, value: exp.Expr, family: str) -> exp.Expr:
        """A column of a table in the one type of its family."""
        return value

    def digits(self, text: exp.Expr) -> exp.Expr:
        """A small whole number from a text of a few digits; anything where it isn't one."""
        return exp.cast(text, "int")

    def utc(self, moment: exp.Expr, family: str) -> exp.Expr:
        """A column of days, of moments (UTC) or of zoned times as a UTC timestamp."""
        return exp.cast(moment, "timestamp")

    def utc_day(self, moment: exp.Expr, family: str) -> exp.Expr:
        """The UTC day of such a column, as a date."""
        return moment if family == "day" else exp.cast(self.utc(moment, family), "date")

    def day_of(self, number: exp.Expr) -> exp.Expr:
        """The date of a day number."""
        return exp.Paren(this=exp.Add(this=self.date("1970-01-01"), expression=number))

    def is_blank(self, text: exp.Expr) -> exp.Expr:
        """Whether a text is nothing but white space."""
        return self.regex_search(text, blank_pattern())

    def trimmed(self, text: exp.Expr) -> exp.Expr:
        """A text without spaces around it."""
        return exp.Trim(this=text)

    def lowered(self, text: exp.Expr) -> exp.Expr:
        """A text whose ASCII letters are small, whatever the language of the database."""
        return exp.Lower(this=text)

    def sortable(self, text: exp.Expr) -> exp.Expr:
        """A text that sorts by its bytes in UTF-8."""
        return text

    def whole(self, number: exp.Expr) -> exp.Expr:
        """A whole number of any width as a 64-bit integer, NULL beyond."""
        return exp.cast(number, "bigint")

    def is_finite(self, number: exp.Expr) -> exp.Expr:
        """Whether a floating point number is neither infinite nor NaN."""
        bound = self.number(1.7976931348623157e308)
        return exp.Between(this=number, low=exp.Neg(this=bound), high=bound.copy())

    def decimal_as_integer(self, number: exp.Expr) -> exp.Expr:
        """A whole decimal as a 64-bit integer; NULL beyond."""
        return exp.TryCast(this=number, to=exp.DataType.build("bigint"), safe=True)

    def decimal_as_number(self, number: exp.Expr) -> exp.Expr:
        """A decimal as a binary 64-bit floating point number; NULL where it is too large for one."""
        return self.as_number(number)

    # Engines that only run what was compiled read no texts, so they do without these two.

    def read_integer(self, text: exp.Expr) -> exp.Expr:
        """A 64-bit integer from a text of digits, perhaps with a sign and with zeros behind a point; NULL beyond."""
        raise NotImplementedError

    def read_number(self, text: exp.Expr) -> exp.Expr:
        """A floating point number from a text such as -12.5e3; infinite or NULL where it is too large."""
        raise NotImplementedError

    def read_day(self, text: exp.Expr) -> exp.Expr:
        """A date from a text such as 2026-06-30 that names a day."""
        return exp.cast(text, "date")

    def in_bag(self, bag: exp.Expr, family: str, name: str) -> exp.Expr | None:
        """The text of a value in a column of properties by name; None where such a column can't be looked into."""
        return None
