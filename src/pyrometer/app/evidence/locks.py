"""Locks for writers that meet on PostgreSQL; on SQLite a transaction that writes is alone anyway."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import F, Max, Model

from pyrometer.app.evidence.models import Lead

_EVIDENCE = 7_100_201
"""The number of the lock that tells whether somebody is writing evidence."""
_HANDLES = 7_200_000
"""The first of the numbers of the locks of handles."""
SHELVES = 4096
"""How many locks handles share: a server has a few thousand in all, and a batch may well name as many handles."""


def lock_handles(pairs: Iterable[tuple[str, str]]) -> None:
    """Let nobody else decide, until the end of the transaction, whose these handles are."""
    if connection.vendor != "postgresql":
        return
    # In one order for everybody, so that nobody waits for somebody who waits for them.
    numbers = sorted({_number(f"{kind}:{value}") for kind, value in pairs})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM (SELECT unnest(%s::bigint[]) AS number) AS numbers", [numbers]
        )


def lock_components(leads: Collection[int]) -> dict[int, int]:
    """Lock some leads and all that share a root with them; the root of each. Ids that are no leads are left out."""
    while True:
        found = dict(Lead.objects.filter(pk__in=leads, root__isnull=False).values_list("pk", "root_id"))
        rows = Lead.objects.filter(root__in=set(found.values())).order_by("pk")
        if connection.features.has_select_for_update:
            # Without the key, which nobody changes: rows that refer to a lead may be written meanwhile.
            rows = rows.select_for_update(of=("self",), no_key=True)
        locked = dict(rows.values_list("pk", "root_id"))
        # Somebody may have merged or unmerged them before the lock was ours; then once more.
        if found.keys() <= locked.keys():
            return locked


def lock_roots() -> None:
    """Lock all roots in the order in which everybody locks some, for who changes all of them at once."""
    if connection.vendor == "postgresql":
        roots = Lead.objects.filter(root=F("pk"), erased_at__isnull=True).order_by("pk").values("pk")
        sql, given = roots.select_for_update(no_key=True).query.sql_with_params()
        with connection.cursor() as cursor:
            # Counted by the server: nobody needs their ids.
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS roots", given)


def share_writing() -> None:
    """Say that this transaction writes evidence; `all_written` waits for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_EVIDENCE])


def all_written() -> None:
    """Wait until what is being written has been, and let nobody begin before the end of this transaction.

    Ids are given before rows can be seen: without this, a row with a lower id could appear after one with a higher.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_EVIDENCE])


def written(model: type[Model]) -> int:
    """The highest id of a table of evidence up to which every row is there to be seen."""
    with transaction.atomic():
        all_written()
        found: int | None = model._default_manager.aggregate(last=Max("pk"))["last"]
    return found or 0


def _number(text: str) -> int:
    return _HANDLES + int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") % SHELVES
