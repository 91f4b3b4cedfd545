"""How the share of a group of whom something came true grew by the day."""

from __future__ import annotations

from collections.abc import Mapping


def curve(of: int, by_day: Mapping[int, int], days: int) -> tuple[float, ...]:
    """The shares at the end of each day since entering, from day 0 (nobody) to the last: `days` + 1 of them.

    It is the plain cumulative share. All leads that are compared were followed for the whole time, so nobody drops out
    in between: the curve of Kaplan and Meier would be the same, and its last point is the rate that the tables show.

    >>> curve(10, {0: 1, 2: 2}, 3)
    (0.0, 0.1, 0.1, 0.3)
    """
    shares, came = [0.0], 0
    for day in range(days):
        came += by_day.get(day, 0)
        shares.append(came / of if of else 0.0)
    return tuple(shares)
