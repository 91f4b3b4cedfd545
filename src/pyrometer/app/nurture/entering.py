"""Who enters which programme: looked at when a lead was read, and of all of them once a day."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import Error, transaction
from django.db.models import F, Q, QuerySet

from pyrometer import nurture
from pyrometer.app.clock.claims import claim
from pyrometer.app.delivery import outbox
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.facts import Known, alone_of, gather
from pyrometer.app.nurture.models import Act, Enrolment, Look, Programme, Round
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.temperature.models import Reading, Stage, Temperature
from pyrometer.lifecycle import WITH_SALES

logger = logging.getLogger(__name__)

BATCH = 500
HOLD = timedelta(minutes=2)
HELD_FOR = timedelta(days=90)
"""So long the control group stands beside a programme, and gets nothing."""
WALK = "enter"
"""The name of the round over all roots."""

CANDIDATES = (
    Q(lead__erased_at__isnull=True, lead__root=F("lead"), anonymous=False)
    & ~Q(temperature=Temperature.HOT)
    & ~Q(stage__in=[*WITH_SALES, Stage.LET_GO])
)
"""Readings of those who may enter anything: who is hot or with sales leaves at once; who was let go is left alone."""


@dataclass(frozen=True)
class Open:
    """A programme that people enter: as it is kept, and as it is decided by."""

    row: Programme
    programme: nurture.Programme


def open_programmes() -> list[Open]:
    """The programmes that people enter now, by whose turn it is."""
    rows = Programme.objects.filter(live__isnull=False, paused_at__isnull=True).select_related("live")
    found = [Open(row, programme_of(row.live)) for row in rows if row.live is not None]
    return sorted(found, key=lambda each: nurture.turn(each.programme))


def enter(now: datetime) -> int:
    """The job `nurture.enter`: look at leads that were read since; how many were looked at."""
    looks = claim(Look.objects.order_by("at"), now=now, hold=HOLD, limit=BATCH)
    if not looks:
        return 0
    _looked_at([look.lead_id for look in looks], now)
    for at in {look.at for look in looks}:
        # Who was read again meanwhile is looked at again.
        Look.objects.filter(pk__in=[look.pk for look in looks if look.at == at], at=at).delete()
    Look.objects.filter(pk__in=[look.pk for look in looks]).update(claimed_until=None)
    return len(looks)


def walk(now: datetime) -> int:
    """The job `nurture.walk`: go on with the round over all roots, one a day; how many were looked at.

    Time alone lets some enter: who fell silent, whose trial is over.
    """
    if not Programme.objects.filter(live__isnull=False, paused_at__isnull=True).exists():
        return 0
    round_, _ = Round.objects.get_or_create(name=WALK)
    if round_.ended_at is not None and not _due(round_, now):
        return 0
    if round_.begun_at is None or round_.ended_at is not None:
        begun = Round.objects.filter(pk=round_.pk, begun_at=round_.begun_at, ended_at=round_.ended_at)
        if not begun.update(begun_at=now, ended_at=None, position=0):
            return 0
        round_.refresh_from_db()
        _let_go(now)
    roots = list(_candidates(Q(pk__gt=round_.position)).order_by("pk").values_list("pk", flat=True)[:BATCH])
    mine = Round.objects.filter(pk=round_.pk, position=round_.position, begun_at=round_.begun_at)
    if len(roots) < BATCH:
        _looked_at(roots, now)
        mine.update(ended_at=now)
        return len(roots)
    # Another worker that walks takes the next stretch.
    if not mine.update(position=roots[-1]):
        return 1
    _looked_at(roots, now)
    return len(roots)


def _let_go(now: datetime) -> None:
    """Release mails of programmes that go on: a worker that asked its gate before that may have held one after."""
    for row in Programme.objects.filter(paused_at__isnull=True):
        with transaction.atomic():
            # Locked, so that nobody pauses it meanwhile.
            here = Programme.objects.filter(pk=row.pk, paused_at__isnull=True)
            if here.select_for_update(of=("self",), no_key=True).values_list("pk").first():
                outbox.release(row.group, now)


def again() -> None:
    """Begin the round over all roots anew: there is something new to enter."""
    Round.objects.filter(name=WALK).update(begun_at=None, ended_at=None, position=0)


def _looked_at(leads: Sequence[int], now: datetime) -> None:
    """Look at some leads; one that can't be looked at, found by halving, keeps nobody else from entering."""
    try:
        consider(leads, now)
    except Error:
        raise
    except Exception:
        if len(leads) > 1:
            half = len(leads) // 2
            _looked_at(leads[:half], now)
            _looked_at(leads[half:], now)
        else:
            logger.exception("lead %d can't be looked at; the next round over all of them tries again", *leads)


