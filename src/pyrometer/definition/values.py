"""The five types of traits and properties, and the plain values that definitions are written with."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

Type = Literal["text", "integer", "number", "boolean", "date"]
Value = str | int | float | bool | date

UNITS_PER_POINT = 10_000
MAX_POINTS = 1_000_000
MAX_DAYS = 36_500
MAX_HALF_LIFE = 3_650
MAX_INTEGER = 2**63 - 1

TRUE = frozenset({"true", "yes", "1"})
FALSE = frozenset({"false", "no", "0"})
_INTEGER = re.compile(r"[+-]?[0-9]+(\.0*)?\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\Z", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_DURATION = re.compile(r"([0-9]+)\s*([dw])\Z", re.ASCII)


def parse_value(text: str, type_: Type) -> Value:
    """The value a text stands for in a definition; raises ValueError with a message for people.

    >>> parse_value("yes", "boolean"), parse_value("120", "integer"), parse_value("2026-02-01", "date")
    (True, 120, datetime.date(2026, 2, 1))
    """
    if type_ == "text":
        return text
    if type_ == "integer":
        if len(text) > 40 or not _INTEGER.match(text) or abs(int(text.partition(".")[0])) > MAX_INTEGER:
            raise ValueError(f"`{_short(text)}` is not a whole number")
        return int(text.partition(".")[0])
    if type_ == "number":
        number = float(text) if _NUMBER.match(text) else math.inf
        if math.isinf(number):
            raise ValueError(f"`{_short(text)}` is not a number")
        return number
    if type_ == "boolean":
        if text.lower() not in TRUE | FALSE:
            raise ValueError(f"`{_short(text)}` is neither true nor false")
        return text.lower() in TRUE
    try:
        if not _DATE.match(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{_short(text)}` is not a date (write 2026-02-01)") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a plain value")
    return value.strip()


def parse_points(value: object) -> int:
    """Points, with up to four decimals, as whole units (1 point = 10,000 units).

    >>> parse_points("12.5")
    125000
    """
    if isinstance(value, int):
        return value
    text = _text(value)
    points = _decimal(text)
    if points is None:
        raise ValueError(f"`{_short(text)}` is not a number of points")
    if not -MAX_POINTS <= points <= MAX_POINTS:
        raise ValueError(f"points lie between -{MAX_POINTS:,} and {MAX_POINTS:,}")
    if _decimals(points) > 4:
        raise ValueError("points have at most 4 decimals")
    return int(points.scaleb(4))


def _decimal(text: str) -> Decimal | None:
    """The number that a text of reasonable length spells, exactly."""
    try:
        return Decimal(text) if len(text) <= 28 and _NUMBER.match(text) else None
    except InvalidOperation:
        return None


def _decimals(number: Decimal) -> int:
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    written = "".join(map(str, digits))
    return max(0, -exponent - len(written) + len(written.rstrip("0"))) if any(digits) else 0


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def spell_points(units: int) -> str:
    """Units as the shortest exact text in points.

    >>> spell_points(325000), spell_points(-1), spell_points(120000)
    ('32.5', '-0.0001', '12')
    """
    whole, rest = divmod(abs(units), UNITS_PER_POINT)
    text = f"{whole}.{rest:04d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if units < 0 else text


def points_number(units: int) -> int | float:
    """Units as a JSON number of points, exact to 4 decimals."""
    return units // UNITS_PER_POINT if units % UNITS_PER_POINT == 0 else units / UNITS_PER_POINT


def parse_days(value: object) -> int:
    """A duration in days: `30d` or `4w`.

    >>> parse_days("4w")
    28
    """
    if isinstance(value, int):
        return value
    text = _text(value)
    match = _DURATION.match(text)
    if not match:
        raise ValueError(f"`{_short(text)}` is not a duration; write days or weeks, such as 30d or 4w")
    days = int(match[1][:9]) * (7 if match[2] == "w" else 1)
    if days > MAX_DAYS:
        raise ValueError(f"durations go up to {MAX_DAYS} days")
    return days


def _positive_days(value: object) -> int:
    days = parse_days(value)
    if days < 1:
        raise ValueError("must be at least 1d")
    return days


def _half_life(value: object) -> int:
    days = _positive_days(value)
    if days > MAX_HALF_LIFE:
        raise ValueError(f"a half-life goes up to {MAX_HALF_LIFE} days; for points that hardly cool, leave cooling out")
    return days


def _count(value: object) -> int:
    if isinstance(value, int):
        return value
    text = _text(value)
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        raise ValueError(f"`{_short(text)}` is not a whole number of 0 or more")
    return int(text)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    parsed = parse_value(_text(value), "boolean")
    return bool(parsed)


def _positive_decimal(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    text = _text(value)
    number = _decimal(text)
    if number is None or not 0 < number < Decimal("1e15") or _decimals(number) > 9:
        raise ValueError(f"`{_short(text)}` is not a number above 0 with at most 9 decimals")
    return number


def _percent(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    text = _text(value)
    number = _decimal(text)
    if number is None or not 0 <= number <= 100 or _decimals(number) > 9:
        raise ValueError(f"`{_short(text)}` is not a percentage from 0 to 100 with at most 9 decimals")
    return number


def _scalar(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a plain value")
    return value


def _items(value: object) -> object:
    """A single value where a list may stand is a list of one."""
    return (value,) if isinstance(value, str) else value


def _days_text(days: int) -> str:
    return f"{days}d"


_NUMBER_SCHEMA: dict[str, Any] = {"type": "number", "multipleOf": 0.0001}
_DAYS_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[0-9]+ ?[dw]$", "examples": ["30d", "4w"]}
_PLAIN_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean"]}

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\s\x00-\x1f](?:[^\x00-\x1f]*[^\s\x00-\x1f])?$")
]
Units = Annotated[int, BeforeValidator(parse_points), PlainSerializer(points_number), WithJsonSchema(_NUMBER_SCHEMA)]
Days = Annotated[int, BeforeValidator(parse_days), PlainSerializer(_days_text), WithJsonSchema(_DAYS_SCHEMA)]
Window = Annotated[int, BeforeValidator(_positive_days), PlainSerializer(_days_text), WithJsonSchema(_DAYS_SCHEMA)]
HalfLife = Annotated[int, BeforeValidator(_half_life), PlainSerializer(_days_text), WithJsonSchema(_DAYS_SCHEMA)]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0})]
Truth = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Every = Annotated[
    Decimal, BeforeValidator(_positive_decimal), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
Percent = Annotated[
    Decimal, BeforeValidator(_percent), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100})
]
Scalar = Annotated[str, BeforeValidator(_scalar), WithJsonSchema(_PLAIN_SCHEMA)]
Scalars = Annotated[tuple[Scalar, ...], BeforeValidator(_items)]
