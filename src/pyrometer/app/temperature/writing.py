"""Writes readings and what they changed, and tells the rooms further on, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from pyrometer import result
from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import live
from pyrometer.app.evidence.models import Lead, Merge
from pyrometer.app.temperature.claiming import done, free, kept
from pyrometer.app.temperature.listeners import Read, tell, tell_read
from pyrometer.app.temperature.merged import drop_merged
from pyrometer.app.temperature.models import Reading, Temperature, Transition, followed, graded
from pyrometer.app.temperature.reasons import conditions, differences, lines_of, strongest
from pyrometer.app.temperature.storing import store
from pyrometer.definition.values import points_number


class Former(NamedTuple):
    """What is asked of the reading before; its lines only where they tell why a temperature changed."""

    lead_id: int
    temperature: str
    stage: str
    stage_since: datetime
    recheck_on: date | None
    rough: bool
    wakes_at: datetime | None
    hot_since: datetime | None
    fingerprint: str
    as_of: datetime


def write(
    claimed: Sequence[Lead],
    readings: Sequence[result.Reading],
    wakes: Mapping[int, datetime],
    marks: Mapping[int, str],
    *,
    version: Version,
    now: datetime,
    sweep: bool = False,
) -> list[Transition]:
    """Write the readings of claimed leads, with a transition for each temperature that changed; these are returned.

    `wakes` and `marks` are columns of theirs, by lead.

    Leads that another worker has taken meanwhile, that were merged into another or erased, are left out; so is
    everybody where the `version` that they were read by isn't live any more. A `sweep` leaves out whom somebody has
    touched meanwhile, and leaves the day of the next look as it is, where the temperature is.
    """
    try:
        return _write(claimed, readings, wakes, marks, version, now, sweep=sweep)
    except (InterfaceError, OperationalError):
        # The database's trouble, not the leads': others may read them at once.
        with suppress(Error):
            free(claimed)
        raise


@transaction.atomic
def _write(
    claimed: Sequence[Lead],
    readings: Sequence[result.Reading],
    wakes: Mapping[int, datetime],
    marks: Mapping[int, str],
    version: Version,
    now: datetime,
    *,
    sweep: bool,
) -> list[Transition]:
    held = kept(claimed)
    # Asked while the leads are locked: a publication that ends later finds them, and touches them.
    current = live()
    if current is None or current.pk != version.pk:
        done(claimed, held, read=False)
        return []
    mine = {root: lead for root, lead in held.items() if not sweep or lead.touched_at is None}
    drop_merged(list(mine))
    former = _former(list(mine))
    made: list[Reading] = []
    for reading in readings:
        root = int(reading.lead_id)
        if root in mine:
            row = _row(reading, former.get(root), wakes.get(root), now, sweep=sweep)
            row.lead, row.mark = mine[root], marks[root]
            for name, value in followed(row.lead).items():
                setattr(row, name, value)
            made.append(row)
    causes = _causes(made, former, mine, sweep=sweep)
    changes = _changes(made, former, causes, now)
    store(made)
    Transition.objects.bulk_create(transition for _, transition in changes)
    done(claimed, held, read=True)
    tell(changes, now)
    was = {root: reading.temperature for root, reading in former.items()}
    tell_read([Read(row, was.get(row.pk), causes[row.pk]) for row in made], now)
    return [transition for _, transition in changes]


@transaction.atomic
def confirm(claimed: Sequence[Lead], version: Version, now: datetime) -> None:
    """Say of claimed leads that their readings are right now, too, and free them.

    Who was touched meanwhile is left as it is, and so is everybody where the `version` isn't live any more. Nobody is
    locked for it: whoever is touched later is read again, whatever is said here.
    """
    current = live()
    if current is not None and current.pk == version.pk:
        until = {lead.claimed_until for lead in claimed}
        mine = Lead.objects.filter(pk__in=[lead.pk for lead in claimed], claimed_until__in=until, touched_at=None)
        drop_merged([lead.pk for lead in claimed])
        Reading.objects.filter(pk__in=mine).update(as_of=now)
    free(claimed)


def _former(roots: Sequence[int]) -> dict[int, Former]:
    """The readings that are there, locked, so that no stage changes until the transaction ends."""
    rows = Reading.objects.filter(pk__in=roots).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    return {row[0]: Former(*row) for row in rows.values_list(*Former._fields)}


def _row(
    reading: result.Reading, former: Former | None, wakes: datetime | None, now: datetime, *, sweep: bool
) -> Reading:
    hot_since = None
    if reading.temperature == Temperature.HOT:
        hot_since = former.hot_since if former is not None and former.hot_since is not None else now
    same = sweep and former is not None and former.temperature == reading.temperature
    row = Reading(
        lead_id=int(reading.lead_id),
        temperature=reading.temperature,
        stage_since=now,
        scores={name: points_number(units) for name, units in reading.scores.items()},
        grades=dict(reading.grades),
        graded=graded(reading.grades),
        criteria=dict(reading.criteria),
        frameworks={name: framework.as_dict() for name, framework in reading.frameworks.items()},
        flags=dict(reading.flags),
        missing=[item.as_dict() for item in reading.missing],
        strongest=strongest(reading.contributions),
        lines=lines_of(reading),
        total=sum(reading.scores.values()),
        missing_count=len(reading.missing),
        fingerprint=reading.definition,
        as_of=now,
        # Tomorrow is never too late; a job looks further, once the lead is at rest.
        recheck_on=former.recheck_on if same and former else now.date() + timedelta(days=1),
        rough=former.rough if same and former else True,
        wakes_at=wakes,
        hot_since=hot_since,
    )
    if former is not None:
        row.stage, row.stage_since = former.stage, former.stage_since
    return row


def _changes(
    made: Sequence[Reading], former: Mapping[int, Former], causes: Mapping[int, str], now: datetime
) -> list[tuple[Reading, Transition]]:
    """The readings whose temperature is another, each with its transition. A lead that was never read was cool."""
    cool = Temperature.COOL.value
    before = {row.pk: former[row.pk].temperature if row.pk in former else cool for row in made}
    turned = [row for row in made if row.temperature != before[row.pk]]
    known = Reading.objects.filter(pk__in=[row.pk for row in turned if row.pk in former])
    stood = {root: said for root, *said in known.values_list("pk", "lines", "criteria", "missing")}
    found = []
    for row in turned:
        lines, criteria, missing = stood.get(row.pk, ([], {}, []))
        reasons = differences(lines, row.lines, (criteria, row.criteria))
        if not reasons and row.pk in former:
            same = former[row.pk].fingerprint == row.fingerprint
            reasons = conditions(missing, row.missing, before[row.pk], row.temperature) if same else []
        transition = Transition(
            lead_id=row.pk,
            kind=Transition.Kind.TEMPERATURE,
            before=before[row.pk],
            after=row.temperature,
            cause=causes[row.pk],
            reasons=reasons,
            fingerprint=row.fingerprint,
            at=now,
        )
        found.append((row, transition))
    return found


def _causes(
    made: Sequence[Reading], former: Mapping[int, Former], leads: Mapping[int, Lead], *, sweep: bool
) -> dict[int, str]:
    """Why each lead was read, in a word."""
    merged = _merged(made, former)
    found = {}
    for row in made:
        before = former.get(row.pk)
        # One without a fingerprint was never read: somebody did something with the lead before.
        if before is not None and before.fingerprint not in ("", row.fingerprint):
            found[row.pk] = "definition"
        elif sweep:
            found[row.pk] = "sweep"
        elif row.pk in merged:
            found[row.pk] = "merge"
        elif leads[row.pk].touched_at is None and before is not None and not _woken(before, row):
            found[row.pk] = "cooling"
        else:
            found[row.pk] = "evidence"
    return found


def _woken(before: Former, row: Reading) -> bool:
    """Whether evidence that lay ahead exists by now."""
    return before.wakes_at is not None and before.wakes_at <= row.as_of


def _merged(made: Sequence[Reading], former: Mapping[int, Former]) -> set[int]:
    """The leads whose temperature changed, and with which others were merged, or unmerged, since they were read."""
    changed = [row.pk for row in made if row.pk in former and former[row.pk].temperature != row.temperature]
    if not changed:
        return set()
    merges = Merge.objects.filter(Q(winner__root__in=changed) | Q(loser__in=changed))
    since = {root: former[root].as_of for root in changed}
    found = set()
    for root, loser, at, undone in merges.values_list("winner__root", "loser", "at", "undone_at"):
        latest = undone or at
        found |= {lead for lead in (root, loser) if lead in since and latest > since[lead]}
    return found
