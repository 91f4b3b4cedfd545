"""Which leads an import was about: written with its rows, listed on its page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pyrometer.app.capture.models import Brought, Import

PAGE = 50


def note(source: Import, *, new: Collection[int], changed: Collection[int], untouched: Collection[int]) -> None:
    """Write down leads; one that is there already stays as it is, unless it was untouched and is changed now."""
    what = dict.fromkeys(untouched, Brought.What.UNTOUCHED)
    what |= dict.fromkeys(changed, Brought.What.CHANGED) | dict.fromkeys(new, Brought.What.NEW)
    rows = [Brought(source=source, lead_id=lead, what=each) for lead, each in what.items()]
    Brought.objects.bulk_create(rows, ignore_conflicts=True)
    before = Brought.objects.filter(source=source, lead__in=changed, what=Brought.What.UNTOUCHED)
    before.update(what=Brought.What.CHANGED)


@dataclass(frozen=True)
class Page:
    """Some of the leads, in the order in which they came, and where the next page begins; 0 on the last one."""

    rows: list[Brought]
    after: int


def page(source: Import, *, what: str = "", after: int = 0, limit: int = PAGE) -> Page:
    """Those with one fate, or all."""
    rows = Brought.objects.filter(source=source, pk__gt=after).select_related("lead__root__company")
    if what in Brought.What.values:
        rows = rows.filter(what=what)
    found = list(rows.order_by("pk")[: limit + 1])
    return Page(found[:limit], found[limit - 1].pk if len(found) > limit else 0)
