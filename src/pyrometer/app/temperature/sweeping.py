"""The safety net: once a night all readings are made anew, page by page between the other jobs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import live
from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.claiming import HOLD, roots
from pyrometer.app.temperature.models import Sweep, Transition
from pyrometer.app.temperature.reading import score
from pyrometer.app.temperature.writing import write
from pyrometer.errors import PyrometerError

logger = logging.getLogger(__name__)

PAGE = 250
"""Leads a page: no other job waits longer than one takes."""
EVERY = timedelta(days=1)
HOUR = 2
"""The hour of the day (UTC) from which on a sweep begins."""
SHOWN = 100
"""Corrected leads that a sweep names."""


def sweep(now: datetime) -> int:
    """Begin the night's sweep where it is time, or go on with a page of it; how many leads were read."""
    version = live()
    if version is None:
        return 0
    running = claim(Sweep.objects.filter(ended_at__isnull=True).order_by("pk"), now=now, hold=HOLD, limit=1)
    if running:
        return _page(running[0], version, now)
    return _begin(now) if now.hour >= HOUR else 0


def _begin(now: datetime) -> int:
    with transaction.atomic():
        # Where two workers begin at once, both sweep; that costs time and harms nothing.
        if Sweep.objects.filter(ended_at__isnull=True).exists():
            return 0
        night = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
        if Sweep.objects.filter(started_at__gte=night).exists():
            return 0
        Sweep.objects.create(started_at=now)
    return 1


def _page(row: Sweep, version: Version, now: datetime) -> int:
    page = list(
        roots().filter(pk__gt=row.reached, reading__isnull=False).order_by("pk").values_list("pk", flat=True)[:PAGE]
    )
    turned: list[Transition] = []
    if page:
        # Who is touched or due is about to be read; that wouldn't be a correction.
        still = roots().filter(pk__in=page, touched_at__isnull=True, reading__fingerprint=version.fingerprint)
        still = still.exclude(reading__recheck_on__lte=now.date()).exclude(reading__wakes_at__lte=now)
        claimed = claim(still.order_by("pk"), now=now, hold=HOLD, limit=PAGE)
        turned = _read(claimed, version, now)
    for transition in turned:
        logger.warning(
            "the sweep corrected lead %d: %s, not %s", transition.lead_id, transition.after, transition.before
        )
    with transaction.atomic():
        if still_mine(row):
            row.read += len(page)
            row.corrected += len(turned)
            named = [{"lead": each.lead_id, "before": each.before, "after": each.after} for each in turned]
            row.leads = [*row.leads, *named][:SHOWN]
            row.reached = page[-1] if page else row.reached
            row.ended_at = None if page else now
            row.claimed_until = None
            row.save()
    return max(len(page), 1)


def _read(claimed: Sequence[Lead], version: Version, now: datetime) -> list[Transition]:
    """Read a part of a page; a lead that can't be read is logged and left as it is."""
    if not claimed:
        return []
    try:
        seen = score([lead.pk for lead in claimed], version, now)
    except PyrometerError as error:
        if len(claimed) == 1:
            logger.error("lead %d can't be read: %s", claimed[0].pk, error)
            return []
        half = len(claimed) // 2
        return _read(claimed[:half], version, now) + _read(claimed[half:], version, now)
    return write(claimed, seen.readings, seen.wakes, now=now, sweep=True)
