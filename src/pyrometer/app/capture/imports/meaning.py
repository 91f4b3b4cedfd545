"""Reads a row by its mapping: an Incoming, or the reason why not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pyrometer.app.capture.imports.mapping import HANDLES, NO, YES, Column, Mapping
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.incoming import Incoming

FIRST = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST = 8000
"""Letters of one value."""

_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,]+(.*))?")


class RefusedError(ValueError):
    """A row that can't be taken; the message says why, for people."""


@dataclass(frozen=True)
class Import:
    """What a row has to know of its file."""

    id: int
    kind: str
    mapping: Mapping
    at: datetime
    """When the file came: the time of answers that have none."""
    author: str = ""


def read(cells: AnyMapping[str, Any], number: int, source: Import, now: datetime) -> Incoming:
    """The message of a row. Raises RefusedError.

    >>> columns = (Column("Mail", "email"), Column("Staff", "trait", "employees", "number"))
    >>> source = Import(1, "leads", Mapping(columns), datetime(2026, 6, 1, tzinfo=UTC))
    >>> found = read({"Mail": "Ada@Acme.example", "Staff": "1,200"}, 7, source, datetime(2026, 6, 2, tzinfo=UTC))
    >>> found.handles, found.traits["employees"]
    ((('email', 'ada@acme.example'),), 1200)
    """
    mapping = source.mapping
    handles: list[tuple[str, str]] = []
    traits: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    said: dict[str, str] = {}
    wrong: list[str] = []
    for column in mapping.columns:
        raw = cells.get(column.name)
        if raw is None or (text := _text(raw)) == "" or column.to == "":
            continue
        if len(text) > LONGEST:
            raise RefusedError(f"{column.name}: has {len(text)} characters; at most {LONGEST} are kept")
        if column.to in HANDLES:
            try:
                handles.append((column.to, normalise(column.to, text, mapping.region or None)))
            except BadHandleError as error:
                # One good handle is enough; what the bad one said isn't lost.
                wrong.append(f"{column.name}: {error}")
                traits[f"{column.to}_as_given"] = text
        elif column.to in ("trait", "property"):
            (traits if column.to == "trait" else properties)[column.called] = _value(raw, text, column, mapping)
        else:
            said[column.to] = text
    if not handles:
        raise RefusedError(wrong[0] if wrong else "says nobody: all columns that tell who it is are empty")
    name = said.get("name") or " ".join(said[part] for part in ("first_name", "last_name") if part in said)
    if name:
        traits["name"] = name
    at = _moment(said["time"], mapping) if "time" in said else source.at
    if source.kind == "events" and "time" not in said:
        raise RefusedError("doesn't say when it happened")
    if "time" in said and at > now + timedelta(days=1):
        raise RefusedError(f"happened in the future ({said['time']}); is the day taken for the month?")
    if "time" in said and at < FIRST:
        raise RefusedError(f"happened before {FIRST.year} ({said['time']})")
    event = None
    if source.kind == "events":
        event = said.get("event") or mapping.event
        if not event:
            raise RefusedError("doesn't say what happened")
        if len(event) > 120:
            raise RefusedError("has a name of an event with more than 120 characters")
    return Incoming(
        once=_once(source, number, said.get("id"), (event, at.isoformat(), sorted(handles), properties)),
        occurred_at=min(at, now),
        received_at=now,
        source="import",
        handles=tuple(dict.fromkeys(handles)),
        event=event,
        properties=properties,
        traits=traits,
        author=source.author,
        channel=mapping.channel,
    )


def _once(source: Import, number: int, given: str | None, content: tuple[Any, ...]) -> str:
    """What tells a row from all others. The same event in a second file is the same; an answer given again isn't."""
    if source.kind != "events":
        return f"import:{source.id}:{number}"
    if given:
        return f"import:{given}"[:120]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return f"import:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw.replace("\0", "").strip()
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return json.dumps(raw, ensure_ascii=False)


def _value(raw: Any, text: str, column: Column, mapping: Mapping) -> Any:
    if isinstance(raw, bool | int | float):
        return raw
    if column.type == "number":
        return _number(text, column.name)
    if column.type == "date":
        return _day(text, mapping, column.name).isoformat()
    if column.type == "boolean":
        low = text.lower()
        if low in YES:
            return True
        if low in NO:
            return False
        raise RefusedError(f"{column.name}: {text[:60]!r} is neither yes nor no; read the column as text to keep it")
    return text


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


def _moment(text: str, mapping: Mapping) -> datetime:
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
