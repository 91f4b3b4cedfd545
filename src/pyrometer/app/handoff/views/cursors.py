"""Where a list goes on: the sort keys of the last row shown, as a word for an address."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Protocol

from pyrometer.app.temperature.models import Temperature

Keys = tuple[str | int, ...]
SHAPES: dict[str, tuple[type, ...]] = {"new": (int,), "seen": (str, int), "order": (str, int, int, int)}


class Placed(Protocol):
    """What a cursor needs to know of the last row."""

    @property
    def pk(self) -> int: ...
    @property
    def last_seen_at(self) -> datetime: ...
    @property
    def temperature(self) -> str: ...
    @property
    def missing_count(self) -> int: ...
    @property
    def total(self) -> int: ...


def keys(sort: str, last: Placed) -> Keys:
    """The sort keys of a row."""
    if sort == "new":
        return (last.pk,)
    if sort == "seen":
        return (last.last_seen_at.isoformat(), last.pk)
    return (last.temperature, last.missing_count, last.total, last.pk)


def closed(sort: str, last: Placed) -> str:
    """The cursor after a row."""
    text = json.dumps(keys(sort, last), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def opened(sort: str, cursor: str) -> Keys:
    """The keys of a cursor; none where it isn't one of ours, so that a broken link shows the first page.

    >>> opened("new", "WzQyXQ"), opened("new", "rubbish"), opened("seen", "WzQyXQ")
    ((42,), (), ())
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return ()
    if not isinstance(found, list) or [type(key) for key in found] != list(SHAPES[sort]):
        return ()
    if any(isinstance(key, int) and abs(key) >= 1 << 62 for key in found):
        return ()
    return tuple(found) if _sensible(sort, found[0]) else ()


def _sensible(sort: str, first: str | int) -> bool:
    if sort == "order":
        return first in (*Temperature.values, "")  # the last of those that were never read
    if sort == "seen":
        try:
            return datetime.fromisoformat(str(first)).tzinfo is not None
        except ValueError:
            return False
    return True
