"""Which database: SQLite by default, PostgreSQL by `DATABASE_URL`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pyrometer.errors import UsageError

BUSY = 20
"""Seconds that a writer waits for another on SQLite before it gives up."""

_POSTGRESQL = frozenset({"postgresql", "postgres"})


def database(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's settings of the database: `url`, or `pyrometer.db` in `folder` where there is none.

    Raises UsageError for a URL that isn't `postgresql://…` or `sqlite:///…`; no message repeats the URL, which may hold
    a password.

    >>> database("postgresql://ada:s%40x@db.example:5433/leads?sslmode=require", Path())["USER"]
    'ada'
    >>> database("sqlite:////srv/leads.db", Path())["NAME"]
    '/srv/leads.db'
    """
    if not url:
        return _sqlite(folder / "pyrometer.db")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError("DATABASE_URL: not a URL; write postgresql://USER@HOST/DATABASE") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme == "sqlite" and not parts.netloc and name:
        return _sqlite(Path(name))
    if parts.scheme not in _POSTGRESQL or not name:
        raise UsageError("DATABASE_URL: write postgresql://USER@HOST/DATABASE or sqlite:///FILE")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": BUSY,
            # A transaction that will write takes its turn at its beginning, where waiting is possible.
            "transaction_mode": "IMMEDIATE",
            # FULL: what was answered with 200 is on the disk, even if the machine loses its power.
            # What is written is brought to its place seldom: pages that change again and again are written there once.
            # What is erased is overwritten, and doesn't stay in pages that are free.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
                " PRAGMA wal_autocheckpoint=4000; PRAGMA secure_delete=ON;"
            ),
        },
    }
