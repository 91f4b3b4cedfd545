"""What the tables of an archive hold, and where a row stands in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from pyrometer.evidence.meaning import Kind as Type

Name = Literal["events", "traits", "outcomes", "retractions"]

BUCKETS = 16
"""Parts that leads are spread over, unless an archive is begun with another number."""

BUCKET, MONTH, VERSION = "lead_bucket", "occurred_month", "archive_version"
"""Columns of the archive's own: a lead's part, the month of an event, and the commit that brought the row."""

OWN = (BUCKET, MONTH, VERSION)


@dataclass(frozen=True)
class Kind:
    """A table of an archive: its columns by type, those that a row is filed by, and what two rows differ by.

    `identity` are the columns that make a row the one it is, for rows without a `message_id`; `open` says that further
    columns may come along (the properties of events).
    """

    name: Name
    noun: str
    columns: dict[str, Type]
    needed: tuple[str, ...]
    identity: tuple[str, ...]
    month_of: str | None = None
    open: bool = False

    @property
    def filed_by(self) -> list[str]:
        """The columns that the table's folders are named for."""
        return [MONTH, BUCKET] if self.month_of else [BUCKET]

    @property
    def times(self) -> list[str]:
        """The columns with times."""
        return [name for name, type_ in self.columns.items() if type_ == "time"]


KINDS: dict[Name, Kind] = {
    "events": Kind(
        "events",
        "event",
        {"lead_id": "text", "event": "text", "occurred_at": "time", "received_at": "time", "message_id": "text"},
        needed=("lead_id", "event", "occurred_at"),
        identity=("lead_id", "event", "occurred_at"),
        month_of="occurred_at",
        open=True,
    ),
    "traits": Kind(
        "traits",
        "answer",
        {
            "lead_id": "text",
            "trait": "text",
            "value": "text",
            "source": "text",
            "author": "text",
            "occurred_at": "time",
            "received_at": "time",
            "message_id": "text",
        },
        needed=("lead_id", "trait", "occurred_at"),
        identity=("lead_id", "trait", "value", "source", "author", "occurred_at"),
    ),
    "outcomes": Kind(
        "outcomes",
        "outcome",
        {
            "lead_id": "text",
            "outcome": "text",
            "decided_at": "time",
            "amount": "number",
            "received_at": "time",
            "message_id": "text",
        },
        needed=("lead_id", "outcome", "decided_at"),
        identity=("lead_id", "outcome", "decided_at", "amount"),
    ),
    "retractions": Kind(
        "retractions",
        "retraction",
        {"lead_id": "text", "kind": "text", "message_id": "text", "received_at": "time"},
        needed=("lead_id", "kind", "message_id"),
        identity=(),
    ),
}


def key_of(kind: Kind) -> tuple[str, ...]:
    """The columns that no two rows share."""
    return ("lead_id", "kind", "message_id") if kind.name == "retractions" else ("lead_id", "message_id")


def bucket_of(lead_id: str, buckets: int = BUCKETS) -> int:
    """The bucket of a lead: the first four hexadecimal digits of the MD5 of its id in UTF-8, modulo their number.

    >>> bucket_of("Zoë 東京")
    11
    """
    return int(hashlib.md5(lead_id.encode(), usedforsecurity=False).hexdigest()[:4], 16) % buckets


def bucket_sql(lead: str, buckets: int) -> str:
    """The same in DuckDB's SQL."""
    return f"CAST(CAST('0x' || left(md5({lead}), 4) AS INTEGER) % {int(buckets)} AS INTEGER)"


def month_sql(time: str) -> str:
    """The month of a time, such as 2026-06."""
    return f"left(CAST({time} AS VARCHAR), 7)"
