"""The domains that receive marketing mail, as all workers know them: their pace, their deferrals, their pauses.

A mail whose turn is later is put off until then, so what is due is never full of mails that may not go: other domains
don't wait behind a slow one. Notifications keep no pace: they are few, and somebody waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from pyrometer.app.delivery.email import pace
from pyrometer.app.delivery.email.pace import Pace
from pyrometer.app.delivery.models import Outgoing, ReceivingDomain
from pyrometer.app.people.audit import Actor, record


def admitted(rows: Sequence[Outgoing], now: datetime) -> list[Outgoing]:
    """Of some claimed rows those that may go now; the others are put off. The caller has the transaction open."""
    names = {row.domain for row in rows if row.marketing}
    if not names:
        return list(rows)
    if settings.MAIL_PACE is not None:
        # What has a pace needs a row that all workers take turns by.
        ReceivingDomain.objects.bulk_create([ReceivingDomain(name=name) for name in names], ignore_conflicts=True)
    known = {each.name: each for each in _locked(ReceivingDomain.objects.filter(name__in=names).order_by("name"))}
    go, changed = [], set()
    for row in rows:
        domain = known.get(row.domain) if row.marketing else None
        if domain is None:
            go.append(row)
            continue
        its = pace_of(domain)
        if its.holds(row.turn_at, now):
            go.append(row)
            continue
        turn = its.turn(now)
        domain.next_at = its.after(turn)
        changed.add(domain)
        if turn <= now:
            go.append(row)
        else:
            put_off(row, turn)
    ReceivingDomain.objects.bulk_update(changed, ["next_at"])
    return go


def pace_of(domain: ReceivingDomain) -> Pace:
    """How quickly a domain gets mail: by its own limit, or by that of the settings."""
    own = domain.per_minute
    return Pace(settings.MAIL_PACE if own is None else own, domain.next_at, domain.paused_until)


def put_off(row: Outgoing, turn: datetime) -> None:
    """Let go of a claimed row until its turn."""
    mine = Outgoing.objects.filter(pk=row.pk, claimed_until=row.claimed_until)
    mine.update(claimed_until=None, due_at=turn, turn_at=turn)


def deferred(name: str, *, said: str, now: datetime) -> datetime | None:
    """Note that a domain said "not now"; until when it is left alone, where it has said so several times in a row."""
    ReceivingDomain.objects.bulk_create([ReceivingDomain(name=name)], ignore_conflicts=True)
    domain = _locked(ReceivingDomain.objects.filter(name=name)).get()
    domain.deferrals += 1
    domain.said = said[:300]
    length = pace.pause(domain.deferrals)
    if length is not None:
        domain.paused_until = now + length
    domain.save(update_fields=["deferrals", "said", "paused_until"])
    return domain.paused_until


def took(names: Iterable[str]) -> None:
    """Note that domains took a mail: what they deferred before is forgotten."""
    ReceivingDomain.objects.filter(name__in=set(names), deferrals__gt=0).update(deferrals=0, paused_until=None, said="")


def wavering(names: Iterable[str]) -> set[str]:
    """Those of some domains that deferred the last mail."""
    return set(ReceivingDomain.objects.filter(name__in=set(names), deferrals__gt=0).values_list("name", flat=True))


@transaction.atomic
def set_pace(*, name: str, per_minute: int | None, actor: Actor, now: datetime) -> None:
    """Give a domain a pace of its own, or that of the settings (None); what waits for it queues anew."""
    ReceivingDomain.objects.bulk_create([ReceivingDomain(name=name)], ignore_conflicts=True)
    domain = _locked(ReceivingDomain.objects.filter(name=name)).get()
    before, domain.per_minute, domain.next_at = domain.per_minute, per_minute, None
    domain.save(update_fields=["per_minute", "next_at"])
    _queue_anew(name, now)
    detail = {"before": before, "per_minute": per_minute}
    record(actor=actor, action="mail.pace_changed", subject=f"domain:{name}", at=now, detail=detail)


@transaction.atomic
def resume(*, name: str, actor: Actor, now: datetime) -> None:
    """End a domain's pause: what waits goes."""
    found = ReceivingDomain.objects.filter(name=name)
    if found.update(deferrals=0, paused_until=None, said="", next_at=None):
        _queue_anew(name, now)
        record(actor=actor, action="mail.domain_resumed", subject=f"domain:{name}", at=now)


def _queue_anew(name: str, now: datetime) -> None:
    waiting = Outgoing.objects.filter(marketing=True, domain=name, done_at__isnull=True, given_up_at__isnull=True)
    waiting = waiting.filter(turn_at__isnull=False, due_at__gt=now)
    if connection.features.has_select_for_update_skip_locked:
        # A worker that has some of them just now waits for this domain, and must not be waited for.
        free = waiting.select_for_update(skip_locked=True, no_key=True).values("pk")
        waiting = Outgoing.objects.filter(pk__in=free)
    waiting.update(due_at=now, turn_at=None)


def _locked(found: QuerySet[ReceivingDomain]) -> QuerySet[ReceivingDomain]:
    return found.select_for_update() if connection.features.has_select_for_update else found
