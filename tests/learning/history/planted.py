"""Histories with something planted in them, drawn from a fixed seed: what leads did, said, and how they ended."""

import csv
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

BEGIN = datetime.fromisoformat("2024-01-01")
Row = dict[str, object]


@dataclass
class Story:
    """One lead: first seen on `start`, decided `life` days later; `look` is a moment between for those who plant."""

    lead_id: str
    start: datetime
    draw: random.Random
    events: list[Row] = field(default_factory=list)
    traits: list[Row] = field(default_factory=list)
    profile: Row = field(default_factory=dict)
    won: bool = False
    life: int = 0

    def did(self, event: str, day: float, *, late: float = 0.0, **properties: object) -> None:
        """An event so many days after the start, received `late` days later."""
        when = self.start + timedelta(days=day)
        self.events.append(
            {
                "lead_id": self.lead_id,
                "event": event,
                "occurred_at": when.isoformat(),
                "received_at": (when + timedelta(days=late)).isoformat(),
                **properties,
            }
        )

    def said(self, trait: str, value: object, day: float, *, late: float = 0.0) -> None:
        """An answer so many days after the start, received `late` days later."""
        when = self.start + timedelta(days=day)
        self.traits.append(
            {
                "lead_id": self.lead_id,
                "trait": trait,
                "value": value,
                "occurred_at": when.isoformat(),
                "received_at": (when + timedelta(days=late)).isoformat(),
            }
        )

    def times(self, per_day: float, until: float) -> list[float]:
        """Moments of a steady stream of so many a day, in days after the start."""
        found = []
        at = self.draw.expovariate(per_day)
        while at < until:
            found.append(at)
            at += self.draw.expovariate(per_day)
        return found


def stories(count: int, live: Callable[[Story], None], seed: int = 1) -> list[Story]:
    """So many leads who came over two years, each living as told."""
    found = []
    for number in range(count):
        draw = random.Random(f"{seed}/{number}")
        start = BEGIN + timedelta(days=draw.uniform(0, 730))
        story = Story(f"L{number:05d}", start, draw)
        story.did("came", 0.0)
        live(story)
        found.append(story)
    return found


def chance(*terms: float) -> float:
    """The logistic function of a sum."""
    return 1 / (1 + math.exp(-sum(terms)))


def written(folder: Path, told: Sequence[Story]) -> Path:
    """The files `leads.csv`, `events.csv`, `traits.csv` and `outcomes.csv` of these leads, those that hold any row."""
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = [
        {
            "lead_id": story.lead_id,
            "outcome": "won" if story.won else "lost",
            "decided_at": (story.start + timedelta(days=story.life)).isoformat(),
        }
        for story in told
    ]
    tables: dict[str, list[Row]] = {
        "leads": [{"lead_id": story.lead_id, **story.profile} for story in told],
        "events": [row for story in told for row in story.events],
        "traits": [row for story in told for row in story.traits],
        "outcomes": [dict(row) for row in outcomes],
    }
    for name, rows in tables.items():
        if rows:
            _csv(folder / f"{name}.csv", rows)
    return folder


def _csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
