"""How many leads a programme would reach, counted before it is published: a stretch at a time, with its progress."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from pyrometer import nurture
from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.nurture.entering import CANDIDATES
from pyrometer.app.nurture.facts import Known, gather
from pyrometer.app.nurture.models import Programme, Reach
from pyrometer.app.nurture.texts import programme as read_programme
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import PyrometerError

logger = logging.getLogger(__name__)

BATCH = 500
HOLD = timedelta(minutes=2)
FRESH = timedelta(hours=1)
"""For so long a count is good; after that it is made anew."""


def ask(programme: Programme, text: str, now: datetime, again: bool = False) -> Reach:
    """The count for a text: one that is there, if it isn't old, else a new one, which workers make.

    `again` has a count that is through made anew: leads agree or fall silent meanwhile.
    """
    with transaction.atomic():
        found = latest(programme, text, now)
        if found is not None and not found.error and not (again and found.ended_at):
            return found
        Reach.objects.filter(programme=programme).delete()
        of_all = Reading.objects.filter(CANDIDATES).count()
        return Reach.objects.create(programme=programme, text=text, asked_at=now, of_all=of_all)


def latest(programme: Programme, text: str, now: datetime) -> Reach | None:
    """The count for exactly this text, finished or not, unless it is old."""
    found = Reach.objects.filter(programme=programme, asked_at__gt=now - FRESH).order_by("-asked_at")
    return next((reach for reach in found if reach.text == text), None)


def count(now: datetime) -> int:
    """The job `nurture.reach`: go on counting; how many were looked at."""
    waiting = Reach.objects.filter(ended_at__isnull=True).order_by("asked_at")
    rows = claim(waiting, now=now, hold=HOLD, limit=1)
    return sum(_stretch(row, now) for row in rows)


def _stretch(row: Reach, now: datetime) -> int:
    roots = list(
        Reading.objects.filter(CANDIDATES & Q(pk__gt=row.position)).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    found, error = Counter[str](), ""
    try:
        programme = read_programme(row.text)
        found = _entries(programme, roots, now)
        row.would_enter += found[_IN] + found[_HELD]
        row.held_back += found[_HELD]
    except PyrometerError as mistake:
        error = str(mistake)[:400]
    except (InterfaceError, OperationalError):
        raise
    except Exception as mistake:
        # Whoever waits for the number is told; asked again, it would fail again.
        logger.exception("whom programme %s would reach can't be counted", row.programme.key)
        error = f"{type(mistake).__name__}: {mistake}"[:400]
    row.looked_at += len(roots)
    row.position = roots[-1] if roots else row.position
    row.reasons = dict(Counter(row.reasons) + Counter({why: n for why, n in found.items() if why not in _OURS}))
    row.error = error
    if error or len(roots) < BATCH:
        row.ended_at = now
    with transaction.atomic():
        if still_mine(row):
            row.claimed_until = None
            row.save()
    return len(roots) or 1


_IN, _HELD = "enters", "is held back"
_OURS = (_IN, _HELD)


def _entries(programme: nurture.Programme, roots: list[int], now: datetime) -> Counter[str]:
    gathered = gather(roots, nurture.entry_needs(programme), programme.flow.purposes, now)

    def decide(known: Known) -> nurture.Entry:
        return nurture.enters(programme, known.facts, known.history, now)

    found = Counter[str]()
    for root, entry in gathered.decided(gathered.known, decide).items():
        held = entry.enters and nurture.held_back(programme.programme, str(root), programme.enter.held_back)
        found[_HELD if held else _IN if entry.enters else entry.because] += 1
    return found
