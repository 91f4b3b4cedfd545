"""Counting as plainly as can be, lead by lead, for comparison with what the database counts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from pyrometer.app.handoff.models import Attempt, Outcome
from pyrometer.app.nurture.models import Act, Enrolment, Programme, Version
from pyrometer.app.nurture.worth.counting import Counted
from pyrometer.app.temperature.models import Transition


def counted_plainly(made: Programme, now: datetime, horizon: int, version: Version | None = None) -> Counted:
    """What `counted` says of a programme."""
    found = Counted()
    rows = Enrolment.objects.filter(programme=made).select_related("lead").order_by("entered_at", "pk")
    if version is not None:
        rows = rows.filter(version=version)
    first: dict[int, Enrolment] = {}
    for row in rows:
        first.setdefault(row.lead.root_id, row)
    for root, row in first.items():
        if not row.by:
            of_version = found.drawn.setdefault(row.version_id, {})
            of_version[row.held_back] = of_version.get(row.held_back, 0) + 1
        if row.spoiled:
            found.spoiled += 1
            continue
        found.entered += 1
        found.held_entered += row.held_back
        found.first_at = min(found.first_at or row.entered_at, row.entered_at)
        if row.entered_at > now - timedelta(days=horizon):
            continue
        _follow(found.held if row.held_back else found.got, root, row, rows, horizon)
    return found


def _follow(side, root, row, rows, horizon) -> None:  # type: ignore[no-untyped-def]
    begun, days = row.entered_at, timedelta(days=horizon)
    side.of += 1

    def first(moments):  # type: ignore[no-untyped-def]
        inside = [moment for moment in moments if begun <= moment < begun + days]
        return (min(inside) - begun).days if inside else None

    changes = Transition.objects.filter(lead__root=root)
    wins = Outcome.objects.filter(lead__root=root, won=True)
    reached = {
        "hot": first([each.at for each in changes if each.after == "hot"]),
        "accepted": first([each.at for each in changes if each.after in ("accepted", "opportunity", "customer")]),
        "won": first([each.decided_at for each in wins]),
    }
    for name, day in reached.items():
        if day is not None:
            side.by_day[name][day] = side.by_day[name].get(day, 0) + 1
    for each in wins:
        if each.revenue is not None and begun <= each.decided_at < begun + days:
            side.revenue[each.currency] = side.revenue.get(each.currency, 0) + each.revenue
    attempts = [each for each in Attempt.objects.filter(assignment__lead__root=root) if begun <= each.at < begun + days]
    side.attempts += len(attempts)
    side.squares += len(attempts) ** 2
    acts = Act.objects.filter(enrolment__in=[each.pk for each in rows if each.lead.root_id == root])
    kinds = Counter(
        each.kind for each in acts if begun <= each.at < begun + days and (each.taken_at or not _mails(each))
    )
    side.mails += kinds["sent"] + kinds["asked"]
    side.notices += kinds["told"]


def _mails(act: Act) -> bool:
    return act.kind in ("sent", "asked")
