"""Reads a row by its mapping: an Incoming, or the reason why not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyrometer.app.capture.imports.mapping import HANDLES, Mapping
from pyrometer.app.capture.imports.values import RefusedError, moment, plain, value, yes_or_no
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.incoming import Incoming

FIRST = datetime(1990, 1, 1, tzinfo=UTC)
LONGEST = 8000
"""Letters of one value."""


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

    >>> from pyrometer.app.capture.imports.mapping import Column
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
    consents: dict[str, bool] = {}
    wrong: list[str] = []
    for column in mapping.columns:
        raw = cells.get(column.name)
        if raw is None or (text := plain(raw)) == "" or column.to == "":
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
            found = value(raw, text, column, mapping)
            if found is not None:
                (traits if column.to == "trait" else properties)[column.called] = found
        elif column.to == "consent":
            consents[column.called] = yes_or_no(text, column.name)
        else:
            said[column.to] = text
    if not handles:
        raise RefusedError(wrong[0] if wrong else "says nobody: all columns that tell who it is are empty")
    name = said.get("name") or " ".join(said[part] for part in ("first_name", "last_name") if part in said)
    if name:
        traits["name"] = name
    at = moment(said["time"], mapping) if "time" in said else source.at
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
        consents=consents,
    )


def _once(source: Import, number: int, given: str | None, content: tuple[Any, ...]) -> str:
    """What tells a row from all others. The same event in a second file is the same; an answer given again isn't."""
    if source.kind != "events":
        return f"import:{source.id}:{number}"
    if given:
        # Files number their rows: an id alone isn't one event's. What is told beside it may be another the next time.
        event, at, handles, _ = content
        who = min(handles, key=lambda pair: HANDLES.index(pair[0]))
        content = ("id", given, event, at, who)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return f"import:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
