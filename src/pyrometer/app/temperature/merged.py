"""The readings of leads that were merged into another: they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from pyrometer.app.temperature.models import Reading


def take_over(roots: Sequence[int], now: datetime) -> dict[int, tuple[str, datetime]]:
    """Remove the readings of leads that share one of these roots; where the roots of such leads stand, and since when.

    What was decided about either came with the merge; whoever decides such things follows merges. The caller has the
    transaction open, and writes the roots' readings.
    """
    others = Reading.objects.filter(lead__root__in=roots).exclude(lead__root=F("lead"))
    gone = dict(others.values_list("pk", "lead__root"))
    if not gone:
        return {}
    Reading.objects.filter(pk__in=list(gone)).delete()
    stand = Reading.objects.filter(pk__in=set(gone.values())).values_list("pk", "stage", "stage_since")
    return {root: (stage, since) for root, stage, since in stand}
