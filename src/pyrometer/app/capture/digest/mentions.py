"""What still waits, or couldn't be digested, and speaks of a lead: it is erased and exported with the lead."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.models import Handle

Handles = Collection[tuple[str, str]]


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove all messages that name one of some handles. The caller has the transaction of the erasure open."""
    if not handles:
        return
    letters = DeadLetter.objects.only("pk", "body")
    named = [letter.pk for letter in letters.iterator() if mentions(letter.body, handles)]
    DeadLetter.objects.filter(pk__in=named).delete()
    waiting = Accepted.objects.order_by("pk")
    if connection.features.has_select_for_update:
        waiting = waiting.select_for_update(of=("self",))
    for row in waiting.iterator():
        _forget_in(row, handles)


def _forget_in(row: Accepted, handles: Handles) -> None:
    try:
        whole = json.loads(bytes(row.body))
        messages = whole["batch"]
        kept = [message for message in messages if not mentions(message, handles)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if len(kept) == len(messages):
        return
    if not kept:
        row.delete()
        return
    # A worker that has read the row already loses it, and reads what is left.
    row.body = json.dumps({**whole, "batch": kept}, separators=(",", ":")).encode()
    row.messages, row.claimed_until = len(kept), None
    row.save(update_fields=["body", "messages", "claimed_until"])


def tell(leads: Sequence[int]) -> list[dict[str, Any]]:
    """The dead letters that name some leads, for an export."""
    handles = list(Handle.objects.filter(lead__in=leads).values_list("kind", "value"))
    if not handles:
        return []
    return [
        {"received_at": letter.received_at.isoformat(), "reason": letter.reason, "message": letter.body}
        for letter in DeadLetter.objects.order_by("pk").iterator()
        if mentions(letter.body, handles)
    ]


def mentions(message: object, handles: Handles) -> bool:
    """Whether a message holds a handle anywhere, in whatever spelling.

    >>> mentions({"context": {"traits": {"email": "Ada@Acme.example"}}}, [("email", "ada@acme.example")])
    True
    """
    kinds = {kind for kind, _ in handles}
    wanted = set(handles)
    for text in _texts(message):
        for kind in kinds:
            try:
                if (kind, normalise(kind, text, settings.REGION)) in wanted:
                    return True
            except BadHandleError:
                continue
    return False


def _texts(message: object) -> Iterator[str]:
    waiting = [message]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str):
            yield value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value)