def consider(leads: Collection[int], now: datetime) -> int:
    """Look at the roots of some leads, and have those enter that fit; how many entered something."""
    programmes = open_programmes()
    if not programmes:
        return 0
    roots = list(_candidates(Q(pk__in=leads)).values_list("pk", flat=True))
    if not roots:
        return 0
    needs = _needs(programmes)
    purposes = frozenset().union(*(each.programme.flow.purposes for each in programmes))
    gathered = gather(roots, needs, purposes, now)

    def decide(known: Known) -> tuple[nurture.Programme, ...]:
        return nurture.choose((each.programme for each in programmes), known.facts, known.history, now)

    chosen = gathered.decided(gathered.known, decide)
    entries = {root: found for root, found in chosen.items() if found}
    return _write(entries, {each.programme.programme: each for each in programmes}, now) if entries else 0


def entry(row: Programme, programme: nurture.Programme, root: int, now: datetime) -> Enrolment:
    """An enrolment that begins now. Not saved."""
    assert row.live is not None
    held = nurture.held_back(programme.programme, str(root), programme.enter.held_back)
    place = nurture.begin(programme, now)
    return Enrolment(
        programme=row,
        version=row.live,
        lead_id=root,
        held_back=held,
        step=place.step,
        since=now,
        entered_at=now,
        due_at=now + HELD_FOR if held else now,
    )


def objection(programme: nurture.Programme, root: int, now: datetime) -> str:
    """Why a root can't be put into a programme by hand; empty where it can. Its condition isn't asked."""
    gathered = gather([root], nurture.entry_needs(programme), programme.flow.purposes, now)
    found = gathered.decided([root], lambda known: nurture.may_enter(programme, known.facts, known.history, now))
    return found[root]


@transaction.atomic
def _write(entries: Mapping[int, Sequence[nurture.Programme]], programmes: Mapping[str, Open], now: datetime) -> int:
    """Have roots enter, unless something changed since they were looked at: then they are looked at again."""
    # As long as a lead is locked nobody else has it enter, and it isn't merged.
    locked = Lead.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=entries, root=F("pk"), erased_at__isnull=True
    )
    roots = sorted(locked.order_by("pk").values_list("pk", flat=True))
    # One that was paused or published anew since isn't entered by what it said then.
    rows = {
        row.key: row
        for row in Programme.objects.select_related("live").filter(paused_at__isnull=True, live__isnull=False)
    }
    inside = Enrolment.objects.filter(lead__root__in=roots, ended_at__isnull=True)
    here: dict[int, list[tuple[str, bool]]] = {}
    found = list(inside.values_list("lead__root", "programme__key", "version"))
    alone = alone_of({version for *_, version in found})
    for root, key, version in found:
        here.setdefault(root, []).append((key, alone[version]))
    made = []
    for root in roots:
        before = here.get(root, [])
        for programme in entries[root]:
            row, seen = rows.get(programme.programme), programmes[programme.programme].row
            if row is None or row.live_id != seen.live_id or _meets(before, programme):
                continue
            before = [*before, (programme.programme, programme.enter.alone)]
            made.append(entry(row, programme, root, now))
    Enrolment.objects.bulk_create(made)
    Act.objects.bulk_create(
        Act(enrolment=each, lead_id=each.lead_id, kind=Act.Kind.ENTERED, step=each.step, at=now) for each in made
    )
    return len(made)


def _meets(before: Sequence[tuple[str, bool]], programme: nurture.Programme) -> bool:
    return any(key == programme.programme or (alone and programme.enter.alone) for key, alone in before)


def _needs(programmes: Sequence[Open]) -> nurture.Needs:
    whole = nurture.Needs()
    for each in programmes:
        whole |= nurture.entry_needs(each.programme)
    return whole


def _candidates(which: Q) -> QuerySet[Reading]:
    return Reading.objects.filter(CANDIDATES & which)


def _due(round_: Round, now: datetime) -> bool:
    """Whether another day began since the last round did."""
    return round_.begun_at is None or round_.begun_at.astimezone(UTC).date() < now.astimezone(UTC).date()
