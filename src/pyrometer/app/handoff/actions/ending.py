"""How leads end: opportunities, and what was won or lost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pyrometer.app.handoff import telling
from pyrometer.app.handoff.actions.rights import check_in_hand
from pyrometer.app.handoff.carrying import Occasion
from pyrometer.app.handoff.models import Outcome
from pyrometer.app.handoff.stepping import root_of, step
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError
from pyrometer.lifecycle import Lost, Opened, Won


@transaction.atomic
def open_opportunity(*, lead: int, actor: Actor, now: datetime) -> None:
    """Note that a lead became an opportunity. Doing it twice changes nothing."""
    root = root_of(lead)
    check_in_hand(actor, root)
    if step(root, Opened(), Occasion(actor, "opportunity"), now):
        record(actor=actor, action="lead.opportunity", subject=f"lead:{root}", at=now)


@transaction.atomic
def record_outcome(
    *,
    lead: int,
    won: bool,
    decided_at: datetime,
    actor: Actor,
    now: datetime,
    revenue: Decimal | None = None,
    currency: str = "",
    source: str = "hand",
) -> Outcome:
    """Note how a lead really ended. The same from the same source at the same time is noted once. Raises UsageError."""
    root = root_of(lead)
    check_in_hand(actor, root)
    if decided_at > now:
        raise UsageError("an outcome can't have been decided in the future")
    if revenue is not None and (not won or revenue < 0):
        raise UsageError("revenue belongs to what was won, and isn't negative")
    outcome, new = Outcome.objects.get_or_create(
        lead_id=root,
        won=won,
        decided_at=decided_at,
        source=source[:60],
        defaults={"revenue": revenue, "currency": currency[:3].upper()},
    )
    if new:
        step(root, Won() if won else Lost(), Occasion(actor, "outcome"), now)
        detail = {"won": won, "revenue": None if revenue is None else str(revenue), "source": source}
        record(actor=actor, action="lead.outcome", subject=f"lead:{root}", at=now, detail=detail)
        telling.ended(outcome, now)
    return outcome
