"""Takes questions for ignored that got no answer in time: a signal, and none of life.

Only where the mail was really handed over, and didn't come back. An answer that comes later counts all the same, and
then nothing was ignored: `answering` takes the event back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.models import Mail
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.locks import lock_handles, share_writing
from pyrometer.app.evidence.models import Source
from pyrometer.app.evidence.queries import best_handle
from pyrometer.app.nurture.carrying import once
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import filled
from pyrometer.app.nurture.surveys.answering import ignored_message, properties

logger = logging.getLogger(__name__)

IGNORED = "survey_ignored"
WAIT = timedelta(days=7)
"""So long a lead has to answer, from when the mail server took the mail."""
ARRIVES = timedelta(days=30)
"""A mail that no server took by then doesn't go any more."""
BATCH = 200
OPEN = Q(answered_at__isnull=True, ignored_at__isnull=True, lapsed_at__isnull=True, follows__isnull=True)


def ignored(now: datetime) -> int:
    """The job `nurture.ignored`: settle the questions whose time is over; how many."""
    done = filled.settle(now)
    last: tuple[datetime, int] | None = None
    while rows := _page(last, now):
        last = (rows[-1].at, rows[-1].pk)
        done += _settle(rows, now)
    return done


def mail_key(asked: Asked) -> str:
    """The key that the mail of a question has in the outbox."""
    return once(asked.enrolment_id or 0, asked.act)


@dataclass(frozen=True)
class _Fate:
    """What became of the mail of a question: when its time was over, or that it never arrived."""

    over_at: datetime | None = None
    lapsed: bool = False


def _page(last: tuple[datetime, int] | None, now: datetime) -> list[Asked]:
    rows = Asked.objects.filter(OPEN, at__lte=now - WAIT)
    if last is not None:
        rows = rows.filter(Q(at__gt=last[0]) | Q(at=last[0], pk__gt=last[1]))
    return list(rows.order_by("at", "pk")[:BATCH])


def _fates(rows: Sequence[Asked], now: datetime) -> Iterator[tuple[Asked, _Fate]]:
    """The questions whose fate is known."""
    tokens = {token(mail_key(row)): row for row in rows if row.enrolment_id is not None}
    mails = {each.token: each for each in Mail.objects.filter(token__in=tokens)}
    for key, row in tokens.items():
        mail = mails.get(key)
        if mail is not None and mail.bounced:
            yield row, _Fate(lapsed=True)
        elif mail is not None and mail.taken_at is not None:
            if mail.taken_at + WAIT <= now:
                yield row, _Fate(over_at=mail.taken_at + WAIT)
        elif row.at <= now - ARRIVES:
            yield row, _Fate(lapsed=True)
    for row in rows:
        # A question that no mail was written for was never asked.
        if row.enrolment_id is None and row.at <= now - ARRIVES:
            yield row, _Fate(lapsed=True)


def _settle(rows: Sequence[Asked], now: datetime) -> int:
    fates = dict(_fates(rows, now))
    lapsed = [row.pk for row, fate in fates.items() if fate.lapsed]
    done = Asked.objects.filter(OPEN, pk__in=lapsed).update(lapsed_at=now)
    over = {row.pk: fate.over_at for row, fate in fates.items() if fate.over_at is not None}
    return done + (_take(over, now) if over else 0)


@transaction.atomic
def _take(over: dict[int, datetime], now: datetime) -> int:
    """Write down that questions were ignored, all but those that are answered just now."""
    leads = dict(Asked.objects.filter(pk__in=over).values_list("pk", "lead_id"))
    handles = {lead: best_handle(lead) for lead in set(leads.values())}
    share_writing()
    lock_handles(handle for handle in handles.values() if handle is not None)
    # Whoever answers has the same lock, so what is open now stays so until we are done.
    rows = Asked.objects.select_related("enrolment__programme", "follows").filter(
        OPEN, pk__in=over, lead__erased_at__isnull=True
    )
    found = [(row, handles.get(row.lead_id)) for row in rows]
    taken = take(
        incoming=[
            Incoming(
                once=ignored_message(row),
                occurred_at=over[row.pk],
                received_at=now,
                source=Source.INFERENCE,
                handles=(handle,),
                event=IGNORED,
                properties=properties(row),
            )
            for row, handle in found
            if handle is not None
        ],
        now=now,
    )
    for each in taken.refused:
        # Its time is over all the same: tried again each hour, it would be refused for ever. Why may name somebody.
        logger.error("that a question was ignored is no evidence: %s was refused", each.once)
    return Asked.objects.filter(pk__in=[row.pk for row, _ in found]).update(ignored_at=now)
