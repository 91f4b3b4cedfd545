"""What any way in hands over: one message about somebody, already read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Incoming:
    """One message: at most one event, any number of answers, and by which handles the lead is known.

    `handles` are (kind, value) as `HandleKind` has the kinds; values may be spelled as they came, `evidence.handles`
    normalises them. `also` are handles of somebody who is said to be the same one (alias). Times are aware, in UTC;
    `occurred_at` is corrected for the sender's clock. `once` is what a retry of the message has in common with it.
    """

    once: str
    occurred_at: datetime
    received_at: datetime
    source: str
    handles: tuple[tuple[str, str], ...]
    also: tuple[tuple[str, str], ...] = ()
    event: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    author: str = ""
    channel: str = ""
    address: str | None = None
    agent: str = ""
    locale: str = ""
    """What the lead's browser or application is set to: `de-DE`."""
    consents: Mapping[str, bool] = field(default_factory=dict)
