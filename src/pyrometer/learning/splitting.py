"""Which leads are held out: the latest where time is known, and drawn at random beside it."""

from __future__ import annotations

import numpy as np

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.ordering import Order

HELD_OUT = 0.3
FEWEST = 10
"""Won and lost leads that either part needs; otherwise the split says nothing."""


def at_random(won: Floats, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Rows to learn from and rows to hold out, with the same win rate in both."""
    held: list[Rows] = []
    for outcome in (0.0, 1.0):
        rows = rng.permutation(np.flatnonzero(won == outcome))
        held.append(rows[: max(1, round(HELD_OUT * len(rows)))])
    aside = np.sort(np.concatenate(held))
    return np.setdiff1d(np.arange(len(won)), aside), aside


def by_time(order: Order, won: Floats) -> tuple[Rows, Rows] | None:
    """The same with the latest leads held out; leads of one moment stay together. None where that can't be done."""
    if order.key is None:
        return None
    known = np.flatnonzero(np.isfinite(order.key))
    if len(known) < 0.5 * len(won):
        return None
    key = order.key[known]
    bound = float(np.quantile(key, 1 - HELD_OUT, method="higher"))
    late = key >= bound
    inside, aside = known[~late], known[late]
    if not 0.1 <= len(aside) / len(known) <= 0.6:
        return None
    for part in (won[inside], won[aside]):
        if min(part.sum(), (1 - part).sum()) < FEWEST:
            return None
    return inside, aside


def limits(order: Order, won: Floats, split: tuple[Rows, Rows] | None) -> list[str]:
    """What to say of `split`, which is that of `by_time`: why it couldn't be done, or whom it leaves out."""
    if order.key is None:
        return []
    column = f"`{order.column}`" if order.column else "their time"
    blank = ~np.isfinite(order.key)
    if split is not None:
        said = f"{int(blank.sum()):,} leads are neither learned from nor judged by: {column} is unknown"
        return [said] if blank.any() else []
    if (~blank).sum() < 0.5 * len(won):
        why = f"{column} is unknown of {int(blank.sum()):,} of {len(won):,} leads"
    else:
        key = order.key[~blank]
        late = order.key >= np.quantile(key, 1 - HELD_OUT, method="higher")
        wins, share = int(won[late].sum()), late.sum() / len(key)
        if 0.1 <= share <= 0.6:
            why = (
                f"of the latest leads by {column}, or of those before them, too few were won or lost ({wins:,} won and "
                f"{int(late.sum()) - wins:,} lost among the latest, and {FEWEST} of each are needed on both sides)"
            )
        else:
            why = f"too many leads came in at once by {column} to tell the latest from the others"
    return [f"{why}: held-out leads are drawn at random, and whether what was learned holds later can't be seen"]
