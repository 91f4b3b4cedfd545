"""Clears dead letters away that nobody looked after."""

from __future__ import annotations

from datetime import datetime, timedelta

from pyrometer.app.capture.models import DeadLetter

KEPT = timedelta(days=30)
MOST = 10_000
"""How many of one key are kept, the latest: a key is public, and whoever has it can send nonsense day and night."""


def prune(now: datetime) -> int:
    """Do it; how many went."""
    gone, _by_model = DeadLetter.objects.filter(received_at__lt=now - KEPT).delete()
    for key in set(DeadLetter.objects.order_by().values_list("key", flat=True).distinct()):
        letters = DeadLetter.objects.filter(key=key)
        last = letters.order_by("-pk").values_list("pk", flat=True)[MOST : MOST + 1].first()
        if last is not None:
            gone += letters.filter(pk__lte=last).delete()[0]
    return gone
