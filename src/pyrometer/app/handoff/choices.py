"""Reps as pages name them: without all else that is known of a rep, and each read once however many leads it has."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from pyrometer.app.handoff.models import Rep

MOST = 200


def reps(among: QuerySet[Rep] | None = None, limit: int = MOST) -> list[tuple[int, str]]:
    """Reps to choose from, by name: those that are switched on, if it isn't said among whom."""
    found = Rep.objects.filter(active=True) if among is None else among
    rows = found.order_by("user__name", "pk").values_list("pk", "user__name", "user__email")[:limit]
    return [(key, name or email) for key, name, email in rows]


def holding(keys: Collection[int | None]) -> dict[int, Rep]:
    """The reps that leads of a list are with, by key: their names, and what their clocks go by."""
    found = Rep.objects.select_related("user")
    return found.only("time_zone", "hours", "holidays", "user__name", "user__email").in_bulk(set(keys) - {None})
