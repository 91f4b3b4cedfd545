"""Walks over leads: dates that came, silence, and what no reading told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet

from pyrometer.app.handoff.carrying import Occasion
from pyrometer.app.handoff.models import Standing, Walk
from pyrometer.app.handoff.rounds import guarded, rounds
from pyrometer.app.handoff.stepping import SYSTEM, locked, step, undecided
from pyrometer.app.handoff.terms import Agreed, agreed
from pyrometer.app.handoff.working import zone_of
from pyrometer.app.temperature.models import Reading, Temperature
from pyrometer.lifecycle import WITH_SALES, DateReached, Happening, Read, Silent, Stage

BATCH = 200
STRETCH = 1000
"""Leads of one stretch of a walk."""
FIRST = timezone(timedelta(hours=14))
"""Where a day begins first."""

OURS = Q(lead__erased_at__isnull=True, lead__root=F("lead"))
WARM = Q(temperature__in=[Temperature.HOT, Temperature.WARM])


def recycle(now: datetime) -> int:
    """The job `handoff.recycle`: look again at leads whose day has come, where their rep works; how many.

    What fails keeps its day, and is tried again with the next run.
    """
    terms, done, after = agreed(), 0, Q()
    latest = now.astimezone(FIRST).date()
    due = Standing.objects.filter(recycle_on__lte=latest, lead__root=F("lead"), lead__erased_at__isnull=True)
    due = due.order_by("recycle_on", "pk")

    def once() -> int:
        nonlocal done, after
        rows = list(due.filter(after).values_list("pk", "recycle_on", "former__time_zone")[:BATCH])
        for root, on, zone in rows:
            after = Q(recycle_on__gt=on) | Q(recycle_on=on, pk__gt=root)
            if on <= now.astimezone(zone_of(zone or "UTC")).date():
                done += guarded(partial(_reached, root, on, terms, now), root)
        return len(rows)

    rounds(once, BATCH)
    return done


def hush(now: datetime) -> int:
    """The job `handoff.silence`: win back who fell silent, let go who stayed silent; how many."""
    terms = agreed()
    reachable = Q(lead__anonymous=False)
    dateless = Q(stage=Stage.RECYCLED, lead__standing__recycle_on__isnull=True)
    quiet = (Q(stage__in=[Stage.LEAD, Stage.MQL]) | dateless) & _silent(now, terms.policy.quiet_after) & reachable
    gone = Q(stage=Stage.QUIET) & _silent(now, terms.policy.let_go_after)

    def once(which: Q) -> int:
        return _decided(list(_readings(which).order_by("pk")[:BATCH]), True, terms, now, "silence")

    # Who has just become quiet is let go another time, also where a silence was long before anybody looked.
    return rounds(lambda: once(gone), BATCH) + rounds(lambda: once(quiet), BATCH)


def look(now: datetime) -> int:
    """The job `handoff.look`: the next stretch of those who are warm or hot, and of the others; how many changed.

    It finds what no reading told: terms that were changed, and what failed before. The walk goes round and round; the
    warm ones are few, so that theirs is short.
    """
    terms = agreed()
    return _stretch("warm", WARM, terms, now) + _stretch("cool", ~WARM, terms, now)


def _stretch(name: str, which: Q, terms: Agreed, now: datetime) -> int:
    walk, _ = Walk.objects.get_or_create(name=name)
    free = ~Q(stage__in=[*WITH_SALES, Stage.CUSTOMER])
    readings = list(_readings(which & free & Q(pk__gt=walk.position)).order_by("pk")[:STRETCH])
    done = _decided(readings, False, terms, now, "evidence")
    position = readings[-1].pk if len(readings) == STRETCH else 0
    if position != walk.position:
        Walk.objects.filter(name=name).update(position=position)
    return done


@transaction.atomic
def _reached(root: int, on: date, terms: Agreed, now: datetime) -> None:
    locked(root, now)
    mine = Standing.objects.filter(pk=root, recycle_on=on)
    if mine.exists():  # no later day was named meanwhile
        step(root, DateReached(), Occasion(SYSTEM, "date"), now, terms=terms)
        # Where the date meant nothing any more, it is gone, too.
        mine.update(recycle_on=None, promised=False)


def _decided(readings: Sequence[Reading], silent: bool, terms: Agreed, now: datetime, cause: str) -> int:
    """Decide for many at once without a lock; where something follows, again with one."""

    def silence(reading: Reading) -> Happening:
        return Silent((now - reading.lead.last_seen_at).days)

    happened: dict[int, Happening] = {reading.pk: silence(reading) if silent else Read() for reading in readings}
    occasion = Occasion(SYSTEM, cause)
    return sum(
        guarded(partial(step, root, silence if silent else Read(), occasion, now, terms=terms), root)
        for root in undecided(readings, happened, terms, now)
    )


def _readings(which: Q) -> QuerySet[Reading]:
    return Reading.objects.filter(OURS & which).select_related("lead")


def _silent(now: datetime, days: int) -> Q:
    return Q(lead__last_seen_at__lte=now - timedelta(days=days))
