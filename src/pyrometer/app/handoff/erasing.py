"""What hand-off knew of leads that were erased."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pyrometer.app.handoff.models import Assignment, Outcome, Standing

BATCH = 500


@transaction.atomic
def forget(now: datetime) -> int:
    """The job `handoff.erased`: drop everything about leads that were erased; how many rows."""
    done = 0
    for model in (Assignment, Outcome, Standing):
        gone = model.objects.filter(lead__erased_at__isnull=False)
        done += gone.filter(pk__in=list(gone.values_list("pk", flat=True)[:BATCH])).delete()[0]
    return done
