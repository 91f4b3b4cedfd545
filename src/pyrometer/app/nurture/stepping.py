"""The job that steps who is due: decided many at a time, carried out in one transaction, never done twice."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, F, Max

from pyrometer import nurture
from pyrometer.app.clock.claims import claim
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.carrying import LEFT, Work, close, place_of
from pyrometer.app.nurture.facts import MAILS, Gathered, Known, gather
from pyrometer.app.nurture.keeping import policy, terms
from pyrometer.app.nurture.models import Act, Enrolment, Programme, Version
from pyrometer.app.nurture.surveys import filled
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.temperature.models import Reading

logger = logging.getLogger(__name__)

BATCH = 1000
"""Enrolments that are stepped together, at most."""
HOLD = timedelta(minutes=5)
"""For how long a worker has them; if it is killed, they are free after that."""
LATER = timedelta(hours=1)
"""After so long one that couldn't be stepped is tried again."""
PLACED = (
    "step", "since", "due_at", "waits_for", "acts", "sent", "ended_at", "standing", "why", "because", "claimed_until",
)  # fmt: skip
"""What a step changes."""


def step(now: datetime) -> int:
    """The job `nurture.step`: step who is due in each programme; how many.

    The programmes of higher priority come first, so that they get the mails that the caps allow.
    """
    done = 0
    for row in running():
        due = Enrolment.objects.filter(programme=row, ended_at__isnull=True, due_at__lte=now).order_by("due_at")
        claimed = claim(due, now=now, hold=HOLD, limit=BATCH)
        if claimed:
            done += step_claimed(row, claimed, now)
    return done


def running() -> list[Programme]:
    """The programmes that aren't paused, by whose turn it is; also those that nobody enters any more."""
    rows = Programme.objects.filter(paused_at__isnull=True, versions__isnull=False).distinct()
    # The last one alone: each turn of the loop asks, and a programme may have had hundreds.
    last = Version.objects.order_by().values("programme").annotate(last=Max("pk")).values("last")
    latest = {version.programme_id: version for version in Version.objects.filter(pk__in=last)}
    return sorted(rows, key=lambda row: nurture.turn(programme_of(latest[row.pk])))


def step_claimed(programme: Programme, claimed: Sequence[Enrolment], now: datetime) -> int:
    """Step claimed enrolments of a programme. What keeps a batch from being stepped keeps half of it at most: the
    others are found by halving."""
    try:
        _write(programme, claimed, _decided(claimed, now), now)
    except (InterfaceError, OperationalError):
        # The database can't be reached, or workers met: nobody's fault here.
        raise
    except Exception:
        if len(claimed) > 1:
            half = len(claimed) // 2
            return sum(step_claimed(programme, part, now) for part in (claimed[:half], claimed[half:]))
        logger.exception("enrolment %d can't be stepped; it is tried again in an hour", claimed[0].pk)
        Enrolment.objects.filter(pk=claimed[0].pk, claimed_until=claimed[0].claimed_until).update(
            due_at=now + LATER, claimed_until=None
        )
    return len(claimed)


@dataclass(frozen=True)
class Decided:
    """What was decided about some enrolments, by id, and their roots. Who isn't in it was erased, or stays as it is."""

    decisions: Mapping[int, nurture.Decision]
    gathered: Gathered
    mailing: frozenset[int] = frozenset()
    """The roots that get a mail."""


def _decided(claimed: Sequence[Enrolment], now: datetime) -> Decided:
    versions = Version.objects.in_bulk({row.version_id for row in claimed})
    programmes = {pk: programme_of(version) for pk, version in versions.items()}
    stepped = [row for row in claimed if not row.held_back]
    needs, purposes = nurture.Needs(), set()
    for version, at in {(row.version_id, row.step) for row in stepped}:
        needs |= programmes[version].flow.needs(at)
        purposes |= programmes[version].flow.purposes
    gathered = gather([row.lead_id for row in stepped], needs, purposes, now)
    kept = policy(terms(), now)
    mine = {gathered.root_of[row.lead_id]: row for row in stepped if row.lead_id in gathered.root_of}

    def decide(known: Known) -> nurture.Decision:
        row = mine[known.root]
        programme = programmes[row.version_id]
        return nurture.next_step(programme, place_of(row, programme), known.facts, now, kept)

    found = gathered.decided(mine, decide)
    mailing = frozenset(root for root, decision in found.items() if _mails(decision))
    return Decided({mine[root].pk: decision for root, decision in found.items()}, gathered, mailing)


