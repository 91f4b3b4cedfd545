"""Exports with something planted in them, drawn from a fixed seed."""

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, str]

ASKED: dict[str, Any] = {"outcome_column": "ended", "won": "won", "lost": "lost"}
"""What `learn` is told of these exports."""

QUICK: dict[str, Any] = {**ASKED, "resamples": 1}
"""The same, for tests that don't ask how stable rules are."""


def leads(count: int = 1500, seed: int = 1) -> list[Row]:
    """Leads that close more often when they are large, came by referral, or looked at prices often."""
    draw = random.Random(seed)
    found: list[Row] = []
    for _ in range(count):
        size = round(10 ** draw.uniform(0, 3.5))
        channel = draw.choice(["Search", "Referral", "Fair", "Mail"])
        visits = draw.randrange(20)
        chance = 0.08 + 0.25 * (size > 200) + 0.2 * (channel == "Referral") + 0.02 * visits
        found.append(
            {
                "size": str(size),
                "channel": channel,
                "visits": str(visits),
                "shoe": str(draw.randrange(36, 47)),
                "ended": "won" if draw.random() < chance else "lost",
            }
        )
    return found


def noise(count: int = 1500, seed: int = 1) -> list[Row]:
    """Leads of which nothing is known that matters."""
    draw = random.Random(seed)
    return [
        {
            "size": str(draw.randrange(1000)),
            "channel": draw.choice("abcd"),
            "visits": str(draw.randrange(20)),
            "ended": draw.choice(["won", "lost", "lost"]),
        }
        for _ in range(count)
    ]


def days(count: int, first: str = "2024-01-01", per_day: int = 4) -> list[date]:
    """Days in order, so many leads on each."""
    start = date.fromisoformat(first)
    return [start + timedelta(days=number // per_day) for number in range(count)]


def written(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """The rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
