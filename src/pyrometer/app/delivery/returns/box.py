"""Which mailbox is looked at for what comes back: `PYROMETER_IMAP`."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pyrometer.errors import UsageError

_WRITE = "write imaps://USER:PASSWORD@HOST/FOLDER (the folder is INBOX, where none is named)"
_DEFAULTS = {"implicit": 993, "starttls": 143, "none": 143}


@dataclass(frozen=True)
class Box:
    """A mailbox, and how to speak to its server."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: str = "implicit"
    """`implicit`, `starttls` with imap://, or `none`, which only `?tls=no` gives: for a server on the same machine."""
    timeout: float = 20.0
    """Seconds that it may take for each answer."""

    @property
    def name(self) -> str:
        """What it is known by."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def box(url: str | None) -> Box | None:
    """Read the URL; None where there is none. Raises UsageError; no message repeats the URL, which holds a password.

    >>> box("imaps://bounces%40acme.example:s%40x@mail.example/Returned").name
    'bounces@acme.example@mail.example:993/Returned'
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise UsageError(f"PYROMETER_IMAP: not a URL; {_WRITE}") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if parts.scheme not in ("imap", "imaps") or not host or not user or not password:
        raise UsageError(f"PYROMETER_IMAP: {_WRITE}")
    if any(ord(letter) < 32 or letter in '"\\' for letter in user + password + folder):
        raise UsageError("PYROMETER_IMAP: neither user, password nor folder may hold quotation marks or backslashes")
    if options not in ({}, {"tls": "no"}) or (options and parts.scheme == "imaps"):
        raise UsageError("PYROMETER_IMAP: the only option is ?tls=no, with imap://, for a server on the same machine")
    tls = "implicit" if parts.scheme == "imaps" else "none" if options else "starttls"
    return Box(host, port or _DEFAULTS[tls], user, password, folder, tls)
