"""Which leads are to be read now, and whether they are still ours when their readings are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from pyrometer.app.clock.claims import claim
from pyrometer.app.evidence.models import Lead

HOLD = timedelta(minutes=2)
"""For how long a worker has the leads that it reads; if it is killed, they are free after that."""


LITTLE = 50
"""So few leads are left to a worker that is reading: beginning to read takes longer than reading them."""
LATELY = timedelta(seconds=2)
"""How long that worker is trusted to be about; it may have been killed."""


def roots() -> QuerySet[Lead]:
    """The leads that have a reading: those that aren't part of another, and weren't erased."""
    return Lead.objects.filter(root=F("pk"), erased_at__isnull=True)


def slim(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """With the columns only that a claim is about: `kept` tells the others, as they are by then."""
    return leads.only("touched_at", "claimed_until")


def due(now: datetime, limit: int) -> list[Lead]:
    """Leads to be read, claimed: touched ones, the latest first, then those for which the day or the hour has come.

    No touched ones where another worker reads and few of them wait. The latest first, since after a publication
    everybody waits, and whoever asks for a demo now shouldn't.
    """
    touched = slim(roots().filter(touched_at__isnull=False)).order_by("-touched_at")
    found = [] if _with_another(now) else claim(touched, now=now, hold=HOLD, limit=limit)
    for waiting in (
        roots().filter(reading__recheck_on__lte=now.date()).order_by("reading__recheck_on"),
        roots().filter(reading__wakes_at__lte=now).order_by("reading__wakes_at"),
    ):
        if len(found) < limit:
            found += claim(slim(waiting), now=now, hold=HOLD, limit=limit - len(found))
    return found


def _with_another(now: datetime) -> bool:
    """Whether another worker is reading, and what waits is so little that it may as well take that, too.

    Beginning takes a fifth of a second whatever is read. Workers that share a hundred leads a second do hardly anything
    else, and everybody waits for it.
    """
    waiting = Lead.objects.filter(touched_at__isnull=False).values_list("claimed_until", flat=True)[: LITTLE + 1]
    claims = list(waiting)
    since = now + HOLD * settings.HOLD_FACTOR - LATELY
    return len(claims) <= LITTLE and any(until is not None and until > since for until in claims)


def kept(claimed: Sequence[Lead]) -> dict[int, Lead]:
    """Lock claimed leads inside the transaction that finishes them: as they are now, but for those lost meanwhile."""
    until = {lead.claimed_until for lead in claimed}
    rows = roots().filter(pk__in=[lead.pk for lead in claimed], claimed_until__in=until).order_by("pk")
    if connection.features.has_select_for_update:
        # Without the key, which nobody changes: what refers to a lead may be written meanwhile.
        rows = rows.select_for_update(of=("self",), no_key=True)
    return {lead.pk: lead for lead in rows}


def done(claimed: Iterable[Lead], now: dict[int, Lead], *, read: bool) -> None:
    """Free leads that are still ours; what was `read` isn't touched any more, unless evidence came meanwhile."""
    mine = [lead for lead in claimed if lead.pk in now]
    same = {lead.pk for lead in mine if read and now[lead.pk].touched_at == lead.touched_at}
    other = [lead.pk for lead in mine if lead.pk not in same]
    if same:
        Lead.objects.filter(pk__in=same).update(touched_at=None, claimed_until=None)
    if other:
        Lead.objects.filter(pk__in=other).update(claimed_until=None)


def give_up(lead: Lead) -> None:
    """Leave a lead that can't be read claimed, so that the next try is a while away; it isn't being read, though."""
    held = Lead.objects.filter(pk=lead.pk, claimed_until=lead.claimed_until)
    held.update(claimed_until=F("claimed_until") - LATELY)


def free(claimed: Sequence[Lead]) -> None:
    """Give leads back unread."""
    until = {lead.claimed_until for lead in claimed}
    Lead.objects.filter(pk__in=[lead.pk for lead in claimed], claimed_until__in=until).update(claimed_until=None)
