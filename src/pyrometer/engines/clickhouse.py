"""A ClickHouse server over HTTP: every query stands alone, with its settings; the rows come as a stream of Parquet."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from urllib3.exceptions import HTTPError

from pyrometer.engines.address import Address, without_secrets
from pyrometer.engines.clickhouse_sql import (
    CONSTRAINED,
    DENIED,
    NO_LOGIN,
    PUT,
    READONLY,
    ROWS,
    SETTINGS,
    UNKNOWN_DATABASE,
    UNKNOWN_TABLE,
    RefusedError,
    code_of,
    families_of,
    inlined,
    lines_of,
    quoted_name,
    quoted_text,
    rows_of,
    said,
    temporary_table,
    with_steps,
)
from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.sql import DIALECTS, Dialect

OLDEST = (24, 8)
"""The oldest engine that was tried, by hand: it knows days from 1900 to 2299, and takes others for unknown.

What our tests run on is newer, and knows all days.
"""

PATIENCE = 5
"""Seconds to wait for a server to answer, which is tried twice."""

SILENCE = 300
"""Seconds without a sign of life from a running query until it counts as lost; a server gives one every two minutes."""

FAREWELL = 3
"""Seconds to wait for a server that is asked to stop a query."""

_OPTIONS = ("connect_timeout", "send_receive_timeout", "verify", "ca_cert", "client_cert", "client_cert_key")
_TAIL = 8192
_MAGIC = b"PAR1"

Result = TypeVar("Result")

# The driver would say on the error output what the error says, too.
logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())


def connect(address: Address) -> ClickHouseEngine:
    """Connect to clickhouse://user:password@host:8123/database, or clickhouses:// by TLS (8443).

    What the URL leaves out is taken from CLICKHOUSE_USER and CLICKHOUSE_PASSWORD.
    """
    for name in address.options:
        if name not in _OPTIONS:
            raise UsageError(f"--engine: ClickHouse's URL knows no option `{name}`; it knows {', '.join(_OPTIONS)}")
    if not address.host:
        raise UsageError("--engine: the URL names no host; write clickhouse://user@host:8123/database")
    password = address.password if address.password is not None else os.environ.get("CLICKHOUSE_PASSWORD", "")
    secure = address.scheme == "clickhouses"
    given: dict[str, Any] = {
        "connect_timeout": PATIENCE,
        "send_receive_timeout": SILENCE,
        **address.options,
        "interface": "https" if secure else "http",
        "host": address.host,
        "port": address.port or (8443 if secure else 8123),
        "username": address.user or os.environ.get("CLICKHOUSE_USER") or "default",
        "password": password,
        "database": address.path or None,
        "autogenerate_session_id": False,
        "client_name": "pyrometer",
        "query_retries": 0,
    }
    return ClickHouseEngine(given, address.shown, tuple(filter(None, (*address.secrets, password))))


class ClickHouseEngine:
    """A client of clickhouse-connect; `given` is what its `get_client` takes."""

    dialect: Dialect = DIALECTS["clickhouse"]

    def __init__(self, given: Mapping[str, Any], shown: str, secrets: tuple[str, ...] = ()) -> None:
        self.shown, self._given, self._secrets = shown, given, secrets
        self._steps: list[str] = []
        self._session: dict[str, str] = {}
        self.client: Client = self._guarded(lambda: clickhouse_connect.get_client(**given), f"can't reach {shown}")
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def _check(self) -> None:
        version = tuple(int(part) for part in str(self.client.server_version).split(".")[:2])
        if version < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise EvidenceError(
                f"{self.shown} is ClickHouse {'.'.join(map(str, version))}; Pyrometer needs {oldest} or newer"
            )
        ((self._database,),) = self.few("SELECT currentDatabase()")

    def __enter__(self) -> ClickHouseEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reset(self) -> None:
        """Leave the session with its table, which the server drops within a minute."""
        self._steps.clear()
        self._session.clear()

    def close(self) -> None:
        """Leave the session, and let go of the connections."""
        self.reset()
        self.client.close()

    def register(self, source: Any, label: str) -> tuple[str, ...]:
        """The parts of a table's name, with its database: a step of the query may be called as the table is."""
        if not isinstance(source, tuple):
            raise UsageError(f"{label}: a ClickHouse server reads its tables and views; name one as database.table")
        return source if len(source) > 1 else (self._database, *source)

    def columns(self, name: tuple[str, ...], label: str) -> Mapping[str, str]:
        """Every column with its family."""
        if len(name) > 2:
            raise UsageError(f"{label}: `{'.'.join(name)}` has {len(name)} parts; ClickHouse knows database.table")
        try:
            return families_of(self._rows(f"DESCRIBE TABLE {quoted_name(*name)}"))
        except RefusedError as refused:
            if refused.code in (UNKNOWN_TABLE, UNKNOWN_DATABASE):
                return {}
            raise

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A step of the query for whole numbers; for texts a temporary table of a session."""
        if "text" not in columns.values():
            self._steps.append(inlined(name, columns, rows))
            return
        self._session = {"session_id": f"pyrometer-{uuid4()}"}
        settings = self._settings()

        def make() -> None:
            self.client.command(temporary_table(name, columns), settings=settings)
            if rows:
                self.client.raw_insert(
                    quoted_name(name),
                    insert_block=lines_of(rows),
                    fmt=PUT,
                    settings=settings,
                    column_names=list(columns),
                )

        self._guarded(make)

    def few(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return rows_of(self._rows(sql))

    def fetch(self, sql: str, folder: Path) -> Path:
        """The rows as a Parquet file, written while the server sends them."""
        path = folder / "rows.parquet"
        query, settings = with_steps(self._steps, sql), self._settings()

        def copy() -> None:
            answer: Any = self.client.raw_stream(query, fmt="Parquet", settings=settings)
            with path.open("wb") as stream:
                try:
                    for part in answer.stream(2**20):
                        stream.write(part)
                finally:
                    answer.close()
            self._refuse_cut(path)

        self._guarded(copy, query_id=settings["query_id"])
        return path

    def _refuse_cut(self, path: Path) -> None:
        """A query that fails after its first rows says so behind them, in an answer that began as a success."""
        with path.open("rb") as stream:
            stream.seek(max(path.stat().st_size - _TAIL, 0))
            tail = stream.read()
        if not tail.endswith(_MAGIC):
            path.unlink()
            message = tail[tail.rfind(b"Code: ") :].decode(errors="replace") if b"Code: " in tail else ""
            raise ClickHouseError(message) if code_of(message) else HTTPError("the answer ends before its end")

    def _settings(self) -> dict[str, str]:
        return {**SETTINGS, **self._session, "query_id": f"pyrometer-{uuid4()}"}

    def _rows(self, sql: str) -> bytes:
        settings = self._settings()
        return self._guarded(
            lambda: self.client.raw_query(sql, fmt=ROWS, settings=settings), query_id=settings["query_id"]
        )

    def _guarded(self, call: Callable[[], Result], failed: str = "", query_id: str = "") -> Result:
        def stop() -> None:
            self._stop(query_id)

        try:
            return run_interruptibly(call, stop)
        except OperationalError as error:
            if not code_of(str(error)):
                raise self._lost(error, failed) from None
            raise self._refused(error, failed) from None
        except ClickHouseError as error:
            raise self._refused(error, failed) from None
        except HTTPError as error:
            raise self._lost(error, failed) from None
        except OSError as error:
            raise EvidenceError(f"can't keep the rows that {self.shown} sends: {error.strerror}") from None

    def _lost(self, error: Exception, failed: str) -> EvidenceError:
        reason = _cause(error)
        if failed:
            return EvidenceError(f"{failed}: {reason}")
        return EvidenceError(f"lost the connection to {self.shown}: {reason}; run it again")

    def _refused(self, error: Exception, failed: str) -> EvidenceError:
        message = without_secrets(str(error), self._secrets)
        code, what = code_of(message), said(message)
        if code in NO_LOGIN:
            what = (
                "the user or the password is wrong; give them in the URL, or as CLICKHOUSE_USER and CLICKHOUSE_PASSWORD"
            )
        elif code in (READONLY, CONSTRAINED) or "is readonly" in what:
            what += "; Pyrometer gives settings with its queries, so the user needs `readonly = 2`, or 0"
        elif code == DENIED:
            what += "; ask for that grant"
        return RefusedError(f"{failed or self.shown}: {what}", code)

    def _stop(self, query_id: str) -> None:
        """End a query, by a client of its own: a session runs one query at a time."""
        if query_id:
            with suppress(ClickHouseError, HTTPError):
                limits = {"connect_timeout": FAREWELL, "send_receive_timeout": FAREWELL}
                other = clickhouse_connect.get_client(**{**self._given, **limits})
                other.command(f"KILL QUERY WHERE query_id = {quoted_text(query_id)} ASYNC")
                other.close()


def _cause(error: BaseException) -> str:
    """What went wrong on the way, in the words of the innermost error."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    if isinstance(error, TimeoutError):
        return "no answer in time"
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or str(error) or type(error).__name__
