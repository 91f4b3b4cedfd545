"""Writes down what came of a try to send something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F

from pyrometer.app.delivery.backoff import SCHEDULE
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent
from pyrometer.app.evidence import bulk

ENDED = "given up: the workers that tried it ended before they could tell what came of it"
_CHANGED = ("claimed_until", "error", "done_at", "given_up_at", "payload", "due_at", "turn_at")
"""What a try changes; whether a row is held isn't a worker's to say."""
_KEPT = ("compose", "about")
"""What is kept of a mail that was sent beside its address: which one it was."""


def hopeless(row: Outgoing) -> bool:
    """Whether a row ended its worker each time that it was tried."""
    return row.attempts > len(SCHEDULE) + 1


def settle(rows: Sequence[tuple[Outgoing, Sent]], now: datetime) -> None:
    """Write down what came of some tries, in few statements; the caller holds the rows."""
    for row, sent in rows:
        _apply(row, sent, now)
    bulk.change(Outgoing, _CHANGED, [(*(getattr(row, name) for name in _CHANGED), row.pk) for row, _ in rows])


def _apply(row: Outgoing, sent: Sent, now: datetime) -> None:
    row.claimed_until = None
    row.error = sent.error[:400]
    if sent.done:
        row.done_at, row.given_up_at = now, None
        if row.channel == "email":
            # It may hold a link that signs somebody in, and words about somebody who asks to be erased later.
            kept = {name: row.payload[name] for name in _KEPT if name in row.payload}
            row.payload = {"to": row.payload.get("to", ""), "template": row.payload.get("template", ""), **kept}
    elif sent.after is None:
        row.given_up_at = now
        if "sealed_link" in row.payload:
            # It stays for a month, and nobody is to be let in by it meanwhile.
            row.payload = {**row.payload, "sealed_link": ""}
    else:
        row.due_at, row.turn_at = now + sent.after, None


def release(rows: Iterable[Outgoing], **changes: datetime | None) -> None:
    """Let go of claimed rows as if they hadn't been claimed; the next worker takes them, unless `changes` keep it."""
    by_claim: dict[datetime | None, list[int]] = {}
    for row in rows:
        by_claim.setdefault(row.claimed_until, []).append(row.pk)
    for claim, keys in by_claim.items():
        mine = Outgoing.objects.filter(pk__in=keys, claimed_until=claim)
        mine.update(claimed_until=None, attempts=F("attempts") - 1, **changes)
