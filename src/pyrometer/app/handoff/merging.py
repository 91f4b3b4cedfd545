"""Leads become one, and two again: what sales had to do with them goes along, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pyrometer.app.evidence.models import Merge
from pyrometer.app.handoff.carrying import Occasion, change_stage, open_assignment, remember, start_clock
from pyrometer.app.handoff.models import Assignment, Outcome, Remembered, Standing, Stood
from pyrometer.app.handoff.stepping import SYSTEM, locked
from pyrometer.app.temperature.models import Reading
from pyrometer.lifecycle import WITH_SALES, Said, Stage, State, furthest

NOTHING: dict[str, Any] = {"verdict": "", "recycle_on": None, "promised": False, "parked": "", "former": None}
"""What is remembered of somebody with whom sales had nothing to do."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of two leads: where it stands, and what is remembered of it."""

    lead: int
    stage: Stage
    since: datetime
    memory: dict[str, Any]
    held: Assignment | None = None

    @property
    def state(self) -> State:
        """As far as it matters when two are compared."""
        verdict = self.memory["verdict"]
        return State(
            self.stage,
            self.since,
            owned=self.held is not None and self.held.rep_id is not None,
            verdict=Said(verdict) if verdict else None,
            recycle_on=self.memory["recycle_on"],
            promised=self.memory["promised"],
        )


def join(merge: Merge, now: datetime) -> None:
    """Bring what was decided about two leads to the one that stays, and keep where each of them stood."""
    pair = merge.winner_id, merge.loser_id
    # Whoever is deciding about one of them just now comes first; whoever comes after this finds the root.
    readings = Reading.objects.select_for_update(of=("self",)).filter(pk__in=pair).order_by("pk")
    decided = any(stage != Stage.LEAD for stage in readings.values_list("stage", flat=True))
    # Most merges bring a visitor and a lead together, or two of whom nothing was decided yet.
    held = Assignment.objects.filter(lead__in=pair, ended_at__isnull=True)
    if decided or held.exists() or Standing.objects.filter(pk__in=pair).exists():
        bring(*pair, now, merge=merge)


@transaction.atomic
def bring(winner: int, loser: int, now: datetime, *, merge: Merge | None = None) -> None:
    """Let a root stand where it or a lead that became part of it stood, whichever was further."""
    # The winner may be new, and part of a third already.
    winner = locked(winner, now).pk
    readings = Reading.objects.select_for_update(of=("self",)).filter(pk__in=(winner, loser)).order_by("pk")
    known = {reading.pk: reading for reading in readings}
    one, other = (_side(lead, known.get(lead), now) for lead in (winner, loser))
    if merge is not None:
        Stood.objects.bulk_create(_stood(merge, side) for side in (one, other))
    state = one.state
    far, near = (one, other) if furthest(state, other.state) is state else (other, one)
    _one_assignment(winner, far, near, now)
    if far is other:
        _put(locked(winner, now), far, f"lead {loser} was merged into it", "merge", now)
    if far.memory["former"] is None and near.memory["former"] is not None:
        remember(winner, now, former=near.memory["former"])
    Standing.objects.filter(pk=loser).delete()


@transaction.atomic
def part(merge: Merge, root: int, now: datetime) -> None:
    """Give back to two leads what they had before they became one, and to each what became of it since.

    Who was further brought the assignment, and what became of that goes along; anything else that happened since
    happened to the lead that stayed.
    """
    stood = list(Stood.objects.filter(merge=merge).select_related("assignment__rep__team"))
    if len(stood) != 2:
        return  # nothing was decided about either
    theirs, mine = map(_stood_there, sorted(stood, key=lambda each: each.lead_id == merge.loser_id))
    whole, apart = (locked(lead, now) for lead in (root, merge.loser_id))
    state = theirs.state
    further = furthest(state, mine.state) is not state
    held, came = open_assignment(root), mine.held is not None and mine.held.lead_id == root
    followed = further and came and (held is None or held.pk == _pk(mine))
    present = Side(root, Stage(whole.stage), whole.stage_since, _memory(Standing.objects.filter(pk=root).first()))
    if came:
        Assignment.objects.filter(pk=_pk(mine)).update(lead=merge.loser_id)
    if followed:
        Outcome.objects.filter(lead=root, decided_at__gte=merge.at).update(lead=merge.loser_id)
    if further and (followed or present.since <= merge.at):
        _resume(root, theirs, merge.at, now)
        _put(whole, _after_all(theirs, root), f"it isn't one with lead {merge.loser_id}", "unmerge", now)
    _resume(merge.loser_id, mine, merge.at, now)
    mine = present if followed else _after_all(mine, merge.loser_id)
    _put(apart, mine, f"it isn't one with lead {root}", "unmerge", now)
    Stood.objects.filter(merge=merge).delete()


