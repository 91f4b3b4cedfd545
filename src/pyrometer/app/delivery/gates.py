"""Who has a say before mail to leads is handed over: rooms further on register here, since this one doesn't know them.

A gate is asked for a few mails at a time, just before they go, so that what was decided a moment ago counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyrometer.app.delivery.models import Outgoing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Barred:
    """It is given up, for a reason in words."""

    because: str


@dataclass(frozen=True)
class Held:
    """It is held until somebody releases it: from `now` on."""

    now: datetime


@dataclass(frozen=True)
class Later:
    """It isn't to go before a moment."""

    until: datetime


@dataclass(frozen=True)
class Failed:
    """A gate couldn't say; it is asked again later."""

    error: str


Verdict = Barred | Held | Later
Gate = Callable[[Sequence[Outgoing], datetime], Mapping[int, Verdict]]
"""What stands in the way of some rows, by their key; those that aren't named may go."""

_gates: dict[str, Gate] = {}


def register(name: str, gate: Gate) -> None:
    """Have a gate asked. Called in `ready`."""
    _gates[name] = gate


def have_a_say(row: Outgoing) -> bool:
    """Whether gates are asked for a row: marketing mail, and what a room writes as it goes, for whatever purpose."""
    return row.marketing or "compose" in row.payload


def asked(rows: Sequence[Outgoing], now: datetime) -> dict[int, Verdict | Failed]:
    """What the gates say of some rows, by their key: the strictest of what they say counts."""
    said: dict[int, Verdict | Failed] = {}
    for name, gate in _gates.items():
        left = [row for row in rows if not isinstance(said.get(row.pk), Barred)]
        if not left:
            break
        try:
            found: Mapping[int, Verdict | Failed] = gate(left, now)
        except Exception as error:
            logger.exception("the gate %s failed", name)
            found = dict.fromkeys((row.pk for row in left), Failed(f"{type(error).__name__}: {error}"))
        for row in left:
            if (verdict := found.get(row.pk)) is not None:
                said[row.pk] = max(said.get(row.pk, verdict), verdict, key=_strictness)
    return said


def _strictness(verdict: Verdict | Failed) -> tuple[int, float]:
    kinds = (Later, Failed, Held, Barred)
    return kinds.index(type(verdict)), verdict.until.timestamp() if isinstance(verdict, Later) else 0.0
