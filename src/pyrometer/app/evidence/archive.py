"""Keeps evidence in the archive, too: in batches, each exactly once, and erased there after it was erased here.

A batch that was appended by a worker that died before it could say so is appended again, and the archive knows each row
by its message id. Evidence is filed under the lead that it came in for.

Evidence counts there from when to when its lead agreed (`withholding`): what is withheld is taken back from that moment
on, and counts again as a row of its own, which is learned of when the lead agreed again. So a score of any past day
counts what it counted then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from pyrometer import archive
from pyrometer.app.evidence.locks import written
from pyrometer.app.evidence.models import Cursor, Event, Retraction, ToErase, TraitChange
from pyrometer.app.evidence.withholding import ALWAYS, ANSWER, EVENT, agreed

BATCH = 20_000
BATCHES = 10
"""A run ends after so many; the next one goes on."""

LEADS = 500
"""Leads whose word changed that are gone through together."""

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
    for _ in range(BATCHES if settings.ARCHIVE else 0):
        leads = _say_again(folder, now)
        done += leads
        if leads < LEADS:
            break
    return done + _erase(folder)


def _append(kind: str, folder: Path, now: datetime) -> int:
    """Append one batch of a table; how many of its rows were looked at."""
    model = _KINDS[kind]
    cursor, _ = Cursor.objects.get_or_create(name=f"archive.{kind}")
    rows = list(model.objects.filter(pk__gt=cursor.upto, pk__lte=written(model)).order_by("pk")[:BATCH])
    if not rows:
        return 0
    if kind == "retractions":
        for of in (EVENT, ANSWER):
            _add(folder, now, retract=list(_retractions([row for row in rows if row.kind == of], of)))
    else:
        _write(kind, [row for row in rows if kind == "traits" or not row.bot], cursor, folder, now)
    cursor.upto = rows[-1].pk
    cursor.save()
    return len(rows)


def _say_again(folder: Path, now: datetime) -> int:
    """Tell the archive what counts of leads whose word changed; how many leads."""
    leads, told = agreed().waiting(LEADS, now)
    for kind in ("events", "traits") if leads else ():
        cursor, _ = Cursor.objects.get_or_create(name=f"archive.{kind}")
        spans = agreed().spans(leads)
        # What hasn't been appended yet will come with its spans.
        rows = _KINDS[kind].objects.filter(lead__in=leads, pk__lte=cursor.upto).order_by("pk")
        rows = rows.filter(bot="") if kind == "events" else rows
        batch: list[Any] = []
        for row in rows.iterator():
            if spans(row.lead_id, *_named(row)) != ALWAYS:
                batch.append(row)
            if len(batch) == BATCH:
                _write(kind, batch, cursor, folder, now)
                batch = []
        _write(kind, batch, cursor, folder, now)
        cursor.save()
    told()
    return len(leads)


def _write(kind: str, rows: Sequence[Any], cursor: Cursor, folder: Path, now: datetime) -> None:
    """Append rows, each for the time in which it counts."""
    if kind == "events":
        cursor.columns = _columns(cursor.columns, rows)
    written, taken_back = [], []
    for row, parts in _in_parts(rows):
        whole = _event(row, cursor.columns) if kind == "events" else _answer(row)
        for start, end, suffix in parts:
            part = whole | {"received_at": start, "message_id": whole["message_id"] + suffix}
            written.append(part)
            if end is not None:
                named = ("lead_id", "message_id", *(("trait",) if kind == "traits" else ()))
                taken_back.append({name: part[name] for name in named} | {"received_at": end})
    _add(folder, now, **{kind: written})
    _add(folder, now, retract=taken_back)


_Part = tuple[datetime, datetime | None, str]
"""From when on and until when a row counts, and what its id ends with there."""


def _in_parts(rows: Sequence[Any]) -> Iterator[tuple[Any, list[_Part]]]:
    spans = agreed().spans({row.lead_id for row in rows})
    for row in rows:
        parts: list[_Part] = []
        for start, end in spans(row.lead_id, *_named(row)):
            begun = row.received_at if start is None else max(start, row.received_at)
            gone = row.retracted_at is not None and begun >= row.retracted_at > row.received_at
            if not gone and (end is None or end > begun):
                suffix = "" if begun == row.received_at else f"~{begun.astimezone(UTC):%Y%m%dT%H%M%S%f}"
                parts.append((begun, end, suffix))
        yield row, parts


def _named(row: Any) -> tuple[str, str, str]:
    return (EVENT, row.name, row.source) if isinstance(row, Event) else (ANSWER, row.trait, row.source)


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


def _retractions(rows: Sequence[Retraction], kind: str) -> Iterator[dict[str, Any]]:
    """Rows that take back what is there of an event or answer: itself, and each time that it counted again."""
    of: Callable[[Any], tuple[Any, ...]]
    if kind == EVENT:
        named = Event.objects.filter(
            lead__in={row.lead_id for row in rows}, message_id__in={r.message_id for r in rows}
        )
        of = lambda row: (row.lead_id, row.message_id)  # noqa: E731
    else:
        named = TraitChange.objects.filter(
            lead__in={row.lead_id for row in rows}, message_id__in={row.message_id for row in rows}
        )
        of = lambda row: (row.lead_id, row.message_id, row.trait)  # noqa: E731
    again = {of(row): [suffix for _, _, suffix in parts if suffix] for row, parts in _in_parts(list(named))}
    for row in rows:
        for suffix in ("", *again.get(of(row), ())):
            yield _retraction(row, suffix)


def _retraction(row: Retraction, suffix: str) -> dict[str, Any]:
    found: dict[str, Any] = {"lead_id": str(row.lead_id), "received_at": row.at}
    if row.kind == ANSWER:
        return found | {"trait": row.trait, "message_id": f"{row.message_id}:{row.trait}{suffix}"}
    return found | {"message_id": f"{row.message_id}{suffix}"}


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
