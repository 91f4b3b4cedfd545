"""One POST to an address that was checked: no redirects, no proxies, one deadline, a cap on what is read."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyrometer.app.delivery.webhook.addresses import Address, RefusedError, Target, resolve, target

CONNECT = 5.0
"""Seconds for a connection to one address."""
WHOLE = 15.0
"""Seconds for everything after the name is resolved."""
HEAD = 16_384
"""Bytes of an answer's head that are read at most."""
BODY = 2_048
"""Bytes of its body, for the page that shows what the receiver said."""


@dataclass(frozen=True)
class Answer:
    """What the receiver said, or why there is no answer (`error`; `refused` where trying again is no use)."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str = ""
    refused: bool = False


def call(url: str, headers: Mapping[str, str], body: bytes, *, networks: Iterable[str] = ()) -> Answer:
    """Post to a URL. Never raises for what the other side does."""
    try:
        where = target(url)
        addresses = resolve(where, networks)
    except RefusedError as refused:
        return Answer(error=str(refused), refused=True)
    except (OSError, UnicodeError):
        return Answer(error="the host's name can't be resolved")
    ends = time.monotonic() + WHOLE
    try:
        with _connected(addresses, where, ends) as connection:
            connection.sendall(_request(where, headers, body))
            return _answer(_Reader(connection, ends))
    except TimeoutError:
        return Answer(error=f"no answer within {WHOLE:g} seconds")
    except ssl.SSLCertVerificationError as error:
        return Answer(error=f"its certificate can't be trusted: {error.verify_message}")
    except (OSError, _NoHttpError) as error:
        return Answer(error=getattr(error, "strerror", None) or str(error) or type(error).__name__)


class _NoHttpError(Exception):
    """The answer isn't HTTP, or is too large."""


def _connected(addresses: Iterable[Address], where: Target, ends: float) -> socket.socket:
    failed: OSError = OSError("the host has no address")
    for address in addresses:
        try:
            plain = socket.create_connection((str(address), where.port), timeout=min(CONNECT, _left(ends)))
        except OSError as error:
            failed = error
            continue
        plain.settimeout(_left(ends))
        if not where.secure:
            return plain
        try:
            # The certificate has to be that of the name, although the connection goes to a number.
            return ssl.create_default_context().wrap_socket(plain, server_hostname=where.host)
        except BaseException:
            plain.close()
            raise
    raise failed


def _request(where: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    fields = {
        "Host": where.authority,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "Pyrometer-Webhook/1",
        "Accept": "*/*",
        "Connection": "close",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {where.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


class _Reader:
    """Reads with one deadline for all, so that an answer that drips byte by byte ends, too."""

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection = connection
        self._ends = ends
        self.held = b""

    def more(self) -> bool:
        """Read on; False at the end."""
        self._connection.settimeout(_left(self._ends))
        piece = self._connection.recv(4096)
        self.held += piece
        return bool(piece)


def _answer(reader: _Reader) -> Answer:
    while True:
        while b"\r\n\r\n" not in reader.held:
            if len(reader.held) > HEAD:
                raise _NoHttpError("the head of the answer is too large")
            if not reader.more():
                raise _NoHttpError("the connection ended before an answer")
        head, _, reader.held = reader.held.partition(b"\r\n\r\n")
        status, headers = _head(head.decode("latin-1"))
        if status >= 200:
            return Answer(status, headers, _excerpt(reader))


def _head(text: str) -> tuple[int, dict[str, str]]:
    first, *lines = text.split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit() and len(code) == 3):
        raise _NoHttpError("the answer isn't HTTP")
    pairs = (line.partition(":") for line in lines)
    return int(code), {name.strip().lower(): value.strip() for name, _, value in pairs}


def _excerpt(reader: _Reader) -> str:
    """What is there of the body; the status is known, so nothing about it can fail the call any more."""
    try:
        while len(reader.held) < BODY and reader.more():
            pass
    except OSError:
        pass
    return reader.held[:BODY].decode("utf-8", "replace")


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
