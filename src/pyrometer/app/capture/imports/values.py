"""Reads the cells of a row: texts, numbers, days and times as people write them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pyrometer.app.capture.imports.mapping import NO, YES, Column, Mapping

_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,]+(.*))?")


class RefusedError(ValueError):
    """A row that can't be taken; the message says why, for people."""


def plain(raw: Any) -> str:
    """A cell as a text; JSON's objects as JSON."""
    if isinstance(raw, str):
        return raw.replace("\0", "").strip()
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return json.dumps(raw, ensure_ascii=False)


def value(raw: Any, text: str, column: Column, mapping: Mapping) -> Any:
    """What a cell says, read as its column's type; None where it is a spelling of unknown. Raises RefusedError."""
    if column.wanted.says_nothing(text):
        return None
    if isinstance(raw, bool | int | float):
        return raw
    if column.type == "number":
        return _number(text, column.name)
    if column.type == "date":
        return _day(text, mapping, column.name).isoformat()
    if column.type == "boolean":
        try:
            return yes_or_no(text, column.name)
        except RefusedError as error:
            raise RefusedError(f"{error}; read the column as text to keep it") from None
    return column.wanted.spelled(text)


def yes_or_no(text: str, name: str) -> bool:
    """A yes or a no as people write it, of the column with that name. Raises RefusedError.

    >>> yes_or_no("Ja", "Newsletter"), yes_or_no("0", "Newsletter")
    (True, False)
    """
    low = text.lower()
    if low not in YES | NO:
        raise RefusedError(f"{name}: {text[:60]!r} is neither yes nor no")
    return low in YES


def _number(text: str, name: str) -> int | float:
    """A number as people write it, with either sign for thousands and for the fraction."""
    plain = re.sub(r"[\s'’]", "", text)
    last = max(plain.rfind(","), plain.rfind("."))
    if last >= 0:
        sign = plain[last]
        other = "," if sign == "." else "."
        thousands = plain.count(sign) > 1 or (len(plain) - last == 4 and other not in plain and plain[:last] != "0")
        plain = plain.replace(other, "")
        plain = plain.replace(sign, "" if thousands else ".")
    try:
        found = float(plain)
    except ValueError:
        found = float("nan")
    if found != found or abs(found) >= 1e15:
        raise RefusedError(f"{name}: {text[:60]!r} is no number; read the column as text to keep it")
    return int(found) if found == int(found) else found


def _day(text: str, mapping: Mapping, name: str) -> date:
    found = _DATE.fullmatch(text)
    if not found:
        raise RefusedError(f"{name}: {text[:60]!r} is no date; write it as 2026-06-01, or read the column as text")
    one, sign, two, three, _ = found.groups()
    if len(one) == 4:
        year, month, day = int(one), int(two), int(three)
    else:
        year = int(three) + (2000 if len(three) == 2 else 0)
        # With dots the day is first everywhere.
        first = mapping.day_first or sign == "."
        day, month = (int(one), int(two)) if first else (int(two), int(one))
    try:
        return date(year, month, day)
    except ValueError:
        raise RefusedError(f"{name}: {text[:60]!r} is no day; does the month stand first in this file?") from None


def moment(text: str, mapping: Mapping) -> datetime:
    """A time, in the file's zone where it names none."""
    zone = ZoneInfo(mapping.zone)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        day = _day(text, mapping, "the time")
        parts = _DATE.fullmatch(text)
        found = datetime.combine(day, _clock((parts and parts[5]) or "", text))
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise RefusedError(f"the time: {text[:60]!r} is no time") from None


def _clock(clock: str, text: str) -> time:
    for pattern in ("%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p", "%H.%M"):
        try:
            return datetime.strptime(clock.strip().upper() or "00:00", pattern).time()  # noqa: DTZ007
        except ValueError:
            continue
    raise RefusedError(f"the time: {text[:60]!r} is no time; write it as 2026-06-01 14:30")
