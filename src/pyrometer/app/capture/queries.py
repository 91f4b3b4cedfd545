"""What the page of the room shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from pyrometer.app.capture.models import Accepted
from pyrometer.app.evidence.models import Event
from pyrometer.app.people.models import ApiKey, KeyKind

EVENTS = 20
KEYS = 20
MANY = 10_000


@dataclass(frozen=True)
class Waiting:
    """What is accepted and not digested yet: how many requests, counted up to a bound, and since when."""

    requests: int
    more: bool
    since: datetime | None


def waiting() -> Waiting:
    """What the workers have before them."""
    found = Accepted.objects.values_list("pk")[: MANY + 1].count()
    since = Accepted.objects.aggregate(since=Min("received_at"))["since"] if 0 < found <= MANY else None
    return Waiting(min(found, MANY), found > MANY, since)


def last_events(limit: int = EVENTS) -> list[Event]:
    """What leads did as we learned of it last, whichever way it came in."""
    return list(Event.objects.select_related("lead").order_by("-pk")[:limit])


def write_keys(limit: int = KEYS) -> list[ApiKey]:
    """The keys that work, by name."""
    return list(ApiKey.objects.filter(kind=KeyKind.WRITE, revoked_at=None).order_by("name", "pk")[:limit])
