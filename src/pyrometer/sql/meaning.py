"""What a value in a table means: the expressions that `evidence.meaning` writes for files, for every dialect.

A column belongs to a family: `text`, `whole`, `decimal`, `real`, `truth`, `day`, `moment` (without a zone: UTC),
`zoned`, or another that evidence can't be read from. Nothing here can fail on a value: what can't be read is NULL.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from pyrometer.definition.pattern import Pattern, check_pattern
from pyrometer.sql.build import both, case, coalesce, compare, either, integer, negated, text
from pyrometer.sql.dialects.base import Dialect

FAMILIES: dict[str, frozenset[str]] = {
    "text": frozenset({"text", "whole", "truth", "day"}),
    "integer": frozenset({"text", "whole", "decimal", "real"}),
    "number": frozenset({"text", "whole", "decimal", "real"}),
    "boolean": frozenset({"text", "whole", "truth"}),
    "date": frozenset({"text", "day", "moment", "zoned"}),
    "time": frozenset({"day", "moment", "zoned"}),
}
"""By kind of value, the families of columns that it can be read from."""

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
SMALLEST, LARGEST = -(2**63), 2**63 - 1

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_OFFSET = "[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?"
_PATTERNS = {
    name: check_pattern(f"^({pattern})$")
    for name, pattern in {
        "integer": r"[+-]?[0-9]+(\.0*)?",
        "number": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
        "day": _DAY,
        "utc": f"{_DAY}{_CLOCK}Z?",
        "local": f"{_DAY}{_CLOCK}{_OFFSET}",
    }.items()
}

_OFFSETS = [check_pattern(f"[+-]{digits}$") for digits in ("[0-9]{2}", "[0-9]{4}", "[0-9]{2}:[0-9]{2}")]
_EAST = check_pattern(r"\+[0-9:]{2,5}$")


def present(kind: str, value: exp.Expr, family: str, unknown: Sequence[str], dialect: Dialect) -> exp.Expr:
    """The raw value, or NULL where it is blank or one of the spellings of unknown."""
    if family == "text" and kind == "text":
        found = case([(dialect.is_blank(value), exp.null())], value.copy())
    elif family == "text":
        found = exp.Nullif(this=dialect.trimmed(value), expression=text(""))
    else:
        found = value
    spelled = [text(spelling) for spelling in unknown]
    compared = value.copy()
    if family in ("whole", "decimal", "real"):
        spelled = [dialect.number(float(spelling)) for spelling in unknown if _numeric(spelling)]
        compared = dialect.decimal_as_number(compared) if family == "decimal" else dialect.as_number(compared)
    elif family != "text":
        compared = dialect.as_text(compared)
    if not spelled:
        return found
    return case([(exp.In(this=compared, expressions=spelled), exp.null())], found)


def read(kind: str, value: exp.Expr, family: str, dialect: Dialect) -> exp.Expr:
    """The value of a column that is present, in the kind's own type; the family must be one of the kind's."""
    if family == "text":
        return read_text(kind, value, dialect)
    match kind, family:
        case "text", _:
            return dialect.as_text(value)
        case "integer", "whole":
            return dialect.whole(value)
        case "integer", "decimal":
            exact = compare("is", value, exp.Floor(this=value.copy()))
            return case([(exact, dialect.decimal_as_integer(value.copy()))], None)
        case "integer", _:
            inside = both([dialect.is_finite(value), _within(dialect.as_number(value.copy()), dialect)])
            exact = compare("is", value.copy(), exp.Floor(this=value.copy()))
            # One after the other: Spark's floor is a whole number, which what is outside doesn't fit.
            return case([(inside, case([(exact, dialect.as_integer(value.copy()))], None))], None)
        case "number", "decimal":
            return dialect.decimal_as_number(value)
        case "number", _:
            number = dialect.as_number(value)
            return case([(dialect.is_finite(number), number.copy())], None) if family == "real" else number
        case "boolean", "whole":
            yes = compare("is", value, integer(1)), exp.true()
            return case([yes, (compare("is", value.copy(), integer(0)), exp.false())], None)
        case "date", _:
            return _settled_day(dialect.utc_day(value, family), dialect)
        case "time", _:
            return dialect.utc(value, family)
    return value


def read_text(kind: str, value: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The value of a text that is present and trimmed."""

    def looks_like(name: str) -> exp.Expr:
        return dialect.regex_search(value.copy(), _PATTERNS[name])

    match kind:
        case "integer":
            return case([(looks_like("integer"), dialect.read_integer(value.copy()))], None)
        case "number":
            return case([(looks_like("number"), dialect.read_number(value.copy()))], None)
        case "boolean":
            lower = dialect.lowered(value)
            yes = exp.In(this=lower, expressions=[text(word) for word in ("true", "yes", "1")])
            no = exp.In(this=lower.copy(), expressions=[text(word) for word in ("false", "no", "0")])
            return case([(yes, exp.true()), (no, exp.false())], None)
        case "date":
            day = case([(_is_day(value, dialect), dialect.read_day(_part(value, 1, 10)))], None)
            shifted = case([(_is_day(value, dialect), _local_day(value, dialect))], None)
            read_ = [(either([looks_like("day"), looks_like("utc")]), day), (looks_like("local"), shifted)]
            return _settled_day(case(read_, None), dialect)
    return value


