"""The readings of leads that were merged into another: they go, and where the lead stood between the teams stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from pyrometer.app.temperature.models import Reading, Stage, Transition


def take_over(roots: Sequence[int], now: datetime) -> dict[int, tuple[str, datetime]]:
    """Remove the readings of leads that share one of these roots; the stages that roots take over, with their time.

    A root that was with nobody yet takes over the stage of the one that changed last: whom sales is talking to, it is
    still talking to. The caller has the transaction open, and writes the roots' readings.
    """
    others = Reading.objects.filter(lead__root__in=roots).exclude(lead__root=F("lead"))
    gone = list(others.select_related("lead").order_by("stage_since"))
    if not gone:
        return {}
    latest: dict[int, Reading] = {}
    for reading in gone:
        if reading.stage != Stage.LEAD:
            latest[reading.lead.root_id] = reading
    own = Reading.objects.filter(pk__in=list(latest)).exclude(stage=Stage.LEAD).values_list("pk", flat=True)
    for root in own:
        del latest[root]
    Reading.objects.filter(pk__in=[reading.pk for reading in gone]).delete()
    for root, reading in latest.items():
        Reading.objects.filter(pk=root).update(stage=reading.stage, stage_since=reading.stage_since)
    Transition.objects.bulk_create(
        Transition(
            lead_id=root,
            kind=Transition.Kind.STAGE,
            before=Stage.LEAD,
            after=reading.stage,
            cause="merge",
            reasons=[f"lead {reading.lead_id} was merged into it"],
            fingerprint=reading.fingerprint,
            at=now,
        )
        for root, reading in latest.items()
    )
    return {root: (reading.stage, reading.stage_since) for root, reading in latest.items()}
