"""The plain values that programmes are written with, beside those of definitions."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from pyrometer.definition.values import MAX_DAYS

MINUTES = {"h": 60, "d": 1440, "w": 10_080}
DAY = MINUTES["d"]
_DURATION = re.compile(r"([0-9]{1,9})\s*([hdw])\Z", re.ASCII)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})\Z", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*%\Z", re.ASCII)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_duration(value: object) -> int:
    """A duration in minutes: `4h`, `3d` or `2w`.

    >>> parse_duration("4h"), parse_duration("2w")
    (240, 20160)
    """
    if isinstance(value, int):
        return value
    text = _text(value)
    match = _DURATION.match(text)
    if not match:
        raise ValueError(f"`{text}` is not a duration; write hours, days or weeks, such as 4h, 3d or 2w")
    minutes = int(match[1]) * MINUTES[match[2]]
    if minutes < 1:
        raise ValueError("must be at least 1h")
    if minutes > MAX_DAYS * DAY:
        raise ValueError(f"durations go up to {MAX_DAYS} days")
    return minutes


def spell_duration(minutes: int) -> str:
    """A duration as it is written, in the largest unit that needs no fraction.

    >>> spell_duration(240), spell_duration(4320), spell_duration(20160)
    ('4h', '3d', '2w')
    """
    unit = next(unit for unit in ("w", "d", "h") if minutes % MINUTES[unit] == 0)
    return f"{minutes // MINUTES[unit]}{unit}"


def parse_time(value: object) -> int:
    """A time of day as minutes since midnight.

    >>> parse_time("09:30")
    570
    """
    if isinstance(value, int):
        return value
    text = _text(value)
    match = _TIME.match(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"`{text}` is not a time of day; write 09:30, in quotes")
    return int(match[1]) * 60 + int(match[2])


def spell_time(minutes: int) -> str:
    """A time of day as it is written.

    >>> spell_time(570)
    '09:30'
    """
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _weekday(value: object) -> object:
    """Any spelling that begins like a weekday; what else was written is told as it stands."""
    if not isinstance(value, str):
        return value
    short = value.strip().lower()
    full = {f"{day}{rest}": day for day, rest in zip(WEEKDAYS, _RESTS, strict=True)}
    return full.get(short, short)


_RESTS = ("day", "sday", "nesday", "rsday", "day", "urday", "day")


def _share(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    text = _text(value)
    match = _SHARE.match(text)
    if not match:
        raise ValueError(f"`{text}` is not a share; write a percentage, such as 10%")
    share = Decimal(match[1]) / 100
    if share > Decimal("0.9"):
        raise ValueError("at most 90% can be held back: somebody has to be written to")
    return share


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a plain value")
    return value.strip()


def _items(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_DURATION_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[0-9]+ ?[hdw]$", "examples": ["4h", "3d", "2w"]}
_TIME_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}$"}

Duration = Annotated[
    int, BeforeValidator(parse_duration), PlainSerializer(spell_duration), WithJsonSchema(_DURATION_SCHEMA)
]
TimeOfDay = Annotated[int, BeforeValidator(parse_time), PlainSerializer(spell_time), WithJsonSchema(_TIME_SCHEMA)]
Weekday = Annotated[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], BeforeValidator(_weekday)]
Weekdays = Annotated[tuple[Weekday, ...], BeforeValidator(_items), Field(min_length=1)]
Share = Annotated[Decimal, BeforeValidator(_share), WithJsonSchema({"type": "string", "pattern": "%$"})]