def _within(number: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether a floating point number fits 64 bits; 2^63 itself doesn't."""
    low, high = dialect.number(float(SMALLEST)), dialect.number(2.0**63)
    return both([compare("at_least", number, low), compare("below", number.copy(), high)])


def _settled_day(day: exp.Expr, dialect: Dialect) -> exp.Expr:
    inside = exp.Between(this=day, low=dialect.date(FIRST_DAY), high=dialect.date(LAST_DAY))
    return case([(inside, day.copy())], None)


def _part(value: exp.Expr, start: int, length: int) -> exp.Expr:
    return exp.Substring(this=value.copy(), start=integer(start), length=integer(length))


def _digits(value: exp.Expr, start: int, length: int, dialect: Dialect) -> exp.Expr:
    return dialect.digits(_part(value, start, length))


def _is_day(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether a text that begins with YYYY-MM-DD names a day of the calendar."""
    year, month, day = (_digits(value, start, length, dialect) for start, length in ((1, 4), (6, 2), (9, 2)))

    def divided(by: int) -> exp.Expr:
        return compare("is", exp.Mod(this=year.copy(), expression=integer(by)), integer(0))

    leap = both([divided(4), either([negated(divided(100)), divided(400)])])
    short = exp.In(this=month, expressions=[integer(number) for number in (4, 6, 9, 11)])
    february = case([(leap, integer(29))], integer(28))
    length = case([(short, integer(30)), (compare("is", month.copy(), integer(2)), february)], integer(31))
    return both(
        [
            exp.Between(this=month.copy(), low=integer(1), high=integer(12)),
            exp.Between(this=day, low=integer(1), high=length),
            compare("at_least", year, integer(1)),
        ]
    )


def _local_day(value: exp.Expr, dialect: Dialect) -> exp.Expr:
    """The UTC day of a text such as 2026-06-30T23:30:00-05:00: the written day, moved where the offset crosses it."""
    hours, with_minutes, spelled_out = (_at_end(value, dialect, pattern) for pattern in _OFFSETS)
    offset = case(
        [
            (spelled_out, _minutes(_end_digits(value, 5, dialect), _end_digits(value, 2, dialect))),
            (with_minutes, _minutes(_end_digits(value, 4, dialect), _end_digits(value, 2, dialect))),
            (hours, _minutes(_end_digits(value, 2, dialect), integer(0))),
        ],
        integer(0),
    )
    east = dialect.regex_search(value.copy(), _EAST)
    clock = _minutes(_digits(value, 12, 2, dialect), _digits(value, 15, 2, dialect))
    minutes = case(
        [(east, exp.Sub(this=clock, expression=exp.Paren(this=offset)))],
        exp.Add(this=clock.copy(), expression=exp.Paren(this=offset.copy())),
    )
    before = (compare("below", minutes, integer(0)), integer(-1))
    after = (compare("at_least", minutes.copy(), integer(24 * 60)), integer(1))
    number = exp.Add(
        this=dialect.day_number(dialect.read_day(_part(value, 1, 10))), expression=case([before, after], integer(0))
    )
    return dialect.day_of(exp.Paren(this=number))


def _minutes(hours: exp.Expr, minutes: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Add(this=exp.Mul(this=hours, expression=integer(60)), expression=minutes))


def _at_end(value: exp.Expr, dialect: Dialect, pattern: Pattern) -> exp.Expr:
    return dialect.regex_search(value.copy(), pattern)


def _end_digits(value: exp.Expr, before: int, dialect: Dialect) -> exp.Expr:
    """Two digits, so many characters before the end."""
    start = exp.Sub(this=exp.Length(this=value.copy()), expression=integer(before - 1))
    return dialect.digits(exp.Substring(this=value.copy(), start=start, length=integer(2)))


def _numeric(spelling: str) -> bool:
    try:
        float(spelling)
    except ValueError:
        return False
    return "_" not in spelling


def first_of(values: Sequence[exp.Expr]) -> exp.Expr:
    """The first value that is present."""
    found = values[0]
    for other in values[1:]:
        found = coalesce(found, other)
    return found
