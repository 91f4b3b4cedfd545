"""Which leads come out hot and warm, among those learned from and those held out."""

from __future__ import annotations

from pyrometer.intervals import wilson
from pyrometer.learning.arrays import Floats
from pyrometer.learning.verdict import MANY, Band


def bands_of(hot: int, warm: int | None, trained: Floats, held_out: Floats, won: Floats) -> tuple[Band, ...]:
    """The bands above these bounds; `trained` and `held_out` are points, `won` is of the leads held out."""
    found = []
    for temperature, low, high in (("hot", hot, None), ("warm", warm, hot)):
        if low is None:
            continue
        inside, here = ((of >= low) & (of < high if high is not None else True) for of in (trained, held_out))
        leads, wins = int(here.sum()), int(won[here].sum())
        rate = wins / leads if leads else None
        found.append(
            Band(
                temperature,
                low,
                float(inside.mean()),
                float(here.mean()) if len(here) else 0.0,
                leads,
                wins,
                rate,
                wilson(rate or 0.0, leads),
            )
        )
    return tuple(found)


def band_told(band: Band) -> str:
    """A band for people who read the definition."""
    share = f"{100 * band.trained_share:.1f} % of the leads learned from"
    if band.temperature == "hot" and band.trained_share > MANY:
        share += ", not the best 10 %, because so many share the highest points"
    if band.rate is None:
        return f"{share}; of those held out, none"
    return f"{share}; of the {band.leads:,} held out, {100 * band.rate:.1f} % were won"
