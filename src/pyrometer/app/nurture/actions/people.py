"""People are moved to another version of their programme, put into one by hand, and taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from pyrometer import nurture
from pyrometer.app.evidence.locks import lock_components
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture import entering
from pyrometer.app.nurture.actions.programmes import locked
from pyrometer.app.nurture.carrying import LEFT, close, place_of, stand
from pyrometer.app.nurture.models import Act, Enrolment, Programme, Version
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError

BATCH = 1000


@dataclass
class Moved:
    """Who was moved to another version, or would be: how many, and why the others stay."""

    moved: int = 0
    stays: Counter[str] = field(default_factory=Counter)


def move(*, programme: Programme, to: Version, actor: Actor, now: datetime, try_only: bool = False) -> Moved:
    """Bring people who are inside to another version, where that can be done without doing anything twice.

    With `try_only` nothing is changed. Who is held back has nothing to be moved.
    """
    target, found = programme_of(to), Moved()
    after = 0
    while True:
        with transaction.atomic():
            inside = Enrolment.objects.filter(
                programme=programme, ended_at__isnull=True, held_back=False, pk__gt=after
            ).exclude(version=to)
            keys = dict(inside.order_by("pk").values_list("pk", "lead")[:BATCH])
            if not try_only and connection.features.has_select_for_update:
                # Leads before their enrolments, as whoever merges some: else each may wait for the other.
                lock_components(set(keys.values()))
                inside = inside.select_for_update(of=("self",), no_key=True)
            rows = inside.filter(pk__in=keys).select_related("version").order_by("pk")
            changed = [row for row in rows if _moved(row, target, to, found, now)]
            if not try_only:
                _write_moved(changed, to, now)
        if len(keys) < BATCH:
            break
        after = max(keys)
    if not try_only:
        with transaction.atomic():
            detail = {"version": to.number, "moved": found.moved}
            record(actor=actor, action="nurture.move", subject=f"programme:{programme.key}", at=now, detail=detail)
    return found


def _moved(row: Enrolment, target: nurture.Programme, to: Version, found: Moved, now: datetime) -> bool:
    old = programme_of(row.version)
    place = place_of(row, old)
    there = nurture.moved(place, old, target)
    if isinstance(there, nurture.Stays):
        found.stays[there.because] += 1
        return False
    stand(row, there)
    # What the new version thinks of it is decided at once.
    row.version, row.due_at, row.claimed_until = to, now, None
    found.moved += 1
    return True


def _write_moved(rows: list[Enrolment], to: Version, now: datetime) -> None:
    Enrolment.objects.bulk_update(rows, ["version", "step", "since", "due_at", "acts", "sent", "claimed_until"])
    Act.objects.bulk_create(
        Act(enrolment=row, lead_id=row.lead_id, kind=Act.Kind.MOVED, step=row.step, what=str(to.number), at=now)
        for row in rows
    )


def enrol(*, programme: Programme, lead: int, actor: Actor, now: datetime) -> Enrolment:
    """Put a lead in by hand, whatever the condition says; it isn't compared with anybody.

    Raises UsageError where it would leave at once, is inside already, or can't be reached by anything that it sends.
    """
    with transaction.atomic():
        programme = locked(programme.key)
        if programme.live is None:
            raise UsageError(_("Nobody enters this programme: publish it first."))
        root = Lead.objects.filter(pk=lead, root__erased_at__isnull=True).values_list("root", flat=True).first()
        if root is None:
            raise UsageError(_("There is no lead %d.") % lead)
        # It may have been merged or erased before the lock was ours.
        here = Lead.objects.filter(pk=root, root=F("pk"), erased_at__isnull=True)
        if not here.select_for_update(of=("self",), no_key=True).values_list("pk").first():
            raise UsageError(_("The lead was merged or erased just now. Look at it again."))
        read = programme_of(programme.live)
        because = entering.objection(read, root, now)
        if because:
            raise UsageError(_("It can't enter: %s.") % because)
        row = entering.entry(programme, read, root, now)
        row.held_back, row.spoiled, row.by, row.due_at = False, True, actor.name[:254], now
        row.save()
        Act.objects.create(enrolment=row, lead_id=root, kind=Act.Kind.ENTERED, step=row.step, what=row.by[:200], at=now)
        record(actor=actor, action="nurture.enrol", subject=f"lead:{root}", at=now, detail={"programme": programme.key})
    return row


def remove(*, enrolment: Enrolment, because: str, actor: Actor, now: datetime) -> None:
    """Take somebody out of a programme; mails that wait to leave don't. Raises UsageError where it isn't inside."""
    because = " ".join(because.split())[:200]
    if not because:
        raise UsageError(_("Say why: whoever looks at the lead will want to know."))
    with transaction.atomic():
        rows = Enrolment.objects.filter(pk=enrolment.pk, ended_at__isnull=True)
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("programme").first()
        if row is None:
            raise UsageError(_("It isn't in the programme any more."))
        close(row, LEFT, "removed", because, now)
        row.claimed_until = None
        row.save()
        Act.objects.create(
            enrolment=row, lead_id=row.lead_id, kind=Act.Kind.ENDED, step=row.step, what=f"removed: {because}"[:200],
            at=now,
        )  # fmt: skip
        detail = {"programme": row.programme.key, "because": because}
        record(actor=actor, action="nurture.remove", subject=f"lead:{row.lead_id}", at=now, detail=detail)
