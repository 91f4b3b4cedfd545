"""Sets evidence right: answers by hand, what is taken back, and what turns out to be a machine's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from pyrometer.app.evidence import sightings, summary
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.locks import lock_components, lock_handles, share_writing
from pyrometer.app.evidence.models import Event, Handle, Lead, Retraction, Source, TraitChange
from pyrometer.app.evidence.touching import touch
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError

BOTS = Actor("bots")
LONGEST_VALUE = 10_000


@transaction.atomic
def correct(*, lead: int, trait: str, value: Any, actor: Actor, now: datetime, source: str = "hand") -> TraitChange:
    """Write an answer to a question about a lead; None says that it is no longer known. Raises UsageError.

    What was said before stays, and the later answer counts. An address or phone becomes a handle of the lead, too. The
    audit log gets the trait, not the value.
    """
    if not 0 < len(trait) <= 120 or "\0" in trait:
        raise UsageError(f"{trait[:40]!r} is no name of a trait: write 1 to 120 characters")
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise UsageError(f"{trait}: write a text, a number, yes or no") from None
    if len(text) > LONGEST_VALUE or "\\u0000" in text:
        raise UsageError(f"{trait}: the value is longer than {LONGEST_VALUE:,} characters, or holds a NUL character")
    share_writing()
    pair = _handle(trait, value)
    if pair is not None:
        lock_handles([pair])
    roots = lock_components([lead])
    if lead not in roots or Lead.objects.filter(pk=lead, erased_at__isnull=False).exists():
        raise UsageError(f"there is no lead {lead}, or it was erased")
    if pair is not None:
        _give(pair, lead, roots[lead], now)
    written = TraitChange.objects.create(
        lead_id=lead,
        trait=trait,
        value=value,
        occurred_at=now,
        received_at=now,
        message_id=f"{source}-{uuid4()}",
        source=Source(source),
        author=actor.name[:254],
    )
    record(actor=actor, action="correct", subject=f"lead:{roots[lead]}", at=now, detail={"trait": trait})
    _follow({roots[lead]}, now)
    return written


def _handle(trait: str, value: Any) -> tuple[str, str] | None:
    if trait not in ("email", "phone") or not value:
        return None
    try:
        return trait, normalise(trait, str(value), settings.REGION)
    except BadHandleError as error:
        raise UsageError(str(error)) from None


def _give(pair: tuple[str, str], lead: int, root: int, now: datetime) -> None:
    kind, value = pair
    owner = Handle.objects.filter(kind=kind, value=value).select_related("lead").first()
    if owner is None:
        Handle.objects.create(kind=kind, value=value, lead_id=lead, first_seen_at=now)
    elif owner.lead.root_id != root:
        raise UsageError(f"{value} belongs to lead {owner.lead.root_id}; if they are one, merge them")


@transaction.atomic
def retract_events(*, events: Sequence[int], reason: str, actor: Actor, now: datetime) -> int:
    """Take events back: they stay on the timeline, marked, and no longer count; how many there were to take back."""
    rows = Event.objects.filter(pk__in=events, retracted_at__isnull=True)
    found = list(rows.values_list("pk", "lead_id", "message_id", "lead__root_id", "bot"))
    Event.objects.filter(pk__in=[row[0] for row in found]).update(retracted_at=now)
    Retraction.objects.bulk_create(
        # A machine's events are none of the archive's.
        Retraction(lead_id=lead, kind="event", message_id=message, reason=reason[:200], at=now)
        for _, lead, message, _, bot in found
        if not bot
    )
    _taken_back("retract_events", [(row[0], row[3]) for row in found], reason, actor, now)
    sightings.look_again({row[1] for row in found} | {row[3] for row in found})
    return len(found)


@transaction.atomic
def retract_answers(*, answers: Sequence[int], reason: str, actor: Actor, now: datetime) -> int:
    """Take answers back: what was said before counts again; how many there were to take back."""
    rows = TraitChange.objects.filter(pk__in=answers, retracted_at__isnull=True)
    found = list(rows.values_list("pk", "lead_id", "message_id", "trait", "lead__root_id"))
    TraitChange.objects.filter(pk__in=[row[0] for row in found]).update(retracted_at=now)
    Retraction.objects.bulk_create(
        Retraction(lead_id=lead, kind="answer", message_id=message, trait=trait, reason=reason[:200], at=now)
        for _, lead, message, trait, _ in found
    )
    _taken_back("retract_answers", [(row[0], row[4]) for row in found], reason, actor, now)
    return len(found)


@transaction.atomic
def mark_bot(*, events: Sequence[int], reason: str, now: datetime, actor: Actor = BOTS) -> int:
    """Say that a machine made events: their points go, and the lead is read again; how many weren't known for it."""
    rows = Event.objects.filter(pk__in=events, bot="")
    found = list(rows.values_list("pk", "lead_id", "message_id", "lead__root_id", "retracted_at"))
    Event.objects.filter(pk__in=[row[0] for row in found]).update(bot=reason[:60])
    Retraction.objects.bulk_create(
        Retraction(lead_id=lead, kind="event", message_id=message, reason=reason[:200], at=now)
        for _, lead, message, _, retracted in found
        if retracted is None
    )
    _taken_back("mark_bot", [(row[0], row[3]) for row in found], reason, actor, now)
    sightings.look_again({row[1] for row in found} | {row[3] for row in found})
    return len(found)


def _taken_back(action: str, found: Sequence[tuple[int, int]], reason: str, actor: Actor, now: datetime) -> None:
    by_root: dict[int, list[int]] = {}
    for row, root in found:
        by_root.setdefault(root, []).append(row)
    for root, rows in by_root.items():
        detail = {"reason": reason, "rows": rows[:100], "count": len(rows)}
        record(actor=actor, action=action, subject=f"lead:{root}", at=now, detail=detail)
    _follow(by_root.keys(), now)


def _follow(roots: Iterable[int], now: datetime) -> None:
    touch(roots=roots, now=now)
    summary.refresh(list(roots))
