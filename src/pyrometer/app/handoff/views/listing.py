"""All leads by filters, in pages: quick with a million, since places are found along an index before any is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.views.asked import Asked
from pyrometer.app.handoff.views.cursors import Keys, closed, keys, opened
from pyrometer.app.handoff.views.places import Finding, Place, finding

PAGE = 50
MANY = 1000
"""Nobody reads further than this; beyond it a number is "more than"."""
TESTED = 5000
"""Leads that a page tests on what no index answers; those behind them are the next page's."""
AT_A_TIME = 250
UNSHOWN = ("reading__lines", "reading__flags", "reading__criteria", "reading__frameworks")
"""Columns of a reading that no list shows."""


@dataclass(frozen=True)
class Listed:
    """A page of leads with their readings, and the cursor of the next; empty on the last page."""

    leads: list[Lead]
    after: str
    number: int | None = None
    """How many there are, at most `MANY` + 1: counting stops there. Only the first page knows; None, too, where each
    would have to be tested."""
    tested: bool = False
    """Whether it is short of leads because it stopped looking, not because there are no more."""


def page(asked: Asked, now: datetime, *, after: str = "", limit: int = PAGE) -> Listed:
    """The leads of a page, each with its `reading` (None where it has none yet)."""
    places = finding(asked, now)
    cursor = opened(places.sort, after)
    if asked.tests:
        return _tested(asked, places, cursor, limit)
    found = places.find(cursor, limit + 1)
    shown, more = found[:limit], len(found) > limit
    number = None if cursor else max(places.count(found[0], MANY + 1), len(found)) if more else len(found)
    return Listed(_loaded(shown), closed(places.sort, shown[-1]) if more else "", number)


def _tested(asked: Asked, places: Finding, cursor: Keys, limit: int) -> Listed:
    """A page of those that pass the tests, too: some are found in the order, tested, and so on."""
    sort, find = places.sort, places.find
    found: list[Place] = []
    for _ in range(TESTED // AT_A_TIME):
        some = find(cursor, AT_A_TIME)
        passed = asked.tests.passed([place.pk for place in some])
        for place in some:
            if place.pk in passed:
                if len(found) == limit:
                    return Listed(_loaded(found), closed(sort, found[-1]))
                found.append(place)
        if len(some) < AT_A_TIME:
            return Listed(_loaded(found), "")
        cursor = keys(sort, some[-1])
    return Listed(_loaded(found), closed(sort, some[-1]), tested=True)


def _loaded(places: list[Place]) -> list[Lead]:
    """The leads at some places."""
    leads = Lead.objects.select_related("reading", "company").defer(*UNSHOWN)
    found = leads.in_bulk([place.pk for place in places])
    return [found[place.pk] for place in places if place.pk in found]


def roots(asked: Asked, now: datetime, *, limit: int = MANY) -> list[int]:
    """The leads that filters let through, in their order: at most `limit` + 1. Raises TooFarError."""
    listed = page(asked, now, limit=limit + 1)
    if listed.tested:
        raise TooFarError
    return [lead.pk for lead in listed.leads]


class TooFarError(Exception):
    """More leads would have to be tested than a page tests."""
