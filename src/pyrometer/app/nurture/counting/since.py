"""Finds where lately begins among the acts: their keys and times grow together, so that no index of times is needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from pyrometer.app.nurture.models import Act

ASTRAY = timedelta(hours=1)
"""So far clocks of workers may differ."""


def acts_since(moment: datetime) -> QuerySet[Act]:
    """What was done after a moment, however much was done in former years."""
    return Act.objects.filter(pk__gt=last_before(moment - ASTRAY), at__gt=moment)


def last_before(moment: datetime) -> int:
    """The key of the last act before a moment, found by halving; 0 where there is none."""
    low, high = 0, Act.objects.aggregate(last=Max("pk"))["last"] or 0
    while low < high:
        middle = (low + high) // 2
        at = Act.objects.filter(pk__gt=middle).order_by("pk").values_list("at", flat=True).first()
        if at is not None and at <= moment:
            low = middle + 1
        else:
            high = middle
    return low
