"""Fills an empty installation from the files of an example workspace."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.finding import by_handle
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.handoff.actions.ending import record_outcome
from pyrometer.app.people.audit import Actor
from pyrometer.definition import Definition, load

BATCH = 500
Row = dict[str, str]


@dataclass(frozen=True)
class Workspace:
    """The files of an example: a definition, and what is known of its leads."""

    definition: Path
    leads: Path
    events: Path
    traits: Path
    outcomes: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Workspace:
        """The files with the names that `examples/generate.py` gives them."""
        return cls(
            folder / "definition.yaml", *(folder / f"{name}.csv" for name in ("leads", "events", "traits", "outcomes"))
        )


def messages(workspace: Workspace, now: datetime) -> list[Incoming]:
    """All evidence of a workspace as messages, moved in time so that the latest of it came in a minute before `now`."""
    definition = load(workspace.definition)
    events, answers = list(_rows(workspace.events)), list(_rows(workspace.traits))
    known = {row["lead_id"]: row for row in _rows(workspace.leads)}
    moved = _moved(events, answers, now)
    first: dict[str, datetime] = {}
    for row in (*events, *answers):
        time = _time(row["occurred_at"]) + moved
        first[row["lead_id"]] = min(first.get(row["lead_id"], time), time)
    return [
        *(_profile(row, definition, first.get(lead, now + moved - timedelta(days=30))) for lead, row in known.items()),
        *(_event(row, known[row["lead_id"]], moved) for row in events if row["lead_id"] in known),
        *(
            _answer(number, row, known[row["lead_id"]], moved)
            for number, row in enumerate(answers)
            if row["lead_id"] in known
        ),
    ]


def load_evidence(workspace: Workspace, now: datetime) -> int:
    """Take all messages of a workspace in the order of their times; how many there were."""
    found = sorted(messages(workspace, now), key=lambda each: (each.received_at, each.once))
    for start in range(0, len(found), BATCH):
        with transaction.atomic():
            take(incoming=found[start : start + BATCH], now=now)
    return len(found)


def load_outcomes(workspace: Workspace, now: datetime) -> int:
    """Note how leads ended, as a CRM would tell it; how many did by now. They have to be read before."""
    moved = _moved(list(_rows(workspace.events)), list(_rows(workspace.traits)), now)
    known = {row["lead_id"]: row for row in _rows(workspace.leads)}
    count = 0
    for row in _rows(workspace.outcomes) if workspace.outcomes.is_file() else ():
        lead = by_handle(*_handles(known[row["lead_id"]])[0]) if row["decided_at"] and row["lead_id"] in known else None
        decided_at = _time(row["decided_at"]) + moved if lead else now
        if lead is None or decided_at >= now:
            continue
        record_outcome(
            lead=lead.pk,
            won=row["outcome"] == "won",
            decided_at=decided_at,
            revenue=Decimal(row["amount"]) if row["outcome"] == "won" and row["amount"] else None,
            currency="EUR",
            source="crm",
            actor=Actor("demo"),
            now=now,
        )
        count += 1
    return count


def _moved(events: Iterable[Row], answers: Iterable[Row], now: datetime) -> timedelta:
    """By how much all times are moved, so that the latest of the evidence came in a minute ago."""
    return now - timedelta(minutes=1) - max(_time(row["received_at"]) for row in (*events, *answers))


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _handles(row: Row) -> tuple[tuple[str, str], ...]:
    return (("email", row["Email"]),) if row.get("Email") else (("user", row["lead_id"]),)


def _profile(row: Row, definition: Definition, time: datetime) -> Incoming:
    columns = {(trait.column or name): name for name, trait in definition.profile.items()}
    traits = {columns[column]: value for column, value in row.items() if column in columns and value}
    return Incoming(
        once=f"demo:{row['lead_id']}",
        occurred_at=time,
        received_at=time,
        source="import",
        handles=_handles(row),
        traits=traits,
        channel=row.get("Lead source", ""),
    )


def _event(row: Row, lead: Row, moved: timedelta) -> Incoming:
    own = {"message_id", "lead_id", "event", "occurred_at", "received_at"}
    properties: dict[str, Any] = {name: _number(value) for name, value in row.items() if name not in own and value}
    return Incoming(
        once=f"demo:{row['message_id']}",
        occurred_at=_time(row["occurred_at"]) + moved,
        received_at=_time(row["received_at"]) + moved,
        source="wire",
        handles=_handles(lead),
        event=row["event"],
        properties=properties,
    )


def _answer(number: int, row: Row, lead: Row, moved: timedelta) -> Incoming:
    time = _time(row["occurred_at"]) + moved
    return Incoming(
        once=f"demo:answer:{number}",
        occurred_at=time,
        received_at=_time(row["received_at"]) + moved,
        source=row["source"] or "form",
        author=row["author"],
        handles=_handles(lead),
        traits={row["trait"]: row["value"]},
    )


def _number(text: str) -> Any:
    return int(text) if text.isdecimal() else text


def later(message: Incoming, now: datetime, number: int) -> Incoming:
    """The same again, now: what the trickle makes of a message of the past."""
    return replace(message, once=f"demo:again:{now.timestamp():.3f}:{number}", occurred_at=now, received_at=now)
