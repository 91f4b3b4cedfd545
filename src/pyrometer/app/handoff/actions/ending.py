"""How leads end: opportunities, and what was won or lost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from pyrometer.app.handoff import telling
from pyrometer.app.handoff.actions.rights import check_in_hand
from pyrometer.app.handoff.carrying import Occasion, open_assignment
from pyrometer.app.handoff.models import Outcome
from pyrometer.app.handoff.stepping import locked, root_of, step
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from pyrometer.lifecycle import Lost, Opened, Stage, Won


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
    """Note how a lead really ended. The same from the same source at the same time is noted once. Raises UsageError.

    What was decided before something that is known already, or before the lead came to sales, is kept and changes
    nothing: it isn't how the lead ends now.
    """
    reading = locked(root_of(lead), now)
    root = reading.pk
    check_in_hand(actor, root)
    if decided_at > now:
        raise UsageError("an outcome can't have been decided in the future")
    if revenue is not None and (not won or revenue < 0):
        raise UsageError("revenue belongs to what was won, and isn't negative")
    noted = Outcome.objects.filter(lead__root=root, won=won, decided_at=decided_at, source=source[:60]).first()
    if noted is not None:
        return noted
    outcome = Outcome.objects.create(
        lead_id=root,
        won=won,
        decided_at=decided_at,
        source=source[:60],
        revenue=revenue,
        currency=currency[:3].upper(),
    )
    if _is_the_end(outcome, reading):
        step(root, Won() if won else Lost(), Occasion(actor, "outcome"), now)
    detail = {"won": won, "revenue": None if revenue is None else str(revenue), "source": source}
    record(actor=actor, action="lead.outcome", subject=f"lead:{root}", at=now, detail=detail)
    telling.ended(outcome, now)
    return outcome


def _is_the_end(outcome: Outcome, reading: Reading) -> bool:
    """Whether this is how the lead ends now, rather than something of its past that became known late."""
    if Outcome.objects.filter(lead__root=reading.pk, decided_at__gt=outcome.decided_at).exists():
        return False
    if outcome.won or reading.stage == Stage.CUSTOMER:
        return True
    held = open_assignment(reading.pk)
    # By the day, since many a CRM knows no hour.
    return outcome.decided_at.date() >= (reading.stage_since if held is None else held.at).date()