def _mails(decision: nurture.Decision) -> bool:
    return any(isinstance(intent, nurture.Send | nurture.Ask) for intent in decision.intents)


@transaction.atomic
def _write(programme: Programme, claimed: Sequence[Enrolment], decided: Decided, now: datetime) -> None:
    """Carry out what was decided about those that are still this worker's."""
    goes_on = _goes_on(programme)
    standing = _locked_roots(decided)
    readings = _locked_readings(claimed, decided)
    kept = _locked(claimed)
    if not goes_on:
        # Paused meanwhile: as if nobody had looked.
        Enrolment.objects.filter(pk__in=kept).update(claimed_until=None)
        return
    work, changed = Work(now, filled.forms()), []
    for row in claimed:
        if row.pk not in kept:
            continue
        was = row.due_at
        row.claimed_until, row.programme = None, programme
        if row.held_back:
            _stand_beside(row, work, now)
        elif row.lead_id not in decided.gathered.root_of:
            # Of a lead that is being erased nothing is known; what it is in goes with it.
            close(row, LEFT, "removed", "the lead was erased", now)
        elif row.pk in decided.decisions and (root := decided.gathered.root_of[row.lead_id]) in standing:
            work.add(row, programme, root, decided.gathered.known[root].email, decided.decisions[row.pk])
        # Else it was decided by what is true no more: it stays due, and is decided anew.
        if row.due_at is not None and kept[row.pk] != was:
            # Something new is known of it since it was looked at.
            row.due_at = now
        changed.append(row)
    work.carry_out(readings)
    Enrolment.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=PLACED)


def _goes_on(programme: Programme) -> bool:
    """Whether a programme isn't paused; who pauses it waits then for what this transaction posts, and holds that too.

    Workers share the lock. It comes before those of leads, as with whoever puts one in by hand.
    """
    table = connection.ops.quote_name(Programme._meta.db_table)
    lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT paused_at FROM {table} WHERE id = %s{lock}", [programme.pk])
        found = cursor.fetchone()
    return found is not None and found[0] is None


def _stand_beside(row: Enrolment, work: Work, now: datetime) -> None:
    """The control group's time is over."""
    close(row, LEFT, "held_back", "was held back to compare with", now)
    work.acts.append(
        Act(enrolment=row, lead_id=row.lead_id, kind=Act.Kind.ENDED, step=row.step, what=row.because, at=now)
    )


def _locked_roots(decided: Decided) -> set[int]:
    """The roots that are what they were when it was decided, locked before all else, as whoever reads leads does.

    So no other worker mails, merges or erases one meanwhile. Those that got a mail of another programme since, which
    the caps didn't see, aren't among them, nor those that were merged or erased.
    """
    known = decided.gathered.known
    rows = Lead.objects.filter(pk__in=known, root=F("pk"), erased_at__isnull=True)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    there = set(rows.order_by("pk").values_list("pk", flat=True))
    acts = Act.objects.filter(lead__root__in=decided.mailing, kind__in=MAILS).values_list("lead__root")
    sent = dict(acts.annotate(Count("pk")).order_by()) if decided.mailing else {}
    return {root for root in there if root not in decided.mailing or sent.get(root, 0) == known[root].mails}


def _locked_readings(claimed: Sequence[Enrolment], decided: Decided) -> dict[int, Reading]:
    """The readings of those who change their stage, locked before the enrolments, as whoever reads leads does."""
    roots = {
        decided.gathered.root_of[row.lead_id]
        for row in claimed
        if (decision := decided.decisions.get(row.pk)) is not None
        and isinstance(decision.intents[-1], nurture.Recycle | nurture.LetGo)
    }
    rows = Reading.objects.select_for_update(of=("self",)).select_related("lead").filter(pk__in=roots)
    return {reading.pk: reading for reading in rows.order_by("pk")}


def _locked(claimed: Sequence[Enrolment]) -> dict[int, datetime | None]:
    """Those that are still this worker's, locked, and when each is due by now."""
    until = {row.claimed_until for row in claimed}
    rows = Enrolment.objects.filter(pk__in=[row.pk for row in claimed], claimed_until__in=until, ended_at__isnull=True)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return dict(rows.order_by("pk").values_list("pk", "due_at"))
