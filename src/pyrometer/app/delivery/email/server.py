"""Which mail server: `PYROMETER_SMTP`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pyrometer.errors import UsageError

_WRITE = (
    "write smtp://USER:PASSWORD@HOST:587 (TLS after STARTTLS) or smtps://USER:PASSWORD@HOST:465 (TLS from the start)"
)
TIMEOUT = 20.0
MESSAGES = 100
_OPTIONS = "?tls=no (with smtp://, for a relay on the same machine), timeout=SECONDS and messages=N"


@dataclass(frozen=True)
class Server:
    """A mail server, and how to speak to it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    """`starttls`, `implicit`, or `none`, which only the URL's `?tls=no` gives: for a relay on the same machine."""
    timeout: float = TIMEOUT
    """Seconds that it may take for each answer."""
    messages: int = MESSAGES
    """How many mails go over one connection at most."""


def server(url: str | None) -> Server | None:
    """Read the URL; None where there is none. Raises UsageError; no message repeats the URL, which holds a password.

    >>> server("smtp://ada:s%40x@mail.example:587")
    Server(host='mail.example', port=587, user='ada', tls='starttls', timeout=20.0, messages=100)
    >>> server("smtp://localhost:25?tls=no&timeout=5").tls
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
    plain = options.pop("tls", None)
    if plain not in (None, "no") or set(options) - {"timeout", "messages"} or (plain and parts.scheme == "smtps"):
        raise UsageError(f"PYROMETER_SMTP: the options are {_OPTIONS}")
    tls = "implicit" if parts.scheme == "smtps" else "none" if plain else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if tls == "none" and password:
        raise UsageError("PYROMETER_SMTP: a password is never sent without TLS; leave out ?tls=no")
    timeout, messages = _number(options, "timeout", TIMEOUT, 600), _number(options, "messages", MESSAGES, 100_000)
    port = port or (465 if tls == "implicit" else 587)
    return Server(parts.hostname, port, user, password, tls, float(timeout), int(messages))


def _number(options: dict[str, str], name: str, default: float, most: int) -> float:
    """A whole number from 1 on."""
    text = options.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise UsageError(f"PYROMETER_SMTP: {name} is a whole number from 1 to {most}; the options are {_OPTIONS}")
    return int(text)
