"""PostgreSQL 15 and later: everything runs on the server, in one transaction that sees one state of the tables."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import sql

from pyrometer.definition.problems import suggestion
from pyrometer.engines.address import Address, without_secrets
from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.sql import DIALECTS, Dialect

OLDEST = 150_000
"""The server version from which on the language's tables are run in our tests."""

PATIENCE = 10
"""Seconds to wait for a server to answer, unless the URL's `connect_timeout` or PGCONNECT_TIMEOUT says otherwise."""

LOCKED = "30s"
"""How long to wait for a table that somebody else has locked, unless the session has a limit of its own."""

FAREWELL = 5
"""Seconds to wait for a server that is asked to stop a query."""

_SETTINGS = {
    "timezone": "'UTC'",
    "client_encoding": "'UTF8'",
    "standard_conforming_strings": "on",
    # how days, numbers and bytes come back as texts
    "datestyle": "'ISO, YMD'",
    "intervalstyle": "'postgres'",
    "extra_float_digits": "1",
    "bytea_output": "'hex'",
    # The planner can't guess how many rows a step gives; every join here is one of equal keys.
    "enable_nestloop": "off",
}
_TYPES = {"integer": "bigint", "text": "text"}
_FAMILIES = {
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext", "uuid"), "text"),
    **dict.fromkeys(("int2", "int4", "int8"), "whole"),
    "numeric": "decimal",
    **dict.fromkeys(("float4", "float8"), "real"),
    "bool": "truth",
    "date": "day",
    "timestamp": "moment",
    "timestamptz": "zoned",
    **dict.fromkeys(("json", "jsonb"), "json"),
}
_ALIVE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}

Result = TypeVar("Result")


def connect(address: Address) -> PostgresEngine:
    """Connect as libpq does: what the URL leaves out is taken from PGPASSWORD, PGSERVICE, a password file …"""
    known = sorted(option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults())
    for name in address.options:
        if name not in known:
            near = suggestion(name, known, kind="option")
            raise UsageError(f"--engine: PostgreSQL's URL knows no option `{name}`; {near}")
    given: dict[str, Any] = {**_ALIVE, **address.options}
    if "connect_timeout" not in given and "PGCONNECT_TIMEOUT" not in os.environ:
        given["connect_timeout"] = PATIENCE
    parts = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password,
        "dbname": address.path,
    }
    given |= {name: value for name, value in parts.items() if value}
    given.setdefault("application_name", "pyrometer")
    secrets = tuple(filter(None, (*address.secrets, os.environ.get("PGPASSWORD"))))
    try:
        connection = psycopg.connect(**given, autocommit=True)
    except psycopg.ProgrammingError as error:
        raise UsageError(f"--engine: {without_secrets(_line(error), secrets)}") from None
    except psycopg.Error as error:
        raise EvidenceError(f"can't reach {address.shown}: {without_secrets(_line(error), secrets)}") from None
    try:
        return PostgresEngine(connection, address.shown, secrets)
    except BaseException:
        connection.close()
        raise


