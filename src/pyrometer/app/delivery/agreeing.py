"""The gate of consent: marketing mail goes to who agrees to it at that moment, and not during a pause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pyrometer.app.consent.queries import allowed, pauses
from pyrometer.app.delivery.gates import Barred, Later
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Lead

ERASED = Barred("not sent: the lead was erased")


def gate(rows: Sequence[Outgoing], now: datetime) -> dict[int, Barred | Later]:
    """Which rows may not go: their lead was erased, doesn't agree (any more), or pauses.

    One that is for no purpose needs nobody's word.
    """
    leads = {row.pk: lead for row in rows if isinstance(lead := row.payload.get("lead"), int)}
    found = list(Lead.objects.filter(pk__in=set(leads.values())).values_list("pk", "root_id", "erased_at"))
    roots = {pk: root for pk, root, erased_at in found if erased_at is None}
    erased = {pk for pk, _, erased_at in found if erased_at is not None}
    asked: dict[str, set[int]] = {}
    for row in rows:
        root = roots.get(leads.get(row.pk, 0))
        if root is not None and (purpose := _purpose(row)):
            asked.setdefault(purpose, set()).add(root)
    agree = {purpose: allowed(some, purpose) for purpose, some in asked.items()}
    until = pauses(set(roots.values()), now)
    said: dict[int, Barred | Later] = {}
    for row in rows:
        lead = leads.get(row.pk)
        verdict = ERASED if lead in erased else _verdict(_purpose(row), roots.get(lead or 0), agree, until)
        if verdict is not None:
            said[row.pk] = verdict
    return said


def _verdict(
    purpose: str, root: int | None, agree: dict[str, set[int]], until: dict[int, datetime]
) -> Barred | Later | None:
    if root is None:
        return Barred(f"not sent: it is for `{purpose}`, and names no lead that agreed to that") if purpose else None
    if purpose and root not in agree[purpose]:
        return Barred(f"not sent: the lead doesn't agree to `{purpose}`")
    return Later(until[root]) if root in until else None


def _purpose(row: Outgoing) -> str:
    marketing = row.payload.get("marketing")
    return str(marketing.get("purpose") or "") if isinstance(marketing, dict) else ""
