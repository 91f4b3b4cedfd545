"""How many a programme would reach if it were published: asked for by the page that publishes, counted by a job."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.models import Programme, Reached
from pyrometer.errors import PyrometerError

HOLD = timedelta(minutes=15)
OLD = timedelta(hours=1)
"""After which it is counted anew by whoever opens the page."""
WIDE = 0.5
"""The share of all that can be reached from which on it is everybody rather than a choice."""


def digest(text: str) -> str:
    """What a text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def of(programme: Programme, text: str) -> Reached | None:
    """The last count for a text."""
    return Reached.objects.filter(programme=programme, digest=digest(text)).order_by("-pk").first()


def stale(found: Reached | None, now: datetime) -> bool:
    """Whether it has to be counted (again)."""
    return found is None or (found.done_at is not None and found.as_of < now - OLD)


@transaction.atomic
def ask(programme: Programme, text: str, now: datetime) -> Reached:
    """Have it counted, unless that is under way; counts for former texts go."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    known = of(programme, text)
    if known is not None and known.done_at is None:
        return known
    Reached.objects.filter(programme=programme).delete()
    return Reached.objects.create(programme=programme, digest=digest(text), text=text, as_of=now)


def work(now: datetime) -> int:
    """The job `nurture.reach`: one count; 1 where there was one to do."""
    due = Reached.objects.filter(done_at__isnull=True).select_related("programme").order_by("pk")
    claimed = claim(due, now=now, hold=HOLD, limit=1)
    for row in claimed:
        found, trouble = _counted(row.text, now)
        with transaction.atomic():
            # It is gone where somebody asked anew.
            if still_mine(row):
                row.found, row.trouble, row.as_of, row.done_at = found, trouble, now, now
                row.claimed_until = None
                row.save()
    return len(claimed)


def _counted(text: str, now: datetime) -> tuple[dict[str, Any], str]:
    try:
        return asdict(reaching.reach(text, now)), ""
    except PyrometerError as error:
        return {}, str(error)[:400]
