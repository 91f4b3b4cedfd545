"""Random evidence: leads with unknowns, events at the edges of windows, logs with repeats and late arrivals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.oracle import moment
from tests.strategies.definitions import definitions
from tests.strategies.pools import AGES, AS_OFS, DATES, EVENTS, POOLS, PROFILE, TEXTS, Draw, Row, chance, one, some

LEADS = ["1", "007", "it's", "Zoë", "a b", "東"]
BLANKS = [None, "", "  "]
RUBBISH = ["abc", "1,5", "NaN", "inf", "--", "2026-02-30", "1e999"]
SPELLINGS: dict[str, list[Any]] = {
    "integer": ["10.0", "+10", "60.", "010", "10.5", str(2**63), "-1", " 10 "],
    "number": ["1e3", ".5", "-0.5", "60.0", "1E-9", "-0", "60 "],
    "boolean": ["yes", "No", "1", "0", "TRUE", "false", "2", " yes"],
    "text": TEXTS,
    "state": ["NA", " met"],
}


@dataclass(frozen=True)
class Case:
    """A definition as parsed YAML, the evidence as rows, and a time."""

    definition: Row
    leads: list[Row]
    events: list[Row]
    traits: list[Row]
    previous: list[Row]
    as_of: datetime


def cell(draw: Draw, kind: str, as_of: datetime) -> Any:
    """A cell of a file, or a Python value, of a type – or blank, or rubbish."""
    way = one(draw, ["value", "value", "value", "value", "text", "text", "spelling", "blank", "blank", "rubbish"])
    if way == "blank":
        return one(draw, BLANKS)
    if way == "rubbish":
        return one(draw, RUBBISH)
    if kind == "date":
        day = f"{as_of.astimezone(UTC) - timedelta(days=one(draw, DATES)):%Y-%m-%d}"
        return f"{day}{one(draw, [' ', 'T23:30:00Z', ' 00:30:00', 'T23:30:00-05:00'])}" if way == "spelling" else day
    if way == "spelling":
        return one(draw, SPELLINGS[kind])
    value = one(draw, POOLS[kind])
    return str(value) if way == "text" else value


def time(draw: Draw, as_of: datetime) -> datetime:
    """A time at an age that matters, seldom after the as-of."""
    if chance(draw, 6):
        return as_of + one(draw, [timedelta(0), timedelta(microseconds=1)])
    day = as_of.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [timedelta(hours=9), timedelta(0), timedelta(days=1, microseconds=-1), as_of - day]
    return day - timedelta(days=one(draw, AGES)) + one(draw, hours)


def spelled(draw: Draw, when: datetime) -> Any:
    """A time in one of the ways to write it."""
    zone = timezone(timedelta(hours=-5, minutes=-30))
    ways: list[Any] = [when.isoformat(), when, f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"]
    ways += [when.astimezone(zone).isoformat()]
    millis, rest = divmod(when - datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1))
    return one(draw, ways + ([str(millis)] if not rest and millis >= 10**11 else []))


@st.composite
def event_rows(draw: Draw, lead: str, as_of: datetime) -> Row:
    """An event of a lead."""
    occurred = time(draw, as_of)
    received = occurred + timedelta(hours=one(draw, [0, 1, 24, 240, -24]))
    event = one(draw, ["seen", "seen", "seen", "bought", "bought", "booked", "called", "unheard of"])
    row: Row = {"lead_id": lead, "event": event, "occurred_at": spelled(draw, occurred)}
    row["received_at"] = spelled(draw, received) if chance(draw) else one(draw, [None, ""])
    number = one(draw, range(6))
    row["message_id"] = "" if number < 3 or event == "unheard of" else f"message {number}"
    properties = EVENTS.get(event, {}).get("properties", {})
    values = {name: cell(draw, kind, as_of) for name, kind in properties.items()}
    return row | ({"properties": json.dumps(values)} if chance(draw, 6) else values)


@st.composite
def answers(draw: Draw, lead: str, profile: Row, as_of: datetime) -> Row:
    """A row of the log of traits."""
    name = one(draw, list(profile))
    kind = profile[name]["type"] if name in PROFILE else "state"
    occurred = time(draw, as_of)
    received = one(draw, [None, occurred, occurred + timedelta(days=1)])
    row: Row = {"lead_id": lead, "trait": name, "value": cell(draw, kind, as_of), "occurred_at": occurred.isoformat()}
    return row | {"received_at": received and received.isoformat()}


def lead_row(draw: Draw, lead: str, profile: Row, as_of: datetime) -> Row:
    """A lead as it stands in a file."""
    row: Row = {"lead_id": lead}
    for name, trait in profile.items():
        kind = trait["type"] if name in PROFILE else "state"
        unknown = trait.get("unknown")
        value = one(draw, unknown) if unknown and chance(draw, 6) else cell(draw, kind, as_of)
        row[trait.get("column", name)] = value
    return row


def told_apart(found: list[Row], key: str) -> list[Row]:
    """Without rows that only an arbitrary choice could tell apart: of the same key and times."""
    kept: dict[Any, Row] = {}
    for number, row in enumerate(found):
        occurred = moment(row["occurred_at"])
        known = max(occurred, moment(row["received_at"]) or occurred)
        kept.setdefault((row["lead_id"], row[key] or number, known, occurred), row)
    return list(kept.values())


@st.composite
def cases(draw: Draw, *, careful: bool = True) -> Case:
    """A definition, and a few leads with what is known of them as of a time."""
    definition, as_of = draw(definitions(careful=careful)), one(draw, AS_OFS)
    profile = definition["profile"]
    leads, events, log, previous = [], [], [], []
    for lead in some(draw, LEADS, most=4):
        leads.append(lead_row(draw, lead, profile, as_of))
        events += draw(st.lists(event_rows(lead, as_of), max_size=8))
        log += draw(st.lists(answers(lead, profile, as_of), max_size=3))
        if temperature := one(draw, ["", "cool", "warm", "hot"]):
            previous.append({"lead_id": lead, "temperature": temperature})
    return Case(definition, leads, told_apart(events, "message_id"), told_apart(log, "trait"), previous, as_of)
