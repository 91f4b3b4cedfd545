"""Shares of those who were shown or asked something, each with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from pyrometer.intervals import Interval, wilson


@dataclass(frozen=True)
class Share:
    """Some of a whole, both counted; the share and its bounds are from 0 to 1."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The share itself; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def interval(self) -> Interval:
        """Its 95 % interval, by Wilson (1927)."""
        return wilson(self.share, self.whole)

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.interval[0]

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.interval[1]
