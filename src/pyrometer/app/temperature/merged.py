"""The readings of leads that were merged into another: they go."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from pyrometer.app.temperature.models import Reading


def drop_merged(roots: Sequence[int]) -> None:
    """Remove the readings of leads that share one of these roots. The caller has the transaction open.

    What was decided about either came with the merge; whoever decides such things follows merges.
    """
    others = Reading.objects.filter(lead__root__in=roots).exclude(lead__root=F("lead"))
    gone = list(others.values_list("pk", flat=True))
    if gone:
        Reading.objects.filter(pk__in=gone).delete()
