"""The reps that a page lets choose from: their keys and names, without all that is known of a rep."""

from __future__ import annotations

from django.db.models import QuerySet

from pyrometer.app.handoff.models import Rep

MOST = 200


def reps(among: QuerySet[Rep] | None = None, limit: int = MOST) -> list[tuple[int, str]]:
    """Reps by name; those that are switched off aren't among them."""
    found = Rep.objects.filter(active=True) if among is None else among
    rows = found.order_by("user__name", "pk").values_list("pk", "user__name", "user__email")[:limit]
    return [(key, name or email) for key, name, email in rows]
