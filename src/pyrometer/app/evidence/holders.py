"""Rooms further on that hold something about leads: they are told of an erasure, and asked for an export.

Rows with a foreign key to `Lead` need nothing of this: they are exported and erased as they are. This is for what such
a key doesn't lead to (a dead letter, a message that waits), and for saying in plain words what rows say in codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Forget = Callable[[Sequence[int], Sequence[tuple[str, str]], datetime], None]
"""Called inside the transaction of an erasure, with the leads' ids and their handles (kind, value)."""

Tell = Callable[[Sequence[int]], Any]
"""What a room has to say about some leads, as JSON; it stands in the export under the room's name."""


@dataclass(frozen=True)
class Holder:
    """What a room registered."""

    forget: Forget | None
    tell: Tell | None


_holders: dict[str, Holder] = {}


def register(name: str, *, forget: Forget | None = None, tell: Tell | None = None) -> None:
    """Have functions called at erasures and exports. Called in a room's `ready`."""
    _holders[name] = Holder(forget, tell)


def holders() -> dict[str, Holder]:
    """Who registered, by name."""
    return dict(_holders)
