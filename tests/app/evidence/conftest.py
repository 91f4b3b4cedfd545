"""Messages about leads, and who acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from pyrometer.app.evidence.actions import Taken, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_numbers = count()


def message(*handles: str, at: datetime = NOW, once: str = "", source: str = "wire", **rest: Any) -> Incoming:
    """A message; handles are spelled `email:ada@acme.test`, and `also` the same way."""
    also = tuple(pair(each) for each in rest.pop("also", ()))
    return Incoming(
        once=once or f"m{next(_numbers)}",
        occurred_at=at,
        received_at=rest.pop("received_at", at),
        source=source,
        handles=tuple(pair(each) for each in handles),
        also=also,
        **rest,
    )


def pair(text: str) -> tuple[str, str]:
    kind, _, value = text.partition(":")
    return kind, value


def took(*messages: Incoming, now: datetime = NOW) -> Taken:
    """Take messages in, one batch."""
    return take(incoming=messages, now=now)


@pytest.fixture
def carol(db: None) -> Actor:
    """The manager."""
    return Actor.of(User.objects.create_user(email="carol@rotavane.test", role="manager"))


@pytest.fixture
def say() -> Callable[..., int]:
    """Take one message in, an hour after the one before; its lead."""
    times = (NOW + timedelta(hours=number) for number in count())

    def one(*handles: str, event: str | None = "page_viewed", **rest: Any) -> int:
        at = next(times)
        each = message(*handles, at=at, event=event, **rest)
        return took(each, now=at).lead_of[each.once]

    return one
