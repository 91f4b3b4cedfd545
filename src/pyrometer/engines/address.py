"""Where an engine is: a URL, whose password is never shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pyrometer.errors import UsageError

HIDDEN = "•••"
_LOCAL = re.compile(r"(spark)://(local(?:\[(?:[0-9]+|\*)\])?)/?(?:\?(.*))?", re.IGNORECASE)
"""Spark's name for itself in this process, whose brackets hold a number of threads."""

_SECRET = ("password", "pass", "secret", "token", "key", "sslpassword")


@dataclass(frozen=True)
class Address:
    """A URL taken apart. `shown` is the URL for people; its password and secret parameters are left out.

    >>> Address.of("postgresql://ada:s3cret@db.example:5433/crm?sslmode=require").shown
    'postgresql://ada@db.example:5433/crm'
    """

    scheme: str
    host: str
    port: int | None
    user: str | None
    password: str | None = field(repr=False)
    path: str
    options: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, url: str) -> Address:
        """Read a URL. Raises UsageError, which doesn't repeat it: there may be a password in it."""
        if local := _LOCAL.fullmatch(url.strip()):
            scheme, host, query = local[1].lower(), local[2].lower(), local[3] or ""
            return cls(scheme, host, None, None, None, "", dict(parse_qsl(query)))
        try:
            parts = urlsplit(url.strip())
            if any("@" in part for part in (parts.path, parts.query, parts.fragment)):
                raise UsageError(
                    "--engine: in this URL an `@` stands behind the host; "
                    "in a password write / as %2F, ? as %3F and # as %23, and an `@` that belongs there as %40"
                )
            port = parts.port
        except ValueError as error:
            reason = "its port is not a number up to 65535" if "port" in str(error).lower() else "it can't be read"
            raise UsageError(f"--engine: this is no URL of a database: {reason}") from None
        return cls(
            parts.scheme.lower(),
            unquote(parts.hostname or ""),
            port,
            unquote(parts.username) if parts.username is not None else None,
            unquote(parts.password) if parts.password is not None else None,
            unquote(parts.path.removeprefix("/")),
            dict(parse_qsl(parts.query)),
        )

    @property
    def shown(self) -> str:
        """The URL without credentials and options."""
        user = f"{self.user}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port is not None else ""
        path = f"/{self.path}" if self.path else ""
        return f"{self.scheme}://{user}{host}{port}{path}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be said."""
        secret = [value for name, value in self.options.items() if is_secret(name)]
        return tuple(value for value in (self.password, *secret) if value)


def is_secret(name: str) -> bool:
    """Whether an option's name says that its value must not be seen."""
    return any(word in name.lower() for word in _SECRET)


def without_secrets(message: str, secrets: tuple[str, ...]) -> str:
    """A driver's message with every secret in it hidden.

    >>> without_secrets("no such user ada with s3cret", ("s3cret",))
    'no such user ada with •••'
    """
    for secret in sorted(secrets, key=len, reverse=True):
        message = message.replace(secret, HIDDEN)
    return message
