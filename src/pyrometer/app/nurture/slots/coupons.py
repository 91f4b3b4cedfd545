"""Codes that are given away: once to each lead, no more than there are, and none after its time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import CouponCode, CouponGiven, CouponList

UNKNOWN, EARLY, OVER, TAKEN, GONE = "unknown", "early", "over", "taken", "gone"
"""Why there is no code: there is no such list, its time has not come or is over, all are given, the lead was erased."""
REASONS = {
    UNKNOWN: "there is no list of codes `%s`",
    EARLY: "the codes of the list `%s` aren't good yet",
    OVER: "the time of the list `%s` is over, so its codes aren't given any more",
    TAKEN: "all codes of the list `%s` are given, so there is none for this lead",
    GONE: "no code of the list `%s` is given, since the lead was erased",
}
"""The same in words, with the name of the list."""


@dataclass(frozen=True)
class Drawn:
    """A code and until when it is good, or why there is none."""

    code: str | None = None
    until: datetime | None = None
    why: str = ""
    list_name: str = field(default="", compare=False)


def give(list_name: str, root: int, once: str, now: datetime) -> str | None:
    """The code that a root gets from a list; None where there is none, and `draw` says why."""
    return draw(list_name, root, once, now).code


@transaction.atomic
def draw(list_name: str, root: int, once: str, now: datetime) -> Drawn:
    """The next code of a list for a root; the one that it got for the same thing (`once`) before.

    A root that has as many as one may get is given the last of them again. Two never get the same code where each is
    good for one, and never the last one twice. Raises ValueError where `once` is what somebody else got a code for.
    """
    if connection.features.has_select_for_update:
        # One after the other, until the end of the transaction.
        source = CouponList.objects.select_for_update().filter(name=list_name).first()
    else:
        source = CouponList.objects.filter(name=list_name).first()
    if source is None:
        return Drawn(why=UNKNOWN, list_name=list_name)
    if why := closed(source, now):
        return Drawn(why=why, list_name=list_name)
    if not Lead.objects.filter(pk=root, erased_at__isnull=True).exists():
        return Drawn(why=GONE, list_name=list_name)
    before = _before(source, root, once)
    if before is not None:
        return Drawn(before.code, source.valid_until)
    if source.limit is not None and source.given >= source.limit:
        return Drawn(why=TAKEN, list_name=list_name)
    unit = None
    if not source.shared:
        unit = CouponCode.objects.filter(list=source, taken=False).order_by("number").first()
        if unit is None:
            return Drawn(why=TAKEN, list_name=list_name)
        unit.taken = True
        unit.save(update_fields=["taken"])
    code = source.shared if unit is None else unit.code
    CouponGiven.objects.create(list=source, lead_id=root, unit=unit, code=code, once=once, at=now)
    CouponList.objects.filter(pk=source.pk).update(given=F("given") + 1)
    return Drawn(code, source.valid_until)


def given_last(root: int, now: datetime) -> Drawn:
    """The code that a root got last and that is still good, from whichever list."""
    found = CouponGiven.objects.filter(lead__root=root).select_related("list").order_by("-at", "-pk")[:20]
    for each in found:
        if not closed(each.list, now):
            return Drawn(each.code, each.list.valid_until)
    return Drawn(why=UNKNOWN)


def closed(source: CouponList, now: datetime) -> str:
    """Why no code of a list is good at a time; empty where they are."""
    if source.valid_from is not None and now < source.valid_from:
        return EARLY
    if source.valid_until is not None and now >= source.valid_until:
        return OVER
    return ""


def left(source: CouponList) -> int | None:
    """How many can still be given; None where there is no end to them."""
    ends = [] if source.limit is None else [max(0, source.limit - source.given)]
    if not source.shared:
        ends.append(CouponCode.objects.filter(list=source, taken=False).count())
    return min(ends, default=None)


def _before(source: CouponList, root: int, once: str) -> CouponGiven | None:
    """What a root is given again: what it got for the same thing, or its last, where it gets no more."""
    same = CouponGiven.objects.filter(list=source, once=once).select_related("lead").first()
    if same is not None:
        if same.lead is None or same.lead.root_id != root:
            raise ValueError(f"somebody else got a code for {once!r}")
        return same
    mine = list(CouponGiven.objects.filter(list=source, lead__root=root).order_by("-at", "-pk")[: source.per_lead])
    return mine[0] if mine and len(mine) >= source.per_lead else None
