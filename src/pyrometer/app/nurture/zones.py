"""The time zone of a lead: what it said, else the one that most people of its country have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

TRAITS = ("time_zone", "timezone", "timeZone")
"""Traits by which a zone is said, the first that is there."""


def zone_of(said: Mapping[str, object], country: str, otherwise: tzinfo) -> tzinfo:
    """The zone of a lead, from its traits and its country (two letters); `otherwise` where neither tells.

    >>> zone_of({}, "SE", ZoneInfo("UTC")).key, zone_of({"timezone": "Asia/Tokyo"}, "SE", ZoneInfo("UTC")).key
    ('Europe/Stockholm', 'Asia/Tokyo')
    """
    for trait in TRAITS:
        found = named(str(said.get(trait) or ""))
        if found is not None:
            return found
    return named(_by_country().get(country.upper(), "")) or otherwise


@lru_cache(maxsize=1000)
def named(name: str) -> ZoneInfo | None:
    """The zone of a name; None where nobody knows it.

    >>> named("Europe/Berlin").key, named("Somewhere"), named("../../etc/passwd")
    ('Europe/Berlin', None, None)
    """
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError):
        return None


@cache
def _by_country() -> dict[str, str]:
    """The first zone of each country: the tables of the time zone database put the one with most people first."""
    found: dict[str, str] = {}
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found.setdefault(country, name)
    return found
