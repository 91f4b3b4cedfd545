"""Finds the rep for a lead: the facts of both from the database, the decision from the core."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from pyrometer.app.evidence.models import Lead, TraitChange
from pyrometer.app.handoff.models import Assignment, Rep, Standing, Terms
from pyrometer.lifecycle import LeadFacts, RepFacts, Routed, route

POSTCODE = ("postcode", "postal_code", "zip")
PRODUCT = ("product", "product_interest")
"""Traits by which definitions usually call where a lead lives, and what it asks about; the first that is known."""


def routed(root: Lead, now: datetime, *, to_former: bool = False, but: int | None = None) -> Routed:
    """Who is to have a lead; `but` is a rep who is not.

    Workers take turns at this, so that each sees whom the others gave a lead: one row is locked until the transaction
    ends.
    """
    Terms.objects.get_or_create(pk=1)
    Terms.objects.select_for_update().get(pk=1)
    return route(_lead(root, to_former), [rep for rep in reps() if rep.id != but], now)


def reps() -> list[RepFacts]:
    """All reps who may get leads."""
    waiting = Count("assignments", filter=Q(assignments__ended_at__isnull=True, assignments__accepted_at__isnull=True))
    found = able().select_related("user").annotate(waiting=waiting)
    return [
        RepFacts(
            id=rep.pk,
            name=str(rep.user),
            capacity=rep.capacity,
            open=rep.waiting,
            territories=tuple(map(str, rep.territories)),
            products=tuple(map(str, rep.products)),
            away_until=rep.away_until,
            last_assigned_at=rep.last_assigned_at,
        )
        for rep in found
    ]


def able() -> Any:
    """Reps who are there at all: their inbox is somebody's."""
    return Rep.objects.filter(active=True, user__is_active=True)


def _lead(root: Lead, to_former: bool) -> LeadFacts:
    said = _answers(root)
    former = Standing.objects.filter(pk=root.pk).values_list("former", flat=True).first() if to_former else None
    return LeadFacts(
        country=root.country,
        postcode=next((said[name] for name in POSTCODE if name in said), ""),
        product=next((said[name] for name in PRODUCT if name in said), ""),
        former=former,
        colleagues_with=_colleagues_with(root),
    )


def _answers(root: Lead) -> dict[str, str]:
    said = TraitChange.objects.filter(lead__root=root, trait__in=POSTCODE + PRODUCT, retracted_at__isnull=True)
    latest = dict(said.order_by("occurred_at", "pk").values_list("trait", "value"))
    return {trait: str(value) for trait, value in latest.items() if value not in (None, "")}


def _colleagues_with(root: Lead) -> int | None:
    if root.company_id is None:
        return None
    others = Assignment.objects.filter(lead__company=root.company_id, ended_at__isnull=True, rep__isnull=False)
    return others.exclude(lead=root).order_by("-at", "-pk").values_list("rep", flat=True).first()
