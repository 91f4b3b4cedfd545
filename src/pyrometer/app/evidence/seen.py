"""Forgets which messages were digested, once nobody retries them any longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from pyrometer.app.evidence.models import Seen

KEPT = timedelta(days=90)
STEP = 5_000


def prune(now: datetime) -> int:
    """Remove what is older than 90 days, in steps that keep no writer waiting; how many."""
    gone = 0
    while old := list(Seen.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:STEP]):
        gone += Seen.objects.filter(pk__in=old).delete()[0]
    return gone
