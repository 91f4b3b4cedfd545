"""Fills an empty database fast with invented leads and events, for looking at it when it is full."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

from pyrometer.app.evidence.models import Event, Handle, Lead
from pyrometer.app.temperature.models import Reading

Row = tuple[Any, ...]
BATCH = 50_000
COUNTRIES = ("DE", "SE", "GB", "JP", "NL", "FR")
CHANNELS = ("search", "ads", "webinar", "referral", "event", "partner")
NAMES = ("page_viewed", "page_viewed", "page_viewed", "email_clicked", "asset_downloaded", "demo_requested")
TOPICS = ("pricing", "blog", "docs", "careers")
TEMPERATURES = ("hot", "warm", "warm", "warm", *("cool",) * 26)
DAYS = 730


def seed(leads: int, events: int, now: datetime, say: Callable[[str], None]) -> None:
    """So many leads with a handle and a reading each, and events of theirs; indexes are made afterwards."""
    if Lead.objects.exists():
        raise ValueError("the database has leads already; seed an empty one")
    write = _sqlite if connection.vendor == "sqlite" else _postgresql
    for model, columns, rows in (
        (Lead, _LEAD, _leads(leads, now)),
        (Handle, _HANDLE, _handles(leads, now)),
        (Reading, _READING, _readings(leads, now)),
        (Event, _EVENT, _events(leads, events, now)),
    ):
        say(f"writing {model._meta.verbose_name_plural}")
        others = _defaults(model, columns)
        with _without_indexes(model):
            write(model, (*columns, *others), (row + tuple(others.values()) for row in rows))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


_LEAD = (
    "id", "root_id", "name", "email", "phone", "language", "country", "channel", "anonymous", "created_at",
    "last_seen_at",
)  # fmt: skip
_HANDLE = ("kind", "value", "lead_id", "first_seen_at")
_READING = (
    "lead_id", "temperature", "stage", "stage_since", "scores", "grades", "criteria", "missing", "strongest", "total",
    "missing_count", "fingerprint", "as_of",
)  # fmt: skip
_EVENT = ("lead_id", "name", "occurred_at", "received_at", "message_id", "properties", "source", "bot")


def _leads(count: int, now: datetime) -> Iterator[Row]:
    draw = random.Random(1)
    for number in range(1, count + 1):
        seen = now - timedelta(minutes=draw.randrange(DAYS * 1440))
        yield (
            number, number, f"Person {number}", f"p{number}@firm{number // 4}.example", "", "en",
            draw.choice(COUNTRIES), draw.choice(CHANNELS), False, seen - timedelta(days=30), seen,
        )  # fmt: skip


def _handles(count: int, now: datetime) -> Iterator[Row]:
    for number in range(1, count + 1):
        yield "email", f"p{number}@firm{number // 4}.example", number, now


def _readings(count: int, now: datetime) -> Iterator[Row]:
    draw = random.Random(2)
    for number in range(1, count + 1):
        fit, interest = draw.randrange(100), draw.randrange(100)
        strongest = [{"score": "interest", "rule": "Pricing pages", "points": interest // 2}]
        yield (
            number, draw.choice(TEMPERATURES), "lead", now, json.dumps({"fit": fit, "interest": interest}),
            json.dumps({"fit": "ABCD"[fit // 25]}), "{}", json.dumps(["a sales action"]), json.dumps(strongest),
            (fit + interest) * 10_000, draw.randrange(5), "seeded", now,
        )  # fmt: skip


def _events(leads: int, count: int, now: datetime) -> Iterator[Row]:
    draw = random.Random(3)
    properties = [json.dumps({"topic": topic, "seconds": seconds}) for topic in TOPICS for seconds in (3, 40, 180)]
    for number in range(count):
        time = now - timedelta(seconds=draw.randrange(DAYS * 86_400))
        yield (
            draw.randrange(leads) + 1, NAMES[number % len(NAMES)], time, time, f"seed-{number}",
            properties[number % len(properties)], "wire", "",
        )  # fmt: skip


def _defaults(model: type[models.Model], columns: Sequence[str]) -> dict[str, Any]:
    """The columns that aren't given and can't be empty, with what Django would write."""
    found = {}
    for each in model._meta.concrete_fields:
        if each.column not in columns and not each.null and not each.primary_key:
            value = each.get_default()
            found[each.column] = json.dumps(value) if isinstance(each, models.JSONField) else value
    return found


class _without_indexes:  # noqa: N801
    """Take a table's indexes off while it is filled; what keeps rows apart comes back with them."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    def __enter__(self) -> None:
        with connection.schema_editor() as editor:
            for index in self.model._meta.indexes:
                editor.remove_index(self.model, index)

    def __exit__(self, *failed: object) -> None:
        with connection.schema_editor() as editor:
            for index in self.model._meta.indexes:
                editor.add_index(self.model, index)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _sqlite(model: type[models.Model], columns: Sequence[str], rows: Iterator[Row]) -> None:
    places = ", ".join("?" * len(columns))
    named = ", ".join(f'"{column}"' for column in columns)
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("PRAGMA foreign_keys=OFF")
    for batch in _batches(rows):
        raw.execute("BEGIN IMMEDIATE")
        with raw:
            raw.executemany(
                f'INSERT INTO "{model._meta.db_table}" ({named}) VALUES ({places})',
                [tuple(_text(value) if isinstance(value, datetime) else value for value in row) for row in batch],
            )
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA synchronous=FULL")


def _text(time: datetime) -> str:
    """As Django writes it on SQLite."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _postgresql(model: type[models.Model], columns: Sequence[str], rows: Iterator[Row]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        key = model._meta.pk
        if isinstance(key, models.AutoField):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")