class PostgresEngine:
    """A connection of psycopg, in UTC and in one repeatable-read transaction."""

    dialect: Dialect = DIALECTS["postgres"]

    def __init__(
        self, connection: psycopg.Connection[tuple[Any, ...]], shown: str, secrets: tuple[str, ...] = ()
    ) -> None:
        self.connection, self.shown, self._secrets = connection, shown, secrets
        self._running = False
        if connection.info.server_version < OLDEST:
            version = connection.info.server_version // 10_000
            raise EvidenceError(f"{shown} is PostgreSQL {version}; Pyrometer needs 15 or newer")
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise EvidenceError(f"{shown}: the database isn't encoded in UTF-8, so texts can't be compared as agreed")
        self._guarded(self._begin)

    def _begin(self) -> None:
        self.connection.autocommit = True
        for name, value in _SETTINGS.items():
            self.connection.execute(f"SET {name} = {value}".encode())
        limit = "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'"
        self.connection.execute(limit.encode(), [LOCKED])
        self.connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ")

    def __enter__(self) -> PostgresEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reset(self) -> None:
        """Roll back, so that no temporary relation stays, and begin anew."""
        self._guarded(self.connection.rollback)
        self._guarded(self._begin)

    def close(self) -> None:
        """Roll back, so that no temporary relation stays, and close; at once where a query can't be stopped."""
        if self._running:
            # Nothing can be said to the server before the query's end; its thread closes a line that was cut.
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
            return
        with suppress(psycopg.Error):
            if not self.connection.closed:
                self.connection.rollback()
        self.connection.close()

    def register(self, source: Any, label: str) -> tuple[str, ...]:
        """The parts of a table's name, with its schema: a step of the query may be called as the table is."""
        if not isinstance(source, tuple):
            raise UsageError(f"{label}: PostgreSQL reads tables and views; name one as schema.table")
        if len(source) > 1:
            return source
        found = self._rows(
            """
            SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = to_regclass(%s)""",
            [sql.Identifier(*source).as_string(self.connection)],
        )
        return (found[0][0], *source) if found else source

    def columns(self, name: tuple[str, ...], label: str) -> Mapping[str, str]:
        """Every column with its family; domains as the type behind them, enumerations as text."""
        if len(name) > 2:
            raise UsageError(f"{label}: `{'.'.join(name)}` has {len(name)} parts; PostgreSQL knows schema.table")
        rows = self._rows(
            """
            SELECT a.attname, CASE WHEN t.typtype = 'e' THEN 'text' WHEN t.typtype = 'd' THEN b.typname
                                   ELSE t.typname END
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
            WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""",
            [sql.Identifier(*name).as_string(self.connection)],
        )
        return {column: _FAMILIES.get(kind, kind) for column, kind in rows}

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A temporary table."""
        typed = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_TYPES[kind])) for column, kind in columns.items()
        )
        table = sql.Identifier(name)

        def make() -> None:
            with self.connection.cursor() as cursor:
                cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(table, typed))
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(sql.SQL("ANALYZE {}").format(table))

        self._guarded(make)

    def few(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self._rows(sql)

    def fetch(self, sql: str, folder: Path) -> Path:
        """The rows as a CSV file, written while the server sends them."""
        path = folder / "rows.csv"
        command = f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER true)".encode()

        def copy() -> None:
            with path.open("wb") as stream, self.connection.cursor() as cursor, cursor.copy(command) as rows:
                for part in rows:
                    stream.write(part)

        self._guarded(copy)
        return path

    def _rows(self, text: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        return self._guarded(lambda: self.connection.execute(text.encode(), values).fetchall())

    def _guarded(self, call: Callable[[], Result]) -> Result:
        def run() -> Result:
            self._running = True
            try:
                return call()
            finally:
                self._running = False

        def stop() -> None:
            with suppress(psycopg.Error):
                self.connection.cancel_safe(timeout=FAREWELL)

        try:
            return run_interruptibly(run, stop)
        except OSError as error:
            raise EvidenceError(f"can't keep the rows that {self.shown} sends: {error.strerror}") from None
        except psycopg.errors.InsufficientPrivilege as error:
            raise EvidenceError(
                f"{self.shown}: {self._said(error)}; ask for the right to read it, and TEMPORARY"
            ) from None
        except psycopg.errors.LockNotAvailable as error:
            raise EvidenceError(
                f"{self.shown}: {self._said(error)}: somebody else has locked a table, as ALTER TABLE does; "
                "run it again when they are done"
            ) from None
        except psycopg.OperationalError as error:
            if self.connection.closed or self.connection.broken:
                raise EvidenceError(f"lost the connection to {self.shown}: {self._said(error)}; run it again") from None
            raise EvidenceError(f"{self.shown}: {self._said(error)}") from None
        except psycopg.Error as error:
            raise EvidenceError(f"{self.shown}: {self._said(error)}") from None

    def _said(self, error: psycopg.Error) -> str:
        return without_secrets(_line(error), self._secrets)


def _line(error: psycopg.Error) -> str:
    """The first line of a message that says something; of several tried addresses, the last one's."""
    said = error.diag.message_primary or str(error)
    lines = [line.strip(" -") for line in said.splitlines() if line.strip(" -")]
    found = next((line for line in lines if "failed" in line or "error" in line.lower()), lines[0] if lines else "")
    return re.sub(r"^connection failed: ", "", found) or type(error).__name__
