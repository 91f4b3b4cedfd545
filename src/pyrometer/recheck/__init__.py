"""When to look at a lead again of which nothing new is known: the day on which time may change its temperature."""

from pyrometer.recheck.searching import Rechecker

__all__ = ["Rechecker"]
