"""Finds machines that only what came later gives away: too many pages at once, all links of a mail at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.correcting import mark_bot
from pyrometer.app.evidence.locks import written
from pyrometer.app.evidence.models import Cursor, Event, Source
from pyrometer.app.evidence.taking import click_of

BATCH = 20_000
MARGIN = max(bots.FAST_WITHIN, bots.TOGETHER) * 2
LEADS = 200
"""How many are judged, and marked, together."""
PAGES = ("page_viewed",)

Span = tuple[datetime, datetime]
"""The times of the first and the last event of a lead that are new."""


def watch(now: datetime) -> int:
    """Look at the events that came since the last run, each with its neighbours; how many were a machine's."""
    cursor, _ = Cursor.objects.get_or_create(name="bots")
    rows = Event.objects.filter(pk__gt=cursor.upto, pk__lte=written(Event)).order_by("pk")
    looked = list(rows.values_list("pk", "lead_id", "occurred_at", "name", "source")[:BATCH])
    if not looked:
        return 0
    spans: dict[int, Span] = {}
    for _, lead, at, name, source in looked:
        if name in PAGES or source == Source.MAIL:
            first, last = spans.get(lead, (at, at))
            spans[lead] = min(first, at), max(last, at)
    several = list(spans.items())
    marked = sum(_judge(dict(several[at : at + LEADS]), now) for at in range(0, len(several), LEADS))
    cursor.upto = looked[-1][0]
    cursor.save()
    return marked


def _judge(spans: Mapping[int, Span], now: datetime) -> int:
    """Judge what some leads did in their times, and mark it together: leads are read in batches afterwards."""
    found: dict[str, list[int]] = defaultdict(list)
    for events in _around(spans).values():
        for event, reason in _reasons(events).items():
            if not event.bot:
                found[reason].append(event.pk)
    return sum(mark_bot(events=found[reason], reason=reason, now=now) for reason in sorted(found))


def _around(spans: Mapping[int, Span]) -> dict[int, list[Event]]:
    """Page views and clicks of some leads in their times and shortly before and after, the earliest first."""
    first, last = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
    near = Event.objects.filter(lead__in=spans, occurred_at__range=(first - MARGIN, last + MARGIN))
    wanted = Q(name__in=PAGES) | Q(source=Source.MAIL)
    found: dict[int, list[Event]] = defaultdict(list)
    for event in near.filter(wanted, retracted_at__isnull=True).order_by("occurred_at", "pk").iterator():
        begin, end = spans[event.lead_id]
        if begin - MARGIN <= event.occurred_at <= end + MARGIN and len(found[event.lead_id]) < BATCH:
            found[event.lead_id].append(event)
    return found


def _reasons(events: Sequence[Event]) -> dict[Event, str]:
    """Why events of one lead are a machine's; those that are none are left out."""
    pages = [event for event in events if event.name in PAGES]
    fast = bots.too_fast([event.occurred_at for event in pages])
    clicks = {
        click_of(event.properties, event.occurred_at): event
        for event in events
        if event.source == Source.MAIL and "link" in event.properties
    }
    scanned = {clicks[click]: reason for click, reason in bots.of_clicks(clicks).items()}
    return scanned | {pages[place]: "too fast for a person" for place in fast}
