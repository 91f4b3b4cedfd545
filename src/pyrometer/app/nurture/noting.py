"""Traits that programmes note: they become evidence by way of the outbox, so that each counts once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pyrometer import nurture
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Posting, Sent
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source
from pyrometer.app.evidence.queries import best_handle
from pyrometer.app.nurture.models import Enrolment, Programme

CHANNEL = "noted"
"""Of the outbox: what waits to become evidence."""


def posting(row: Enrolment, programme: Programme, intent: nurture.SetTrait, number: int, now: datetime) -> Posting:
    """What is put into the outbox for a trait that is noted."""
    data = {
        "lead": row.lead_id,
        "trait": intent.trait,
        "value": intent.value,
        "programme": programme.key,
        "at": now.isoformat(),
    }
    return Posting(
        channel=CHANNEL,
        once=f"noted:{row.pk}:{now.isoformat()}:{number}",
        payload={"data": data},
        group=programme.group,
    )


def record(row: Outgoing, now: datetime) -> Sent:
    """Make evidence of a row, which goes in the same transaction; of an erased lead nothing is left to note."""
    data = row.payload["data"]
    with transaction.atomic():
        handle = best_handle(int(data["lead"]))
        if handle is not None:
            at = datetime.fromisoformat(data["at"])
            message = Incoming(
                once=row.once,
                occurred_at=at,
                received_at=at,
                source=Source.INFERENCE,
                handles=(handle,),
                traits={data["trait"]: data["value"]},
                author=f"programme {data['programme']}",
            )
            taken = take(incoming=[message], now=now)
            if taken.refused:
                return Sent(taken.refused[0].reason)
        row.delete()
    return Sent()
