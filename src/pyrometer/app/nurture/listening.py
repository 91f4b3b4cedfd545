"""Hears of readings, consent, suppressions and merges: who is in a programme is looked at again at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q

from pyrometer.app.consent.models import Consent
from pyrometer.app.evidence.models import Merge
from pyrometer.app.nurture.entering import CANDIDATES
from pyrometer.app.nurture.models import Act, Enrolment, Look, Programme, Standing
from pyrometer.app.temperature.listeners import Read
from pyrometer.app.temperature.models import Reading

MERGED = "merged"


def hear_of_readings(read: Sequence[Read], now: datetime) -> None:
    """Look again at who was read: at those inside now, at the others for what they may enter."""
    roots = [each.reading.pk for each in read]
    look_again(roots, now)
    if Programme.objects.filter(live__isnull=False, paused_at__isnull=True).exists():
        found = Reading.objects.filter(CANDIDATES & Q(pk__in=roots)).values_list("pk", flat=True)
        Look.objects.bulk_create(
            [Look(lead_id=root, at=now) for root in found],
            update_conflicts=True,
            unique_fields=["lead"],
            update_fields=["at"],
        )


def hear_of_consent(consent: Consent, root: int, now: datetime) -> None:
    """Look again at who said yes or no."""
    look_again([root], now)


def look_again(roots: Collection[int], now: datetime) -> None:
    """Have some roots' enrolments decided anew now; deciding too early changes nothing."""
    inside = Enrolment.objects.filter(lead__root__in=roots, ended_at__isnull=True, held_back=False)
    inside.filter(due_at__gt=now).update(due_at=now)


def join(merge: Merge, now: datetime) -> None:
    """Two leads are one: it stands in each programme once, where it came first, and is compared with nobody."""
    root = merge.winner.root_id
    inside = Enrolment.objects.filter(lead__root=root, ended_at__isnull=True).order_by("entered_at", "pk")
    first: dict[int, Enrolment] = {}
    for row in inside:
        if row.programme_id in first:
            _end_merged(row, now)
            if row.held_back != first[row.programme_id].held_back:
                Enrolment.objects.filter(pk__in=[row.pk, first[row.programme_id].pk]).update(spoiled=True)
        else:
            first[row.programme_id] = row
    look_again([root], now) if root is not None else None


def part(merge: Merge, root: int, now: datetime) -> None:
    """They are two again: what a merge had ended goes on."""
    for lead in {merge.loser.root_id, root}:
        ended = Enrolment.objects.filter(lead__root=lead, why=MERGED).order_by("entered_at", "pk")
        for row in ended:
            others = Enrolment.objects.filter(lead__root=lead, programme=row.programme_id, ended_at__isnull=True)
            if not others.exists():
                Enrolment.objects.filter(pk=row.pk).update(
                    ended_at=None, due_at=now, standing=Standing.INSIDE, why="", because=""
                )


def _end_merged(row: Enrolment, now: datetime) -> None:
    Enrolment.objects.filter(pk=row.pk).update(
        ended_at=now,
        due_at=None,
        waits_for="",
        standing=Standing.LEFT,
        why=MERGED,
        because="was merged with a lead that is inside",
        claimed_until=None,
    )
    Act.objects.create(enrolment=row, lead_id=row.lead_id, kind=Act.Kind.ENDED, step=row.step, what=MERGED, at=now)
