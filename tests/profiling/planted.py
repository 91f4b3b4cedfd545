"""Exports in which it is known which leads close more often."""

import random
from pathlib import Path

from pyrometer.profiling import Aspect, Profile, Segment, profile
from tests.learning.planted import ASKED, Row, written


def profiled(folder: Path, rows: list[Row], **options: object) -> Profile:
    """The profile of rows whose outcome is in `ended`."""
    return profile(leads=written(folder / "leads.csv", rows), **ASKED, **options)  # type: ignore[arg-type]


def aspect(found: Profile, name: str) -> Aspect:
    """The aspect of that name."""
    return next(each for each in found.aspects if each.name == name)


def segment(found: Profile, name: str, value: str) -> Segment:
    """One of its segments."""
    return next(each for each in aspect(found, name).segments if each.name == value)


def nothing(count: int, seed: int, columns: int = 10) -> list[Row]:
    """Leads whose many traits, of all kinds, have nothing to do with how they ended."""
    draw = random.Random(seed)
    kinds = [
        lambda: draw.choice("abcdefgh"),
        lambda: str(draw.randrange(1000)),
        lambda: draw.choice(["yes", "no", "no", ""]),
        lambda: str(int(draw.expovariate(0.2))),
        lambda: f"town {min(int(draw.paretovariate(0.7)), 300)}",
    ]
    return [
        {f"t{number}": kinds[number % len(kinds)]() for number in range(columns)}
        | {"ended": "won" if draw.random() < 0.25 else "lost"}
        for _ in range(count)
    ]
