"""Who is told when a lead agrees or takes it back: rooms further on register here, since this one doesn't know them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pyrometer.app.consent.models import Consent

Listener = Callable[[Consent, int, datetime], None]
"""Called with a word that was said or confirmed and its root, inside the transaction that writes it."""

_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Have a function called for every yes and no. Called in a room's `ready`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(consent: Consent, root: int, now: datetime) -> None:
    """Call the listeners, in the order in which they registered."""
    for listener in _listeners:
        listener(consent, root, now)
