"""Claims rows of a queue for one worker: for a while, so that what a killed worker had claimed is free again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


def claim(due: QuerySet[Row], *, now: datetime, hold: timedelta, limit: int) -> list[Row]:
    """At most `limit` of the rows that are due and that no other worker has, claimed until `now + hold`.

    The model has a `claimed_until`. On PostgreSQL workers skip each other's rows; on SQLite a transaction that writes
    is alone anyway. Whoever has a row finishes it with `still_mine`, since a slow worker may have lost it meanwhile.
    """
    free = due.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
    # On SQLite a transaction waits for its turn to write; where nothing is due nobody needs one.
    if not free.exists():
        return []
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            # A key that nobody changes needn't be locked: others go on writing rows that refer to these.
            free = free.select_for_update(skip_locked=True, of=("self",), no_key=True)
        rows = list(free[:limit])
        until = now + hold * settings.HOLD_FACTOR
        due.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(claimed_until=until)
        for row in rows:
            row.claimed_until = until  # type: ignore[attr-defined]
    return rows


def still_mine(row: Row) -> bool:
    """Lock a claimed row inside the transaction that finishes it; False where another worker has taken it since."""
    found = type(row)._default_manager.filter(pk=row.pk, claimed_until=row.claimed_until)  # type: ignore[attr-defined]
    if connection.features.has_select_for_update:
        found = found.select_for_update(of=("self",), no_key=True)
    return bool(found.values_list("pk").first())
