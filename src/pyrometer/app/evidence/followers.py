"""Rooms further on that hold something of a lead's own: they are told when leads become one, and when they part again.

What comes from evidence follows from it anew. This is for what people decided about one of the leads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pyrometer.app.evidence.models import Merge

Join = Callable[[Merge, datetime], None]
"""Called inside the transaction of a merge, when the loser and all that shared its root have the winner's."""

Part = Callable[[Merge, int, datetime], None]
"""Called inside the transaction that takes a merge apart, with the root that both had until then."""


@dataclass(frozen=True)
class Follower:
    """What a room registered."""

    join: Join
    part: Part


_followers: dict[str, Follower] = {}


def register(name: str, *, join: Join, part: Part) -> None:
    """Have functions called at merges and when these are taken apart. Called in a room's `ready`."""
    _followers[name] = Follower(join, part)


def joined(merge: Merge, now: datetime) -> None:
    """Tell the rooms that two leads became one."""
    for follower in _followers.values():
        follower.join(merge, now)


def parted(merge: Merge, root: int, now: datetime) -> None:
    """Tell the rooms that they are two again."""
    for follower in _followers.values():
        follower.part(merge, root, now)
