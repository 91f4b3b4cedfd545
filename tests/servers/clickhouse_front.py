"""An HTTP front for chdb, as a process of its own: ClickHouse's engine behind ClickHouse's HTTP interface.

No package of PyPI or Debian brings a ClickHouse server that is new enough. So the engine here is the real one and the
client is the real one, and what lies between is as much of the protocol as a client needs: users, settings in the URL,
sessions, formats, errors before the first byte and after it. `python -m tests.servers.clickhouse_front` says its port
on a line.
"""

from __future__ import annotations

import base64
import re
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb

PASSWORD = "p@ss/w:rd"
USERS = {
    "default": ("", 0),
    "guest": (PASSWORD, 0),
    "reader": ("", 2),
    "viewer": ("", 1),
    "leaver": ("", 0),
    "hasty": ("", 0),
}
"""Each user's password, and its setting `readonly`.

Streams to `leaver` break off half way; to `hasty` they begin before a query fails, as they do where rows are many.
"""

_NO_SETTINGS = frozenset(
    "query database user password session_id session_timeout session_check query_id quota_key role default_format "
    "compress decompress buffer_size wait_end_of_query client_protocol_version enable_http_compression "
    "send_progress_in_http_headers http_headers_progress_interval_ms".split()
)
_PARQUET = re.compile(r"\s+FORMAT\s+Parquet\s*$")
_LOGIN = (
    "Code: 516. DB::Exception: {}: Authentication failed: password is incorrect, or there is no user with such name. "
    "(AUTHENTICATION_FAILED)"
)

log: list[str] = []
"""What was asked for: at /log."""

sessions: dict[str, Any] = {}
guard = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """One request: a query with its settings."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/ping":
            self._answer(200, b"Ok.\n")
        elif self.path == "/log":
            self._answer(200, "\n".join(log).encode())
        else:
            self._query(reading=True)

    def do_POST(self) -> None:
        self._query(reading=False)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _query(self, *, reading: bool) -> None:
        body = self._body()
        given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        user, password = self._login()
        if user not in USERS or USERS[user][0] != password:
            self._fail(_LOGIN.format(user), 403)
            return
        sql = "\n".join(filter(None, (given.get("query", ""), body.decode("utf-8", "surrogateescape"))))
        sql = re.sub(r"^KILL QUERY WHERE query_id", "KILL QUERY WHERE Settings['log_comment']", sql)
        log.append(f"{self.path} {sql}")
        self.user = user
        connection = _connection(
            given.get("session_id", ""), given.get("query_id", ""), max(USERS[user][1], 2 * reading)
        )
        try:
            self._run(connection, sql, given)
        finally:
            if not given.get("session_id"):
                connection.close()

    def _run(self, connection: Any, sql: str, given: dict[str, str]) -> None:
        try:
            if given.get("database"):
                connection.query(f"USE `{given['database']}`")
            settings = {name: value for name, value in given.items() if name not in _NO_SETTINGS}
            for name, value in settings.items():
                connection.query(f"SET {name} = '{value}'")
            if _PARQUET.search(sql) and given.get("wait_end_of_query") != "1":
                self._stream(connection, _PARQUET.sub("", sql))
            else:
                self._answer(200, connection.query(sql, given.get("default_format", "TabSeparated")).bytes())
        except RuntimeError as error:
            self._fail(str(error), 500)

    def _stream(self, connection: Any, sql: str) -> None:
        """A Parquet file; if the query fails when there are rows already, the error stands behind them."""
        with tempfile.TemporaryDirectory() as folder:
            path, error = Path(folder, "rows"), ""
            if "readonly" in connection.query("SELECT name FROM system.settings WHERE changed").data():
                data = connection.query(sql, "Parquet").bytes()
            else:
                try:
                    connection.query(f"INSERT INTO FUNCTION file('{path}', Parquet) {sql}")
                except RuntimeError as failed:
                    error = str(failed)
                data = path.read_bytes() if path.exists() else b""
            if error and self.user != "hasty":
                self._fail(error, 500)
            else:
                self._answer(200, (data or b"PAR1") + error.encode(), cut=self.user == "leaver")

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _login(self) -> tuple[str, str]:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind != "Basic":
            return "default", ""
        user, _, password = base64.b64decode(value).decode().partition(":")
        return user, password

    def _fail(self, message: str, status: int) -> None:
        code = re.search(r"Code: (\d+)", message)
        self._answer(status, message.encode(), {"X-ClickHouse-Exception-Code": code[1] if code else "1"})

    def _answer(self, status: int, data: bytes, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        self.send_response(status)
        shown = {"X-ClickHouse-Timezone": "UTC", "Transfer-Encoding": "chunked", **(headers or {})}
        for name, value in shown.items():
            self.send_header(name, value)
        self.end_headers()
        if cut:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data[: len(data) // 2])
            self.close_connection = True
            return
        for start in range(0, len(data), 2**16):
            part = data[start : start + 2**16]
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")


def _connection(session: str, mark: str, readonly: int) -> Any:
    """The connection of a session, or one of its own, with what its user may do."""
    with guard:
        if session in sessions:
            return sessions[session]
        connection: Any = chdb.connect(":memory:")
        connection.query(f"SET log_comment = '{mark}'")
        if readonly:
            connection.query(f"SET readonly = {readonly}")
        if session:
            sessions[session] = connection
        return connection


if __name__ == "__main__":
    keep = chdb.connect(":memory:")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
