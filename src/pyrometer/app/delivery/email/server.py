"""Which mail server: `PYROMETER_SMTP`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pyrometer.errors import UsageError

_WRITE = (
    "write smtp://USER:PASSWORD@HOST:587 (TLS after STARTTLS) or smtps://USER:PASSWORD@HOST:465 (TLS from the start)"
)


@dataclass(frozen=True)
class Server:
    """A mail server, and how to speak to it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    """`starttls`, `implicit`, or `none`, which only the URL's `?tls=no` gives: for a relay on the same machine."""


def server(url: str | None) -> Server | None:
    """Read the URL; None where there is none. Raises UsageError; no message repeats the URL, which holds a password.

    >>> server("smtp://ada:s%40x@mail.example:587")
    Server(host='mail.example', port=587, user='ada', tls='starttls')
    >>> server("smtp://localhost:25?tls=no").tls
    'none'
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise UsageError(f"PYROMETER_SMTP: not a URL; {_WRITE}") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
        raise UsageError(f"PYROMETER_SMTP: {_WRITE}")
    if set(options) - {"tls"} or options.get("tls", "no") != "no" or (options and parts.scheme == "smtps"):
        raise UsageError("PYROMETER_SMTP: the only option is ?tls=no, with smtp://, for a relay on the same machine")
    tls = "implicit" if parts.scheme == "smtps" else "none" if options else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if tls == "none" and password:
        raise UsageError("PYROMETER_SMTP: a password is never sent without TLS; leave out ?tls=no")
    return Server(parts.hostname, port or (465 if tls == "implicit" else 587), user, password, tls)
