"""What one lead left behind, and how it is written to files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

Row = dict[str, object]


@dataclass
class Story:
    """One lead: its profile, the dated answers, the events and how it ended; nothing known at `until` or later."""

    lead_id: str
    until: datetime
    profile: Row = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    traits: list[Row] = field(default_factory=list)
    outcome: str = "open"
    decided_at: datetime | None = None
    amount: int | None = None

    def did(self, event: str, when: datetime, *, late: float = 0.0, **properties: object) -> None:
        """Log an event; `late` is how many seconds passed before the log heard of it."""
        received = when + timedelta(seconds=1 + int(late))
        if received < self.until:
            number = f"{self.lead_id}-{len(self.events) + 1:04d}"
            self.events.append(
                {"message_id": number, "lead_id": self.lead_id, "event": event, "occurred_at": when,
                 "received_at": received, "properties": properties}
            )  # fmt: skip

    def said(self, trait: str, value: object, when: datetime, source: str, author: str = "", late: float = 0.0) -> None:
        """Log an answer with where it came from and who wrote it down."""
        received = when + timedelta(seconds=1 + int(late))
        if received < self.until:
            self.traits.append(
                {"lead_id": self.lead_id, "trait": trait, "value": value, "source": source, "author": author,
                 "occurred_at": when, "received_at": received}
            )  # fmt: skip

    def ended(self, outcome: str, when: datetime, amount: int | None = None) -> bool:
        """Close the lead, unless that lies beyond `until`; true if it is closed."""
        if when >= self.until:
            return False
        self.outcome, self.decided_at, self.amount = outcome, when, amount
        return True


def write(folder: Path, stories: list[Story], events_format: str) -> Iterator[tuple[Path, int]]:
    """Write the files of a workspace into `folder`; yields each path with its number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    events = sorted((e for s in stories for e in s.events), key=lambda e: (str(e["received_at"]), str(e["message_id"])))
    events += events[::500]  # a webhook that was not answered in time delivers again, under the same message_id
    traits = sorted((t for s in stories for t in s.traits), key=lambda t: (str(t["received_at"]), str(t["lead_id"])))
    yield _csv(folder / "leads.csv", ({"lead_id": s.lead_id, **s.profile} for s in stories))
    yield _csv(folder / "traits.csv", traits)
    if events_format == "jsonl":
        yield _jsonl(folder / "events.jsonl", events)
    else:
        yield _csv(folder / "events.csv", map(_flat, events))
    yield _csv(
        folder / "outcomes.csv",
        ({"lead_id": s.lead_id, "outcome": s.outcome, "decided_at": s.decided_at, "amount": s.amount} for s in stories),
    )


def _flat(event: Row) -> Row:
    """An event with its properties as columns."""
    properties = event["properties"]
    assert isinstance(properties, dict)
    return {**{k: v for k, v in event.items() if k != "properties"}, **properties}


def _csv(path: Path, rows: Iterable[Row]) -> tuple[Path, int]:
    rows = list(rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row.get(column)) for column in columns] for row in rows)
    return path, len(rows)


def _jsonl(path: Path, rows: Iterable[Row]) -> tuple[Path, int]:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, default=_text) + "\n")
    return path, len(rows)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
