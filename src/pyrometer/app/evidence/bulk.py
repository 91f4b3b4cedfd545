"""Writes many rows of a table with one prepared statement, several times quicker than row objects and CASE lists do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Row = Sequence[Any]

MANY = 20
"""From so many rows on PostgreSQL takes them by COPY, which asks least of both sides."""


MOST = 10_000
"""Values that are asked about at once; SQLite takes some 32,000 in a statement."""


class Json(str):
    """A value of JSON that is a text already, as JSONField would write it."""

    __slots__ = ()


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows; the values are in the order of the columns, named as fields are."""
    if rows:
        names = ", ".join(_quoted(model, name) for name in columns)
        if connection.vendor == "postgresql" and len(rows) >= MANY:
            _copy(f"COPY {_table(model)} ({names}) FROM STDIN", model, columns, rows)
            return
        places = ", ".join(["%s"] * len(columns))
        _run(f"INSERT INTO {_table(model)} ({names}) VALUES ({places})", model, columns, rows)


def insert_new(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows but for those that are there, by any key that is unique: of texts, numbers, times, JSON."""
    if not rows:
        return
    names = ", ".join(_quoted(model, name) for name in columns)
    sql = f"INSERT INTO {_table(model)} ({names})"
    if connection.vendor == "postgresql" and len(rows) >= MANY:
        # All of them as one text: what takes longest is to write each value by itself.
        with connection.cursor() as cursor:
            rest = f"SELECT {names} FROM {_given(model, columns)} ON CONFLICT DO NOTHING"
            cursor.execute(f"{sql} {rest}", [_as_json(model, columns, rows)])
        return
    places = ", ".join(["%s"] * len(columns))
    _run(f"{sql} VALUES ({places}) ON CONFLICT DO NOTHING", model, columns, rows)


def put(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, unique: str) -> None:
    """Insert rows, or replace those that are there by a key that is unique; values as in `insert_new`."""
    if not rows:
        return
    names = [_quoted(model, name) for name in columns]
    key = _quoted(model, unique)
    kept = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    sql = f"INSERT INTO {_table(model)} ({', '.join(names)})"
    rest = f"ON CONFLICT ({key}) DO UPDATE SET {kept}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            given = _as_json(model, columns, rows)
            cursor.execute(f"{sql} SELECT {', '.join(names)} FROM {_given(model, columns)} {rest}", [given])
        return
    _run(f"{sql} VALUES ({', '.join(['%s'] * len(names))}) {rest}", model, columns, rows)


def _given(model: type[models.Model], columns: Sequence[str]) -> str:
    """Rows that are handed to PostgreSQL as one text, as a table."""
    fields = [model._meta.get_field(name) for name in columns]
    kinds = ", ".join(f"{_quoted(model, field.name)} {field.rel_db_type(connection)}" for field in fields)
    return f"json_to_recordset(%s::json) AS given ({kinds})"


def _as_json(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> str:
    names = [model._meta.get_field(name).column for name in columns]
    return json.dumps([dict(zip(names, map(_spelled, row), strict=True)) for row in rows])


def _spelled(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def present(model: type[models.Model], column: str, values: Sequence[Any]) -> set[Any]:
    """Which of some values, of a kind that drivers take as it is, a column has."""
    name = _quoted(model, column)
    found: set[Any] = set()
    with connection.cursor() as cursor:
        for at in range(0, len(values), MOST):
            part = list(values[at : at + MOST])
            if connection.vendor == "postgresql":
                asked, given = f"{name} = ANY(%s)", [part]
            else:
                asked, given = f"{name} IN ({', '.join(['%s'] * len(part))})", part
            cursor.execute(f"SELECT {name} FROM {_table(model)} WHERE {asked}", given)
            found.update(row[0] for row in cursor.fetchall())
    return found


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Set columns of rows; the last value of each row is its primary key."""
    if rows:
        changes = ", ".join(f"{_quoted(model, name)} = %s" for name in columns)
        where = connection.ops.quote_name(model._meta.pk.column)
        _run(f"UPDATE {_table(model)} SET {changes} WHERE {where} = %s", model, (*columns, model._meta.pk.name), rows)


def change(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """As `update`, in one statement where a database is far away; values are texts, numbers, times and JSON."""
    if connection.vendor != "postgresql" or len(rows) < 2:
        update(model, columns, rows)
        return
    key, table = connection.ops.quote_name(model._meta.pk.column), _table(model)
    names = [_quoted(model, name) for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = given.{name}' for name in names)}"
            f" FROM {_given(model, (*columns, model._meta.pk.name))} WHERE {table}.{key} = given.{key}",
            [_as_json(model, (*columns, model._meta.pk.name), rows)],
        )


def raise_time(model: type[models.Model], column: str, rows: Sequence[Row]) -> None:
    """Set a time of rows where it is later than the one there; rows are (time, primary key)."""
    if rows:
        name, where = _quoted(model, column), connection.ops.quote_name(model._meta.pk.column)
        if connection.vendor == "postgresql":
            table, (times, keys) = _table(model), zip(*rows, strict=True)
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {table} SET {name} = given.at"
                    " FROM unnest(%s::timestamptz[], %s::bigint[]) AS given (at, pk)"
                    f" WHERE {table}.{where} = given.pk AND {table}.{name} < given.at",
                    [list(times), list(keys)],
                )
            return
        doubled = [(time, pk, time) for time, pk in rows]
        sql = f"UPDATE {_table(model)} SET {name} = %s WHERE {where} = %s AND {name} < %s"
        _run(sql, model, (column, model._meta.pk.name, column), doubled)


def _run(sql: str, model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, _ready(model, columns, rows))


def _copy(sql: str, model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in _ready(model, columns, rows):
            copy.write_row(row)


def _ready(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    fields = [model._meta.get_field(name) for name in columns]
    prepared = [_prepared(each, values) for each, values in zip(fields, zip(*rows, strict=True), strict=True)]
    return list(zip(*prepared, strict=True))


_AS_THEY_ARE = frozenset({"CharField", "ForeignKey", "BigAutoField", "BinaryField", "BooleanField"})


def _prepared(field: models.Field[Any, Any], values: Sequence[Any]) -> Sequence[Any]:
    """The values of one column as the driver takes them."""
    kind = field.get_internal_type()
    if kind in _AS_THEY_ARE:
        return values
    if kind == "DateTimeField":
        # Many rows of a batch have the same time.
        adapt = connection.ops.adapt_datetimefield_value
        known = {value: adapt(value) for value in set(values)}
        return [known[value] for value in values]
    if kind == "JSONField" and all(type(value) is Json for value in values):
        return list(map(str, values))
    prepare, database = field.get_db_prep_save, connections[DEFAULT_DB_ALIAS]
    return [prepare(value, database) for value in values]


def _table(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _quoted(model: type[models.Model], name: str) -> str:
    return str(connection.ops.quote_name(model._meta.get_field(name).column))
