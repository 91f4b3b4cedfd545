"""Counts what leads saw in slots, from the events that the tracker tells: each event once, whoever is killed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from pyrometer.app.evidence.locks import written
from pyrometer.app.evidence.models import Cursor, Event
from pyrometer.app.nurture.models import Content, Seen, Shown, Slot

SEEN, CLICKED, DISMISSED = EVENTS = ("content_seen", "content_clicked", "content_dismissed")
CURSOR = "nurture.slots"
BATCH = 5_000

Key = tuple[int, int, str]
"""A lead, a slot, and a content."""


@dataclass
class New:
    """What a lead did anew with a content: how often by event, and when it did each last."""

    at: dict[str, datetime] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EVENTS, 0))

    def add(self, name: str, at: datetime) -> None:
        """Count an event."""
        self.times[name] += 1
        self.at[name] = max(at, self.at.get(name, at))


@transaction.atomic
def count(now: datetime) -> int:
    """Count the events that came since the last run; how many."""
    upto = written(Event)
    # What was there before there were slots isn't looked through.
    Cursor.objects.get_or_create(name=CURSOR, defaults={"upto": upto})
    cursor = Cursor.objects.select_for_update().get(name=CURSOR)
    rows = Event.objects.filter(pk__gt=cursor.upto, pk__lte=upto, name__in=EVENTS, bot="", retracted_at=None)
    found = list(rows.order_by("pk").values_list("pk", "lead_id", "name", "occurred_at", "properties")[:BATCH])
    reached = found[-1][0] if len(found) == BATCH else upto
    if reached <= cursor.upto:
        return 0
    cursor.upto = reached
    cursor.save()
    _keep(_told((lead, name, at, properties) for _, lead, name, at, properties in found))
    return len(found)


def _told(events: Iterable[tuple[int, str, datetime, Any]]) -> dict[Key, New]:
    """What the events say, by lead, slot and content; what names none of ours is left out: anybody can send it."""
    events = list(events)
    named = [(each, _name(each[3], "slot"), _name(each[3], "content")) for each in events]
    slots = dict(Slot.objects.filter(name__in={slot for _, slot, _ in named}).values_list("name", "pk"))
    contents = set(Content.objects.filter(name__in={content for _, _, content in named}).values_list("name", flat=True))
    found: dict[Key, New] = defaultdict(New)
    for (lead, name, at, _), slot, content in named:
        if slot in slots and content in contents:
            found[lead, slots[slot], content].add(name, at)
    return found


def _name(properties: Any, field_name: str) -> str:
    value = properties.get(field_name) if isinstance(properties, dict) else None
    return value if isinstance(value, str) and len(value) <= 60 and value.isprintable() else ""


def _keep(told: Mapping[Key, New]) -> None:
    if not told:
        return
    leads = {lead for lead, _, _ in told}
    before = {(row.lead_id, row.slot_id, row.content): row for row in Seen.objects.filter(lead__in=leads)}
    rows: dict[Key, Seen] = {}
    totals: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, new in told.items():
        lead, slot, content = key
        row = rows[key] = before.get(key) or Seen(lead_id=lead, slot_id=slot, content=content)
        total = totals[slot, content]
        for name, column in (("seen", "last_at"), ("clicked", "clicked_at"), ("dismissed", "dismissed_at")):
            event = f"content_{name}"
            total[name] += new.times[event]
            if new.times[event] and getattr(row, column) is None:
                total[f"{name}_by"] += 1
            if event in new.at:
                setattr(row, column, max(new.at[event], getattr(row, column) or new.at[event]))
        row.count += new.times[SEEN]
    Seen.objects.bulk_create(row for key, row in rows.items() if key not in before)
    kept = [row for key, row in rows.items() if key in before]
    Seen.objects.bulk_update(kept, ["count", "last_at", "clicked_at", "dismissed_at"])
    for (slot, content), total in totals.items():
        Shown.objects.get_or_create(slot_id=slot, content=content)
        more = {name: F(name) + number for name, number in total.items()}
        Shown.objects.filter(slot=slot, content=content).update(**more)
