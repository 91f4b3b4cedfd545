"""Writes readings and what they changed, and tells the rooms further on, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from pyrometer import result
from pyrometer.app.evidence.models import Lead, Merge
from pyrometer.app.temperature.claiming import done, kept
from pyrometer.app.temperature.listeners import Read, tell, tell_read
from pyrometer.app.temperature.merged import take_over
from pyrometer.app.temperature.models import Reading, Temperature, Transition
from pyrometer.app.temperature.reasons import differences, lines_of, strongest
from pyrometer.definition.values import points_number

KEPT = ("lead", "stage", "stage_since")
"""Columns of a reading that scoring doesn't write."""
WRITTEN = [field.name for field in Reading._meta.concrete_fields if field.name not in KEPT]


def write(
    claimed: Sequence[Lead],
    readings: Sequence[result.Reading],
    wakes: Mapping[int, datetime],
    *,
    now: datetime,
    sweep: bool = False,
) -> list[Transition]:
    """Write the readings of claimed leads, with a transition for each temperature that changed; these are returned.

    Leads that another worker has taken meanwhile, that were merged into another or erased, are left out. A `sweep`
    leaves the day of the next look as it is, where the temperature is.
    """
    with transaction.atomic():
        mine = kept(claimed)
        inherited = take_over(list(mine), now)
        former = Reading.objects.in_bulk(list(mine))
        made: list[Reading] = []
        for reading in readings:
            root = int(reading.lead_id)
            if root in mine:
                made.append(_row(reading, former.get(root), wakes.get(root), now, sweep=sweep))
                if root in inherited:
                    made[-1].stage, made[-1].stage_since = inherited[root]
        Reading.objects.bulk_create(made, update_conflicts=True, unique_fields=["lead"], update_fields=WRITTEN)
        causes = _causes(made, former, mine, sweep=sweep)
        changed = [(row, _change(row, former.get(row.pk), causes[row.pk], now)) for row in made]
        turned = [(row, transition) for row, transition in changed if transition is not None]
        Transition.objects.bulk_create([transition for _, transition in turned])
        done(claimed, mine, read=True)
        for row, transition in turned:
            tell(row, transition, now)
        was = {root: reading.temperature for root, reading in former.items()}
        tell_read([Read(row, was.get(row.pk), causes[row.pk]) for row in made], now)
    return [transition for _, transition in turned]


def _row(
    reading: result.Reading, former: Reading | None, wakes: datetime | None, now: datetime, *, sweep: bool
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


def _change(row: Reading, former: Reading | None, cause: str, now: datetime) -> Transition | None:
    """The change of temperature, where there is one. A lead that was never read was cool."""
    before = Temperature.COOL.value if former is None else former.temperature
    if before == row.temperature:
        return None
    lines: list[Any] = [] if former is None else former.lines
    criteria = {} if former is None else former.criteria
    return Transition(
        lead_id=row.pk,
        kind=Transition.Kind.TEMPERATURE,
        before=before,
        after=row.temperature,
        cause=cause,
        reasons=differences(lines, row.lines, (criteria, row.criteria)),
        fingerprint=row.fingerprint,
        at=now,
    )


def _causes(
    made: Sequence[Reading], former: Mapping[int, Reading], leads: Mapping[int, Lead], *, sweep: bool
) -> dict[int, str]:
    """Why each lead was read, in a word."""
    merged = _merged(made, former)
    found = {}
    for row in made:
        before = former.get(row.pk)
        if before is not None and before.fingerprint != row.fingerprint:
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


def _woken(before: Reading, row: Reading) -> bool:
    """Whether evidence that lay ahead exists by now."""
    return before.wakes_at is not None and before.wakes_at <= row.as_of


def _merged(made: Sequence[Reading], former: Mapping[int, Reading]) -> set[int]:
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
