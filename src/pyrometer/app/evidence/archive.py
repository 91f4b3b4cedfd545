"""Keeps evidence in the archive, too: in batches, each exactly once, and erased there after it was erased here.

A batch that was appended by a worker that died before it could say so is appended again, and the archive knows each row
by its message id. Evidence is filed under the lead that it came in for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from pyrometer import archive
from pyrometer.app.evidence.locks import written
from pyrometer.app.evidence.models import Cursor, Event, Retraction, ToErase, TraitChange

BATCH = 20_000
BATCHES = 10
"""A run ends after so many; the next one goes on."""

COLUMNS = 400
"""Properties beyond so many have no column in the archive: they are surely keys that should have been values."""

_NAME = re.compile(r"[A-Za-z_][\w .:-]{0,79}")
_OWN = frozenset({"lead_id", "event", "occurred_at", "received_at", "message_id", "properties", "trait", "value"})


def follow(now: datetime) -> int:
    """Append what came since the last run, then erase what was erased; how many rows and leads that were.

    Switched off, it appends nothing; what was erased has to go all the same from what was kept before.
    """
    folder = Path(settings.FOLDER) / "archive"
    done = 0
    for kind in _KINDS if settings.ARCHIVE else ():
        for _ in range(BATCHES):
            rows = _append(kind, folder, now)
            done += rows
            if rows < BATCH:
                break
    return done + _erase(folder)


def _append(kind: str, folder: Path, now: datetime) -> int:
    """Append one batch of a table; how many of its rows were looked at."""
    model = _KINDS[kind]
    cursor, _ = Cursor.objects.get_or_create(name=f"archive.{kind}")
    rows = list(model.objects.filter(pk__gt=cursor.upto, pk__lte=written(model)).order_by("pk")[:BATCH])
    if not rows:
        return 0
    if kind == "events":
        found = [row for row in rows if not row.bot]
        cursor.columns = _columns(cursor.columns, found)
        _add(folder, now, events=[_event(row, cursor.columns) for row in found])
    elif kind == "traits":
        _add(folder, now, traits=[_answer(row) for row in rows])
    else:
        _add(folder, now, retract=[_retraction(row) for row in rows if row.kind == "event"])
        _add(folder, now, retract=[_retraction(row) for row in rows if row.kind == "answer"])
    cursor.upto = rows[-1].pk
    cursor.save()
    return len(rows)


def _add(folder: Path, now: datetime, **rows: list[dict[str, Any]]) -> None:
    if all(rows.values()):
        folder.parent.mkdir(parents=True, exist_ok=True)
        archive.append(folder, now=now, threads=1, **rows)


def _columns(known: list[str], events: Iterable[Event]) -> list[str]:
    """The properties with a column: the first ones that came. Upper and lower case are one column."""
    found = {name.lower(): name for name in known}
    for event in events:
        for name in event.properties:
            plain = name.lower()
            if plain not in found and len(found) < COLUMNS and plain not in _OWN and _NAME.fullmatch(name):
                found[plain] = name
    return list(found.values())


def _event(row: Event, columns: Iterable[str]) -> dict[str, Any]:
    properties: Mapping[str, Any] = row.properties
    other_case = {name.lower(): name for name in properties}
    spelled = {name: name if name in properties else other_case.get(name.lower()) for name in columns}
    return {name: _text(properties[mine]) for name, mine in spelled.items() if mine is not None} | {
        "lead_id": str(row.lead_id),
        "event": row.name,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        "message_id": row.message_id,
    }


def _answer(row: TraitChange) -> dict[str, Any]:
    return {
        "lead_id": str(row.lead_id),
        "trait": row.trait,
        "value": _text(row.value),
        "source": row.source,
        "author": row.author,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        # One message may answer several questions; the archive knows an answer by its id alone.
        "message_id": f"{row.message_id}:{row.trait}",
    }


def _retraction(row: Retraction) -> dict[str, Any]:
    found: dict[str, Any] = {"lead_id": str(row.lead_id), "message_id": row.message_id, "received_at": row.at}
    if row.kind == "answer":
        found |= {"trait": row.trait, "message_id": f"{row.message_id}:{row.trait}"}
    return found


def _text(value: Any) -> str | None:
    """A value as a file would have it, whatever its type: columns of the archive are texts."""
    if value is None or isinstance(value, str):
        return value
    return str(value) if type(value) in (int, float) else json.dumps(value)


def _erase(folder: Path) -> int:
    """Erase from the archive what was erased here; how many leads."""
    numbers = list(ToErase.objects.values_list("pk", flat=True)[:1000])
    if not numbers:
        return 0
    if folder.exists():
        archive.erase(folder, [str(number) for number in numbers])
    return ToErase.objects.filter(pk__in=numbers).delete()[0]


_KINDS: dict[str, type[Any]] = {"events": Event, "traits": TraitChange, "retractions": Retraction}
