"""Marks leads to be read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce, Greatest

from pyrometer.app.evidence.models import Lead

_STEP = timedelta(microseconds=1)


def touch(*, roots: Iterable[int], now: datetime) -> int:
    """Have leads read again; how many. What was erased isn't.

    No two touches of a lead that waits are the same instant, even where their `now` is: by that a worker that reads the
    lead just then sees that more has come.
    """
    at = Value(now, output_field=DateTimeField())
    # What was NULL is NULL in a sum, and on SQLite in a comparison, too.
    later = Greatest(at, F("touched_at") + _STEP)
    return Lead.objects.filter(pk__in=roots, erased_at__isnull=True).update(touched_at=Coalesce(later, at))
