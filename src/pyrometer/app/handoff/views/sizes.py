"""Which index a list follows: the one by which the fewest readings have to be looked at until a page is full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import prod
from typing import Any

from django.db import connection
from django.db.models import Max

from pyrometer.app.temperature.models import WARMTH, Reading

MOST = 100_000
"""Counting stops here; what is larger counts as so large."""
KEPT = timedelta(minutes=10)
"""How long a count is good enough: it decides how quickly a list is found, not what is in it."""
WANTED = 1_000
"""Places that a list looks for."""
SORTED = 2
"""What a reading costs that is sorted, in readings that are only looked at."""

_known: dict[tuple[str, str], tuple[int, datetime]] = {}


def cheapest(sort: str, wanted: Mapping[str, Any], now: datetime) -> str:
    """The look-up whose index is followed, of those that are wanted; empty: that of the order itself.

    SQLite doesn't know that few rows are asked for, and follows whatever it is offered; PostgreSQL knows better.
    """
    if connection.vendor != "sqlite" or not wanted:
        return ""
    last = Reading.objects.aggregate(last=Max("pk"))["last"] or 1
    sizes = {name: min(size(name, value, now), last) for name, value in wanted.items()}
    share = min(1.0, WANTED / max(last * prod(number / last for number in sizes.values()), 1.0))
    return min(("", *sizes), key=lambda name: _cost(sort, name, sizes, last, share))


def _cost(sort: str, name: str, sizes: Mapping[str, int], last: int, share: float) -> float:
    """How many readings are looked at along an index; `share` of it, where it has the order of the list."""
    if sort == "order":
        if name == "last_seen_at__gte":
            return sizes[name] * (1 if "temperature" in sizes else len(WARMTH)) * SORTED
        # Each index goes on with the temperature, and then in the call order.
        warm = sizes.get("temperature", last) / last
        return (sizes[name] if name not in ("", "temperature") else last) * warm * share
    if name:
        return sizes[name] * SORTED
    return (sizes.get("last_seen_at__gte", last) if sort == "seen" else last) * share


def size(name: str, value: Any, now: datetime) -> int:
    """How many readings a look-up lets through, at most `MOST`, as counted some minutes ago at most."""
    key = (name, str((now - value).days if isinstance(value, datetime) else value))
    number, until = _known.get(key, (0, now))
    if until <= now:
        if len(_known) > 1_000:  # somebody asks for countries that there aren't
            _known.clear()
        number = Reading.objects.filter(anonymous=False, **{name: value})[:MOST].count()
        _known[key] = (number, now + KEPT)
    return number
