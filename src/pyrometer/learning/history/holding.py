"""Which leads are held out of a history: the latest looks, judged by what was known before the first of them."""

from __future__ import annotations

from pyrometer.learning.arrays import Rows
from pyrometer.learning.history.seeing import Seen
from pyrometer.learning.ordering import Order
from pyrometer.learning.splitting import FEWEST, by_time


def latest(seen: Seen) -> tuple[tuple[Rows, Rows] | None, list[str]]:
    """Rows to learn from and the latest to hold out, or None; and what there is to say of it.

    Who was looked at earlier but only decided on the day of the first held-out look, or later, is in neither part: on
    that day nobody could have learned from it.
    """
    split = by_time(Order("date", None, seen.at), seen.won)
    if split is None:
        return None, []
    inside, aside = split
    known = inside[seen.ended[inside] < seen.at[aside].min()]
    said = f"{len(inside) - len(known):,} leads looked at before the first held-out one were only decided after it"
    if min(seen.won[known].sum(), (1 - seen.won[known]).sum()) < FEWEST:
        return None, [f"{said}, which leaves too few to learn from: held-out leads are drawn at random"]
    return (known, aside), [f"{said}: they are neither learned from nor held out"] if len(known) < len(inside) else []
