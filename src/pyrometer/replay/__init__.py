"""Replay: a definition over past times, in their order, with what was known at each of them."""

from pyrometer.replay.replaying import BEFORE, REPLAYED, Replay, replay
from pyrometer.replay.times import in_order

__all__ = ["BEFORE", "REPLAYED", "Replay", "in_order", "replay"]
