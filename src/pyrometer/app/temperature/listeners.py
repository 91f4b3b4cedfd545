"""Who is told of readings and transitions: rooms further on register here, since this one doesn't know them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyrometer.app.temperature.models import Reading, Transition

Changes = Sequence[tuple[Reading, Transition]]
"""Transitions, each with the lead's reading after it."""

Listener = Callable[[Changes, datetime], None]
"""Called inside the transaction that writes the transitions; what it does outside goes through the outbox."""


@dataclass(frozen=True)
class Read:
    """A reading that was written, what the temperature was before (None: never read), and what caused the reading."""

    reading: Reading
    was: str | None
    cause: str


ReadListener = Callable[[Sequence[Read], datetime], None]
"""Called with every batch of readings inside the transaction that writes them, after the transitions were told."""

_listeners: list[Listener] = []
_readers: list[ReadListener] = []


def on_transition(listener: Listener) -> Listener:
    """Have a function called for every change of temperature or stage. Called in a room's `ready`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def on_reading(listener: ReadListener) -> ReadListener:
    """Have a function called for all that was read, changed or not. Called in a room's `ready`."""
    if listener not in _readers:
        _readers.append(listener)
    return listener


def tell(changes: Changes, now: datetime) -> None:
    """Call the listeners with changes that were made together, in the order in which they registered."""
    if changes:
        for listener in _listeners:
            listener(changes, now)


def tell_read(read: Sequence[Read], now: datetime) -> None:
    """Call those who want to know of every reading."""
    for listener in _readers:
        listener(read, now)
