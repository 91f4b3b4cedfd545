"""Finds machines that only what came later gives away: too many pages at once, all links of a mail at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.correcting import mark_bot
from pyrometer.app.evidence.locks import written
from pyrometer.app.evidence.models import Cursor, Event, Source
from pyrometer.app.evidence.taking import click_of

BATCH = 20_000
MARGIN = max(bots.FAST_WITHIN, bots.TOGETHER) * 2
SPANS = 200
"""How many are judged, and what is found in them marked, together."""
PAGES = ("page_viewed",)

PAUSE = timedelta(hours=1)
"""Shorter ones don't part a time in two: what lies in between is soon read, too."""

_AROUND = """
WITH near (lead, since, until) AS (VALUES {near})
SELECT event.* FROM near {joined}
ORDER BY event.occurred_at, event.id
"""
"""By hand: a condition for each span costs Django far longer than a database takes for the answer."""
_JOINED = {
    "sqlite": "JOIN evidence_event AS event ON {those}",
    # With a limit it follows the index of a lead's events, also where it doesn't know yet how many these are.
    "postgresql": "CROSS JOIN LATERAL (SELECT * FROM evidence_event AS event WHERE {those}"
    f" ORDER BY occurred_at LIMIT {BATCH}) AS event",
}
_THOSE = (
    "event.lead_id = near.lead AND event.occurred_at BETWEEN near.since AND near.until"
    " AND event.retracted_at IS NULL AND (event.name IN ({pages}) OR event.source = %s)"
)


class Span(NamedTuple):
    """A time in which a lead did something new, without a long pause."""

    lead: int
    first: datetime
    last: datetime


def watch(now: datetime) -> int:
    """Look at the events that came since the last run, each with its neighbours; how many were a machine's."""
    cursor, _ = Cursor.objects.get_or_create(name="bots")
    rows = Event.objects.filter(pk__gt=cursor.upto, pk__lte=written(Event)).order_by("pk")
    looked = list(rows.values_list("pk", "lead_id", "occurred_at", "name", "source")[:BATCH])
    if not looked:
        return 0
    several = _spans((lead, at) for _, lead, at, name, source in looked if name in PAGES or source == Source.MAIL)
    marked = sum(_judge(several[at : at + SPANS], now) for at in range(0, len(several), SPANS))
    cursor.upto = looked[-1][0]
    cursor.save()
    return marked


def _spans(seen: Iterable[tuple[int, datetime]]) -> list[Span]:
    """When which leads did something; without a long pause in between it is one span."""
    found: list[Span] = []
    for lead, at in sorted(seen):
        before = found[-1] if found else None
        if before is not None and before.lead == lead and at - before.last <= PAUSE:
            found[-1] = before._replace(last=at)
        else:
            found.append(Span(lead, at, at))
    return found


def _judge(spans: Sequence[Span], now: datetime) -> int:
    """Judge what some leads did in their times, and mark it together: leads are read in batches afterwards."""
    found: dict[str, list[int]] = defaultdict(list)
    for events in _around(spans).values():
        for event, reason in _reasons(events).items():
            if not event.bot:
                found[reason].append(event.pk)
    return sum(mark_bot(events=found[reason], reason=reason, now=now) for reason in sorted(found))


def _around(spans: Sequence[Span]) -> dict[int, list[Event]]:
    """Page views and clicks of some leads in their times and shortly before and after, the earliest first.

    Nothing else is read: between what somebody did once and what they do now may lie years.
    """
    found: dict[int, list[Event]] = defaultdict(list)
    near: list[int | str | datetime] = []
    for span in spans:
        for bound in (span.lead, span.first - MARGIN, span.last + MARGIN):
            near.append(bound if isinstance(bound, int) else connection.ops.adapt_datetimefield_value(bound))
    those = _THOSE.format(pages=", ".join(["%s"] * len(PAGES)))
    sql = _AROUND.format(
        near=", ".join(["(%s, %s, %s)"] * len(spans)),
        joined=_JOINED[connection.vendor].replace("{those}", those),
    )
    for event in Event.objects.raw(sql, [*near, *PAGES, Source.MAIL]).iterator():
        if len(found[event.lead_id]) < BATCH:
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
