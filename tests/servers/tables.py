"""Evidence put into the tables of a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from tests.engines import Table

POSTGRES = {
    "text": "text",
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "time": "timestamp",
    "json": "jsonb",
}


def fill_postgres(connection: psycopg.Connection[Any], schema: str, tables: Mapping[str, Table]) -> dict[str, str]:
    """Tables of a schema, in place of what it held; the inputs that name them."""
    name = sql.Identifier(schema)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    for label, table in tables.items():
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(POSTGRES.get(kind, kind)))
            for column, kind in table.columns.items()
        )
        there = sql.Identifier(schema, label)
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(there, columns))
        with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(there)) as copy:
            for row in table.rows:
                copy.write_row(row)
    return {label: f"{schema}.{label}" for label in tables}