def _side(lead: int, reading: Reading | None, now: datetime) -> Side:
    standing, held = Standing.objects.filter(pk=lead).first(), open_assignment(lead)
    memory = _memory(standing)
    if reading is not None:
        return Side(lead, Stage(reading.stage), reading.stage_since, memory, held)
    # It had become part of the other before: what it left says where it stood.
    if held is not None:
        return Side(lead, Stage.SQL if held.accepted_at is None else Stage.ACCEPTED, held.at, memory, held)
    if standing is not None and (standing.recycle_on or standing.verdict):
        stage = Stage.RECYCLED if standing.recycle_on else Stage.UNQUALIFIED
        return Side(lead, stage, standing.updated_at, memory)
    return Side(lead, Stage.LEAD, now, memory)


def _memory(remembered: Remembered | None) -> dict[str, Any]:
    return dict(NOTHING) if remembered is None else {name: getattr(remembered, name) for name in NOTHING}


def _stood(merge: Merge, side: Side) -> Stood:
    return Stood(
        merge=merge,
        lead_id=side.lead,
        stage=side.stage,
        stage_since=side.since,
        assignment=side.held,
        **side.memory,
    )


def _stood_there(stood: Stood) -> Side:
    return Side(stood.lead_id, Stage(stood.stage), stood.stage_since, _memory(stood), stood.assignment)


def _pk(side: Side) -> int | None:
    return None if side.held is None else side.held.pk


def _one_assignment(root: int, far: Side, near: Side, now: datetime) -> None:
    """Of two assignments keep that of the lead that is further; of one, that one, if sales still has the lead."""
    both = [side.held for side in (far, near) if side.held is not None]
    owned = [held for held in both if held.rep_id is not None]
    kept = next(iter([*owned, *both]), None) if far.stage in WITH_SALES else None
    for held in both:
        if held is not kept:
            Assignment.objects.filter(pk=held.pk).update(ended_at=now, wake_at=None, claimed_until=None)
    if kept is not None:
        kept.lead_id = root
        if kept.accepted_at is None and far.stage != Stage.SQL:
            kept.accepted_at = now
            start_clock(kept, now, first=False)
        kept.save()


def _put(reading: Reading, side: Side, because: str, cause: str, now: datetime) -> None:
    """Let a lead stand where a side stands, since then, with what is remembered of it."""
    change_stage(reading, side.stage, because, Occasion(SYSTEM, cause), now)
    Reading.objects.filter(pk=reading.pk).update(stage_since=side.since)
    if side.memory != NOTHING or Standing.objects.filter(pk=reading.pk).exists():
        remember(reading.pk, now, **side.memory)


def _resume(lead: int, side: Side, merged_at: datetime, now: datetime) -> None:
    """Put a lead back into the hands out of which only the merge had taken it."""
    held = side.held
    if held is None or held.ended_at != merged_at or open_assignment(lead) is not None:
        return
    held.lead_id, held.ended_at = lead, None
    start_clock(held, now, first=held.responded_at is None)
    held.save()


def _after_all(side: Side, lead: int) -> Side:
    """Where a lead stands again; who was in hands that have let go since is for the next reading to decide."""
    if side.stage in WITH_SALES and side.held is not None and open_assignment(lead) is None:
        return Side(lead, Stage.LEAD, side.since, side.memory)
    return side
