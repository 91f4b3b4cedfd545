"""Hears of readings, consent, suppressions and merges: who is in a programme is looked at again at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from pyrometer.app.consent.models import Consent
from pyrometer.app.evidence.models import Lead, Merge
from pyrometer.app.nurture.entering import CANDIDATES, HELD_FOR
from pyrometer.app.nurture.models import Act, Enrolment, Look, Programme, Standing
from pyrometer.app.temperature.listeners import Read
from pyrometer.app.temperature.models import Reading

MERGED = "merged"


def hear_of_readings(read: Sequence[Read], now: datetime) -> None:
    """Look again at who was read: at those inside now, at the others for what they may enter."""
    roots = [each.reading.pk for each in read]
    look_again(roots, now)
    if Programme.objects.filter(live__isnull=False, paused_at__isnull=True).exists():
        found = Reading.objects.filter(CANDIDATES & Q(pk__in=roots)).order_by("pk").values_list("pk", flat=True)
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
    leads = Lead.objects.filter(root__in=roots).values("pk")
    inside = Enrolment.objects.filter(lead__in=leads, ended_at__isnull=True, held_back=False)
    # One that is due already may be in the hands of a worker, who decides by what was known before.
    inside = inside.filter(Q(due_at__gt=now) | Q(claimed_until__isnull=False))
    if connection.features.has_select_for_update:
        # Locked in the order in which steps lock them.
        inside = Enrolment.objects.filter(pk__in=inside.select_for_update(no_key=True).order_by("pk").values("pk"))
    inside.update(due_at=now)


def join(merge: Merge, now: datetime) -> None:
    """Two leads are one: it stands in each programme once, where it came first; those of both groups of a programme
    are compared with nobody, however long ago they were in it."""
    root = merge.winner.root_id
    assert root is not None
    of: dict[int, list[Enrolment]] = {}
    for row in _locked([root]):
        of.setdefault(row.programme_id, []).append(row)
    for rows in of.values():
        for row in [row for row in rows if row.ended_at is None][1:]:
            _end_merged(row, now)
        # A side's group is the one that it was drawn for first.
        groups = {row.lead_id in merge.moved: row.held_back for row in reversed(rows)}
        if len(set(groups.values())) > 1:
            Enrolment.objects.filter(pk__in=[row.pk for row in rows]).update(spoiled=True)
    look_again([root], now)


def _locked(roots: Collection[int]) -> list[Enrolment]:
    """The enrolments of some roots as they were entered, locked in the order in which everybody locks them: by key."""
    rows = Enrolment.objects.filter(lead__root__in=roots).select_related("lead")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return sorted(rows.order_by("pk"), key=lambda row: (row.entered_at, row.pk))


def part(merge: Merge, root: int, now: datetime) -> None:
    """They are two again: what this merge had ended goes on, and what another one had doesn't."""
    both = _locked([lead for lead in (merge.loser.root_id, root) if lead is not None])
    for lead in {merge.loser.root_id, root}:
        rows = [row for row in both if row.lead.root_id == lead]
        for row in rows:
            if row.why == MERGED and not any(_beside(other, row) for other in rows):
                _go_on(row, now)


def _beside(other: Enrolment, row: Enrolment) -> bool:
    """Whether another enrolment is, or was, why one that a merge ended can't go on."""
    if other.pk == row.pk or other.programme_id != row.programme_id:
        return False
    assert row.ended_at is not None
    return other.ended_at is None or other.entered_at <= row.ended_at < other.ended_at


def _go_on(row: Enrolment, now: datetime) -> None:
    row.ended_at, row.standing, row.why, row.because = None, Standing.INSIDE, "", ""
    # The time of the control group isn't over because of it.
    row.due_at = row.entered_at + HELD_FOR if row.held_back else now
    row.save(update_fields=["ended_at", "due_at", "standing", "why", "because"])


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
