"""Puts many readings into their table at once: one prepared statement, several times quicker than row objects are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from pyrometer.app.temperature.models import Reading

KEPT = ("stage", "stage_since")
"""Columns that scoring gives a lead's first reading only."""


def store(readings: Iterable[Reading]) -> None:
    """Insert readings, or replace those that are there; these keep their stage."""
    fields = Reading._meta.concrete_fields
    rows = list(readings)
    columns = [_prepared(field, [getattr(row, field.attname) for row in rows]) for field in fields]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_statement(), list(zip(*columns, strict=True)))


def _statement() -> str:
    quote, fields = connection.ops.quote_name, Reading._meta.concrete_fields
    names = [quote(field.column) for field in fields]
    changed = [quote(field.column) for field in fields if not field.primary_key and field.name not in KEPT]
    return (
        f"INSERT INTO {quote(Reading._meta.db_table)} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
        f" ON CONFLICT ({quote(Reading._meta.pk.column)}) DO UPDATE SET"
        f" {', '.join(f'{name} = EXCLUDED.{name}' for name in changed)}"
    )


def _prepared(field: Any, values: Sequence[Any]) -> Sequence[Any]:
    """The values of one column as the driver takes them."""
    match field.get_internal_type():
        case "DateTimeField":
            # Most rows of a batch have the same time.
            adapt = connection.ops.adapt_datetimefield_value
            known: dict[datetime | None, Any] = {value: adapt(value) for value in set(values)}
            return [known[value] for value in values]
        case "JSONField":
            return [connection.ops.adapt_json_value(value, field.encoder) for value in values]
        case "DateField":
            return [field.get_db_prep_save(value, connection) for value in values]
        case _:
            return values
