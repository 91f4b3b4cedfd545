"""What hand-off knew of leads that were erased.

Assignments, attempts, verdicts, outcomes and standings go with the lead, in the erasure's own transaction: they point
at it. Here is what doesn't.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Outcome, Segment, Standing
from pyrometer.app.people.models import AuditEntry

BATCH = 500
TYPED = ("q", "value", "value2", "value3")
"""Filters of a segment that hold what somebody typed."""


def forget_searches(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Take a lead's name or address out of what the audit log says that lists were searched for."""
    known = Lead.objects.filter(pk__in=leads).values_list("name", "email", "phone")
    words = {text.lower() for row in known for text in row if text} | {value.lower() for _, value in handles}
    searched = AuditEntry.objects.filter(action="leads.exported", detail__filters__has_key="q")
    for entry in searched.iterator():
        q = str(entry.detail["filters"]["q"]).lower()
        if any((len(q) > 2 and q in word) or word in q for word in words):
            filters = {name: value for name, value in entry.detail["filters"].items() if name != "q"}
            AuditEntry.objects.filter(pk=entry.pk).update(detail=entry.detail | {"filters": filters})
    for segment in Segment.objects.all():
        typed = {name: str(segment.filters.get(name, "")).lower() for name in TYPED}
        gone = {name for name, value in typed.items() if any(len(word) > 2 and word in value for word in words)}
        if gone:
            segment.filters = {name: value for name, value in segment.filters.items() if name not in gone}
            segment.save(update_fields=["filters"])


@transaction.atomic
def forget(now: datetime) -> int:
    """The job `handoff.erased`: drop what was on its way to leads while they were erased; how many rows."""
    done = 0
    for model in (Assignment, Outcome, Standing):
        gone = model.objects.filter(lead__erased_at__isnull=False)
        done += gone.filter(pk__in=list(gone.values_list("pk", flat=True)[:BATCH])).delete()[0]
    return done
