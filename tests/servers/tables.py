"""Evidence put into the tables of a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

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
    from psycopg import sql

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


CLICKHOUSE = {
    "text": "String",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "Bool",
    "date": "Date32",
    "time": "DateTime64(6, 'UTC')",
    "json": "String",
}


def fill_clickhouse(run: Callable[[str], Any], database: str, tables: Mapping[str, Table]) -> dict[str, str]:
    """Tables of a database, in place of those it held; the inputs that name them."""
    run(f"CREATE DATABASE IF NOT EXISTS `{database}` ENGINE = Memory")
    for label, table in tables.items():
        there = f"`{database}`.`{label}`"
        columns = ", ".join(
            f"{quoted(column, '`')} Nullable({CLICKHOUSE[kind]})"
            if kind in CLICKHOUSE
            else f"{quoted(column, '`')} {kind}"
            for column, kind in table.columns.items()
        )
        run(f"DROP TABLE IF EXISTS {there}")
        run(f"CREATE TABLE {there} ({columns}) ENGINE = Memory")
        rows = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in table.rows)
        if rows:
            run(f"INSERT INTO {there} VALUES {rows}")
    return {label: f"{database}.{label}" for label in tables}


def literal(value: Any) -> str:
    """A value of Python's as ClickHouse writes it."""
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int | float) else quoted(str(value), "'")


def quoted(text: str, mark: str) -> str:
    """A text or name of ClickHouse's."""
    return mark + text.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark
