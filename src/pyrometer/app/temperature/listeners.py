"""Who is told of a transition: rooms further on register here, since this one doesn't know them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pyrometer.app.temperature.models import Reading, Transition

Listener = Callable[[Reading, Transition, datetime], None]
"""Called inside the transaction that writes the transition; what it does outside goes through the outbox."""

_listeners: list[Listener] = []


def on_transition(listener: Listener) -> Listener:
    """Have a function called for every transition. Called in a room's `ready`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(reading: Reading, transition: Transition, now: datetime) -> None:
    """Call the listeners, in the order in which they registered."""
    for listener in _listeners:
        listener(reading, transition, now)
