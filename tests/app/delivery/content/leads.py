"""Leads for the tests, and what they agreed to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pyrometer.app.consent.actions import record
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def lead(address: str = "ada@acme.example", **traits: Any) -> int:
    """A lead with its answers."""
    message = Incoming(
        once=address, occurred_at=NOW, received_at=NOW, source="form", handles=(("email", address),), traits=traits
    )
    return take(incoming=[message], now=NOW).lead_of[address]


def says(who: int, given: bool, purpose: str = "profiling", at: datetime = NOW) -> None:
    """A lead's yes or no."""
    record(lead=who, purpose=purpose, given=given, text="I agree.", at=at, now=at)
