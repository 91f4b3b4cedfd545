"""Writes down what came of a try to send something."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from pyrometer.app.delivery.backoff import SCHEDULE
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent

ENDED = "given up: the workers that tried it ended before they could tell what came of it"


def hopeless(row: Outgoing) -> bool:
    """Whether a row ended its worker each time that it was tried."""
    return row.attempts > len(SCHEDULE) + 1


def settle(row: Outgoing, sent: Sent, now: datetime) -> None:
    """Write down what came of a try; the caller holds the row."""
    row.claimed_until = None
    row.error = sent.error[:400]
    if sent.done:
        row.done_at = now
        if row.channel == "email":
            # It may hold a link that signs somebody in, and words about somebody who asks to be erased later.
            row.payload = {"to": row.payload.get("to", ""), "template": row.payload.get("template", "")}
    elif sent.after is None:
        row.given_up_at = now
        if "sealed_link" in row.payload:
            # It stays for a month, and nobody is to be let in by it meanwhile.
            row.payload = {**row.payload, "sealed_link": ""}
    else:
        row.due_at, row.turn_at = now + sent.after, None
    row.save()


def release(rows: Iterable[Outgoing]) -> None:
    """Let go of claimed rows as if they hadn't been claimed; the next worker takes them."""
    by_claim: dict[datetime | None, list[int]] = {}
    for row in rows:
        by_claim.setdefault(row.claimed_until, []).append(row.pk)
    for claim, keys in by_claim.items():
        mine = Outgoing.objects.filter(pk__in=keys, claimed_until=claim)
        mine.update(claimed_until=None, attempts=F("attempts") - 1)
