"""What rooms further on say when a version is tried on today's leads: they register here, since this one doesn't know
them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from pyrometer.definition import Definition
from pyrometer.result import Reading

Previous = Callable[[Sequence[int]], list[dict[str, Any]]]
"""The temperatures that some roots have now, as rows that scoring takes."""

Going = Callable[[Definition, Sequence[Reading], datetime], Collection[int]]
"""Of leads read by a definition, the roots that would be handed to sales."""

_previous: list[Previous] = []
_going: list[Going] = []


def register(*, previous: Previous | None = None, going: Going | None = None) -> None:
    """Have a function asked. Called in a room's `ready`."""
    if previous is not None and previous not in _previous:
        _previous.append(previous)
    if going is not None and going not in _going:
        _going.append(going)


def temperatures(roots: Sequence[int]) -> list[dict[str, Any]]:
    """The temperatures that leads have now."""
    return [row for ask in _previous for row in ask(roots)]


def to_sales(definition: Definition, readings: Sequence[Reading], now: datetime) -> set[int]:
    """The leads that would be handed over if they were read so."""
    return {root for ask in _going for root in ask(definition, readings, now)}
