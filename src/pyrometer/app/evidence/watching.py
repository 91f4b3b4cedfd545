"""Finds machines that only what came later gives away: too many pages at once, all links of a mail at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.correcting import mark_bot
from pyrometer.app.evidence.locks import written
from pyrometer.app.evidence.models import Cursor, Event, Source
from pyrometer.app.evidence.taking import click_of

BATCH = 20_000
MARGIN = max(bots.FAST_WITHIN, bots.TOGETHER) * 2
PAGES = ("page_viewed",)


def watch(now: datetime) -> int:
    """Look at the events that came since the last run, each with its neighbours; how many were a machine's."""
    cursor, _ = Cursor.objects.get_or_create(name="bots")
    rows = Event.objects.filter(pk__gt=cursor.upto, pk__lte=written(Event)).order_by("pk")
    looked = list(rows.values_list("pk", "lead_id", "occurred_at", "name", "source")[:BATCH])
    if not looked:
        return 0
    spans: dict[int, tuple[datetime, datetime]] = {}
    for _, lead, at, name, source in looked:
        if name in PAGES or source == Source.MAIL:
            first, last = spans.get(lead, (at, at))
            spans[lead] = min(first, at), max(last, at)
    marked = sum(_judge(lead, first, last, now) for lead, (first, last) in spans.items())
    cursor.upto = looked[-1][0]
    cursor.save()
    return marked


def _judge(lead: int, first: datetime, last: datetime, now: datetime) -> int:
    around = Event.objects.filter(lead=lead, occurred_at__range=(first - MARGIN, last + MARGIN))
    wanted = Q(name__in=PAGES) | Q(source=Source.MAIL)
    events = list(around.filter(wanted, retracted_at__isnull=True).order_by("occurred_at", "pk")[:BATCH])
    pages = [event for event in events if event.name in PAGES]
    fast = bots.too_fast([event.occurred_at for event in pages])
    marked = _mark([pages[place] for place in fast], "too fast for a person", now)
    clicks = {
        click_of(event.properties, event.occurred_at): event
        for event in events
        if event.source == Source.MAIL and "link" in event.properties
    }
    reasons = bots.of_clicks(clicks)
    for reason in sorted(set(reasons.values())):
        marked += _mark([clicks[click] for click, why in reasons.items() if why == reason], reason, now)
    return marked


def _mark(events: Iterable[Event], reason: str, now: datetime) -> int:
    new = [event.pk for event in events if not event.bot]
    return mark_bot(events=new, reason=reason, now=now) if new else 0
