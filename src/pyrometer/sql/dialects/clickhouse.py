"""ClickHouse's spelling of the verbs."""

from __future__ import annotations

from types import MappingProxyType

from sqlglot import exp

from pyrometer.definition.pattern import Pattern
from pyrometer.sql.build import both, case, compare, either, integer, text
from pyrometer.sql.dialects.base import Dialect

_TYPES = {"date": "Nullable(Date32)", "timestamp": "Nullable(DateTime64(6, 'UTC'))"}


class ClickHouse(Dialect):
    """ClickHouse with `join_use_nulls` and `precise_float_parsing`; every time is an instant, shown in UTC."""

    name = "clickhouse"
    title = "ClickHouse"
    bags = "a Map whose keys are texts, JSON or a text of JSON"
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
        return _call("dateDiff", text("day"), self.date("1970-01-01"), _call("toDate32", moment))

    def timestamp(self, text: str) -> exp.Expr:
        return _call("toDateTime64", exp.Literal.string(text), integer(6), exp.Literal.string("UTC"))

    def now(self) -> exp.Expr:
        return _call("now64", integer(6), text("UTC"))

    def date(self, text: str) -> exp.Expr:
        return _call("toDate32", exp.Literal.string(text))

    def number(self, value: float) -> exp.Expr:
        return _call("toFloat64", exp.Literal.number(repr(value)))

    def as_integer(self, value: exp.Expr) -> exp.Expr:
        return _call("toInt64", value)

    def as_number(self, value: exp.Expr) -> exp.Expr:
        return _call("toFloat64", value)

    def as_text(self, value: exp.Expr) -> exp.Expr:
        return _call("toString", value)

    def long(self, number: int) -> exp.Expr:
        # Literals are unsigned here, and large ones have no 64-bit type in common with what can be negative.
        return self.as_integer(integer(number))

    def summand(self, number: exp.Expr, largest: int) -> exp.Expr:
        return self.as_integer(number)

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return _call("intDiv", value, divisor)

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        return _call("match", text, exp.Literal.string(f"(?i-s){pattern.normalised}"))

    def rows(self, names: list[str], rows: list[tuple[int, ...]]) -> exp.From:
        structure = ", ".join(f"{name} Int64" for name in names)
        tuples = [exp.Tuple(expressions=[exp.Literal.number(value) for value in row]) for row in rows]
        return exp.From(this=exp.Anonymous(this="VALUES", expressions=[exp.Literal.string(structure), *tuples]))

    def sent(self, text: exp.Expr) -> exp.Expr:
        # Any bytes are a text here, but not where the rows go.
        return _call("toValidUTF8", text)

    def nothing(self, kind: str) -> exp.Expr:
        if kind in _TYPES:
            return exp.cast(exp.null(), exp.DataType.build(_TYPES[kind], dialect=self.name))
        return super().nothing(kind)

    def held(self, value: exp.Expr, family: str) -> exp.Expr:
        # An enumeration, a UUID or a text of fixed length fails where it is compared with another text.
        return self.as_text(value) if family == "text" else value

    def digits(self, text: exp.Expr) -> exp.Expr:
        return _call("toInt32OrZero", text)

    def utc(self, moment: exp.Expr, family: str) -> exp.Expr:
        return _call("toDateTime64", moment, integer(6), text("UTC"))

    def utc_day(self, moment: exp.Expr, family: str) -> exp.Expr:
        return _call("toDate32", moment if family == "day" else self.utc(moment, family))

    def day_of(self, number: exp.Expr) -> exp.Expr:
        return _call("addDays", self.date("1970-01-01"), number)

    def is_blank(self, text: exp.Expr) -> exp.Expr:
        # No text between `!` and `~` begins with white space; to ask that first spares most texts the search.
        unusual = [compare("below", text.copy(), exp.Literal.string("!"))]
        unusual.append(compare("above", text.copy(), exp.Literal.string("~")))
        return both([either(unusual), super().is_blank(text)])

    def whole(self, number: exp.Expr) -> exp.Expr:
        return _call("accurateCastOrNull", number, text("Int64"))

    def is_finite(self, number: exp.Expr) -> exp.Expr:
        return _call("isFinite", number)

    def read_integer(self, text: exp.Expr) -> exp.Expr:
        # Nineteen digits fit 64 bits or miss them by little; longer ones would come round to some other number.
        digits = _call("extract", text, exp.Literal.string("^[+-]?0*([0-9]*)"))
        sign = case([(_call("startsWith", text.copy(), exp.Literal.string("-")), integer(-1))], integer(1))
        size = exp.Mul(this=_call("toInt128OrZero", digits), expression=sign)
        short = compare("at_most", exp.Length(this=digits.copy()), integer(19))
        return case([(short, self.whole(size))], None)

    def decimal_as_integer(self, number: exp.Expr) -> exp.Expr:
        # Compared with a long literal, a decimal with many digits behind its point overflows.
        return self.read_integer(self.as_text(number))

    def read_number(self, text: exp.Expr) -> exp.Expr:
        number = _call("toFloat64OrNull", text)
        return case([(_call("isFinite", number), number.copy())], None)

    def read_day(self, text: exp.Expr) -> exp.Expr:
        # What a version's days don't reach becomes the nearest day that they do, without a word.
        day = _call("toDate32OrNull", text)
        return case([(compare("is", self.as_text(day), text.copy()), day.copy())], None)

    def in_bag(self, bag: exp.Expr, family: str, name: str) -> exp.Expr | None:
        key = text(name)
        match family:
            case "map":
                there = _call("mapContains", bag, key)
                return case([(there, self.as_text(exp.Bracket(this=bag.copy(), expressions=[key.copy()])))], None)
            case "json":
                return self.as_text(_call("getSubcolumn", bag, key))
            case "text":
                is_text = compare("is", self.as_text(_call("JSONType", bag, key)), text("String"))
                raw = exp.Nullif(this=_call("JSONExtractRaw", bag.copy(), key.copy()), expression=text("null"))
                return case([(is_text, _call("JSONExtractString", bag.copy(), key.copy()))], raw)
        return None


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))
