"""The safety net: once a night all readings are made anew, page by page between the other jobs, by all workers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet

from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import live
from pyrometer.app.clock.claims import claim
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.claiming import HOLD, roots, slim
from pyrometer.app.temperature.models import FOLLOWED, Reading, Sweep, Transition
from pyrometer.app.temperature.reading import Known, Scores, score
from pyrometer.app.temperature.writing import confirm, write
from pyrometer.errors import PyrometerError

logger = logging.getLogger(__name__)

PAGE = 2_000
"""Leads a page: no other job waits longer than one takes."""
HOUR = 2
"""The hour of the day (UTC) from which on a sweep begins."""
SHOWN = 100
"""Corrected leads that a sweep names."""
PATIENCE = timedelta(seconds=10)
"""How long a sweep that is nearly over waits for pages that other workers have."""


def sweep(now: datetime, *, by: Scores = score) -> int:
    """Begin the night's sweep where it is time, or take a page of it, scored `by`; how many leads were looked at."""
    version = live()
    if version is None:
        return 0
    latest = Sweep.objects.order_by("-pk").first()
    if latest is None or latest.ended_at is not None:
        return _begin(latest, now)
    if latest.claimed_until is not None and latest.claimed_until >= now:
        return 0
    page = _take_page(latest.pk, now)
    _correct(latest.pk, _read(_at_rest(page, now), version, now, by))
    return len(page)


def _begin(latest: Sweep | None, now: datetime) -> int:
    night = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if now < night or (latest is not None and latest.started_at >= night):
        return 0
    # Where two workers begin at once, one sweep finds nothing left to do.
    Sweep.objects.create(started_at=now)
    return 1


def _take_page(pk: int, now: datetime) -> list[int]:
    """The next leads that nobody has read since the sweep began; they are this worker's. Empty where there are none.

    A worker that is killed takes its page along, so that a second round looks for what is left of the first.
    """
    with transaction.atomic():
        row = _locked(pk)
        if row.ended_at is not None:
            return []
        page = _next(row)
        if not page:
            _round_off(row, now)
            page = _next(row) if row.ended_at is None else []
        row.read += 0 if row.again else roots().filter(pk__in=page).count()
        row.reached = page[-1] if page else row.reached
        row.save(update_fields=["read", "reached", "again", "ended_at", "claimed_until"])
    return page


def _next(row: Sweep) -> list[int]:
    """The readings that come next, along their key; which of their leads can be read is asked of these alone."""
    found = Reading.objects.filter(pk__gt=row.reached, as_of__lt=row.started_at)
    return list(found.order_by("pk").values_list("pk", flat=True)[:PAGE])


def _round_off(row: Sweep, now: datetime) -> None:
    """End the sweep, or let the second round begin once no worker has pages of the first any more."""
    left = _at_leisure(_unread(row), now)
    if left.filter(claimed_until__gte=now).exists():
        row.claimed_until = now + PATIENCE
        return
    lost = left.count()
    row.claimed_until = None
    if lost and not row.again:
        row.again, row.reached = True, 0
        return
    if lost:
        logger.error("the sweep couldn't look at %d leads", lost)
    row.ended_at = now


def _unread(row: Sweep) -> QuerySet[Lead]:
    return roots().filter(reading__as_of__lt=row.started_at)


def _at_leisure(leads: QuerySet[Lead], now: datetime) -> QuerySet[Lead]:
    """Without those who are touched or due: they are about to be read anyway, and that wouldn't be a correction."""
    still = leads.filter(touched_at__isnull=True)
    return still.exclude(reading__recheck_on__lte=now.date()).exclude(reading__wakes_at__lte=now)


def _at_rest(page: Sequence[int], now: datetime) -> list[Lead]:
    """The leads of a page of whom no other job thinks, claimed."""
    still = _at_leisure(roots().filter(pk__in=page), now)
    return claim(slim(still).order_by("pk"), now=now, hold=HOLD, limit=len(page))


def _read(claimed: Sequence[Lead], version: Version, now: datetime, by: Scores) -> list[Transition]:
    """Read a part of a page; a lead that can't be read is logged and left as it is."""
    if not claimed:
        return []
    try:
        seen = by([lead.pk for lead in claimed], version, now, _marks(claimed, version))
    except PyrometerError as error:
        if len(claimed) == 1:
            logger.error("lead %d can't be read: %s", claimed[0].pk, error)
            return []
        half = len(claimed) // 2
        return _read(claimed[:half], version, now, by) + _read(claimed[half:], version, now, by)
    same = [lead for lead in claimed if lead.pk in seen.same]
    if same:
        confirm(same, version, now)
    other = [lead for lead in claimed if lead.pk not in seen.same]
    return write(other, seen.readings, seen.wakes, seen.marks, version=version, now=now, sweep=True) if other else []


def _marks(claimed: Sequence[Lead], version: Version) -> dict[int, Known]:
    """What this version said of leads before, as it is written.

    Of a reading that doesn't repeat its lead's columns as they are there is none: it is written anew.
    """
    known = Reading.objects.filter(pk__in=[lead.pk for lead in claimed], fingerprint=version.fingerprint)
    following = {name: F(f"lead__{name}") for name in FOLLOWED}
    rows = known.exclude(mark="").filter(**following).values_list("pk", *Known._fields)
    return {root: Known(*said) for root, *said in rows}


def _correct(pk: int, turned: Sequence[Transition]) -> None:
    """Count the readings that were wrong, and name the first of them."""
    for each in turned:
        logger.warning("the sweep corrected lead %d: %s, not %s", each.lead_id, each.after, each.before)
    if not turned:
        return
    named = [{"lead": each.lead_id, "before": each.before, "after": each.after} for each in turned]
    with transaction.atomic():
        row = _locked(pk)
        row.corrected += len(turned)
        row.leads = [*row.leads, *named][:SHOWN]
        row.save(update_fields=["corrected", "leads"])


def _locked(pk: int) -> Sweep:
    rows = Sweep.objects.all()
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return rows.get(pk=pk)
