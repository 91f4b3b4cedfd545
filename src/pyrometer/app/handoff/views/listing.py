"""All leads by filters, in pages: quick with a million, since every step follows an index and counts stop early."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Func, Q, QuerySet

from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.queries import search
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views.asked import SEEN, Asked
from pyrometer.app.handoff.views.cursors import Keys, closed, opened
from pyrometer.app.temperature.models import Reading, Temperature

PAGE = 50
MANY = 1000
"""Nobody reads further than this; beyond it a number is "more than"."""
FEW = 2000
"""Where a filter alone lets through no more, these are sorted; else the order is followed until a page is full."""
TESTED = 5000
"""Leads that a page tests on what no index answers; those behind them are the next page's."""
AT_A_TIME = 250
UNSHOWN = ("reading__lines", "reading__flags", "reading__criteria", "reading__frameworks")
"""Columns of a reading that no list shows."""
MEANT = 200
"""How many leads a search may mean; whoever means more looks with filters."""
WARMTH = (Temperature.HOT, Temperature.WARM, Temperature.COOL)


@dataclass(frozen=True)
class Listed:
    """A page of leads with their readings, and the cursor of the next; empty on the last page."""

    leads: list[Lead]
    after: str
    tested: bool = False
    """Whether it is short of leads because it stopped looking, not because there are no more."""


def page(asked: Asked, now: datetime, *, after: str = "", limit: int = PAGE) -> Listed:
    """The leads of a page, each with its `reading` (None where it has none yet)."""
    sort = asked.sort if asked.sort != "order" or Reading.objects.exists() else "seen"
    found: list[Lead] = []
    few = _few(asked, now)
    leads = _filtered(asked, now, few, looked=True).select_related("reading", "company").defer(*UNSHOWN)
    if asked.tests:
        return _tested(asked, sort, leads, after, limit, walked=few is None)
    for step in _steps(sort, asked, opened(sort, after), walked=few is None):
        found += list(step(leads)[: limit + 1 - len(found)])
        if len(found) > limit:
            break
    more = len(found) > limit
    found = found[:limit]
    return Listed(found, closed(sort, found[-1]) if more else "")


def _tested(asked: Asked, sort: str, leads: QuerySet[Lead], after: str, limit: int, *, walked: bool) -> Listed:
    """A page of those that pass the tests, too: some are fetched in the order, tested, and so on."""
    tests, found, tested = asked.tests, list[Lead](), 0
    while tested < TESTED:
        # What follows a place is fetched anew, since the order may go on in another temperature.
        some: list[Lead] = []
        for step in _steps(sort, asked, opened(sort, after), walked=walked):
            some += list(step(leads)[: AT_A_TIME - len(some)])
            if len(some) == AT_A_TIME:
                break
        passed = tests.passed([lead.pk for lead in some])
        for lead in some:
            if lead.pk in passed:
                if len(found) == limit:
                    return Listed(found, closed(sort, found[-1]))
                found.append(lead)
        if len(some) < AT_A_TIME:
            return Listed(found, "")
        tested += len(some)
        after = closed(sort, some[-1])
    return Listed(found, after, tested=True)


def roots(asked: Asked, now: datetime, *, limit: int = MANY) -> list[int]:
    """The leads that filters let through, in their order: at most `limit` + 1. Raises TooFarError."""
    listed = page(asked, now, limit=limit + 1)
    if listed.tested:
        raise TooFarError
    return [lead.pk for lead in listed.leads]


class TooFarError(Exception):
    """More leads would have to be tested than a page tests."""


def count(asked: Asked, now: datetime) -> int | None:
    """How many there are, at most `MANY` + 1: counting stops there. None where each would have to be tested."""
    if asked.tests:
        return None
    few = _few(asked, now)
    return _filtered(asked, now, few, looked=few is not None)[: MANY + 1].count()


def _few(asked: Asked, now: datetime) -> list[int] | None:
    """The roots that one of the filters lets through, of the first whose are few; None where all let many through."""
    for name, rows in _alone(asked, now):
        found = list(rows.order_by()[: FEW + 1])
        if len(found) <= FEW or name == "q":
            return found
    return None


def _alone(asked: Asked, now: datetime) -> Iterator[tuple[str, QuerySet[Any]]]:
    """What each filter lets through by itself, along an index of its own."""
    if asked.q:
        yield "q", Lead.objects.filter(pk__in=[lead.pk for lead in search(asked.q, MEANT)]).values_list("pk", flat=True)
    if asked.owner:
        yield "owner", _owned(asked.owner)
    places = {name: value for name, value in (("country", asked.country.upper()), ("channel", asked.channel)) if value}
    if places:
        yield "places", Lead.objects.filter(**places).values_list("pk", flat=True)
    if asked.stage:
        yield "stage", Reading.objects.filter(stage=asked.stage).values_list("pk", flat=True)
    if asked.seen:
        yield "seen", Lead.objects.filter(last_seen_at__gte=_since(asked, now)).values_list("pk", flat=True)
    if asked.temperature:
        yield "temperature", Reading.objects.filter(temperature=asked.temperature).values_list("pk", flat=True)


def _owned(owner: str) -> QuerySet[Any]:
    held = Assignment.objects.filter(ended_at__isnull=True)
    held = held.filter(rep=int(owner)) if owner.isdecimal() else held.filter(rep__isnull=True)
    return held.values_list("lead", flat=True)


def _since(asked: Asked, now: datetime) -> datetime:
    return now - timedelta(days=SEEN[asked.seen])


class _Looked(Func):
    """A column that is looked at row by row: SQLite, which doesn't know that a page is soon full, is to keep the order
    of the index that it follows, and not to sort all that another index finds."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """With the sign that means nothing, and no index."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


def _filtered(asked: Asked, now: datetime, few: list[int] | None, *, looked: bool) -> QuerySet[Lead]:
    """The leads that the filters let through, in no order: one row a root, nobody without a way to be reached.

    `few` are the only ones that may be; `looked`: the filters are to choose among what is found without them.
    """
    leads = Lead.objects.filter(root=F("pk"), anonymous=False, erased_at__isnull=True)
    if few is not None:
        leads = leads.filter(pk__in=few)
    wanted = {
        "reading__temperature": asked.temperature,
        "reading__stage": asked.stage,
        "channel": asked.channel,
        "country": asked.country.upper(),
        "last_seen_at__gte": _since(asked, now) if asked.seen else "",
    }
    for name, value in wanted.items():
        if value:
            leads = _where(leads, name, value, looked=looked)
    if asked.grade:
        score, _, grade = asked.grade.partition(":")
        leads = leads.filter(**{f"reading__grades__{score}": grade}) if score.isidentifier() else leads.none()
    if asked.owner:
        leads = leads.filter(pk__in=_owned(asked.owner))
    return leads


def _where(leads: QuerySet[Lead], name: str, value: Any, *, looked: bool) -> QuerySet[Lead]:
    if not looked:
        return leads.filter(**{name: value})
    column, _, how = name.partition("__gte")
    alias = f"looked_{column}"
    return leads.alias(**{alias: _Looked(F(column))}).filter(**{alias + _ + how: value})


Step = Callable[[QuerySet[Lead]], QuerySet[Lead]]


def _steps(sort: str, asked: Asked, cursor: Keys, *, walked: bool) -> Iterator[Step]:
    """The queries whose results, one after the other, are the list from the cursor on; `walked`: along an index."""
    if sort == "new":
        yield lambda leads: _before(leads, ("pk",), cursor).order_by("-pk")
    elif sort == "seen":
        yield lambda leads: _before(leads, ("last_seen_at", "pk"), cursor).order_by("-last_seen_at", "-pk")
    else:
        begin = WARMTH.index(Temperature(str(cursor[0]))) if cursor else 0
        for place, temperature in enumerate(WARMTH[begin:]):
            if not asked.temperature or asked.temperature == temperature:
                yield _called(temperature, cursor[1:] if place == 0 else (), walked=walked)


def _called(temperature: str, cursor: Keys, *, walked: bool) -> Step:
    """The call order within a temperature: nearest to the next first, then the highest sum. An index has it so."""

    def step(leads: QuerySet[Lead]) -> QuerySet[Lead]:
        leads = _where(leads, "reading__temperature", temperature, looked=not walked)
        if cursor:
            missing, total, key = cursor
            leads = leads.filter(reading__missing_count__gte=missing).filter(
                Q(reading__missing_count__gt=missing)
                | Q(reading__total__lt=total)
                | Q(reading__total=total, reading__pk__gt=key)
            )
        return leads.order_by("reading__missing_count", "-reading__total", "reading__pk")

    return step


def _before(leads: QuerySet[Lead], names: tuple[str, ...], cursor: Keys) -> QuerySet[Lead]:
    if len(cursor) != len(names):
        return leads
    if len(names) == 1:
        return leads.filter(**{f"{names[0]}__lt": cursor[0]})
    first, second = names
    return leads.filter(**{f"{first}__lte": cursor[0]}).filter(
        Q(**{f"{first}__lt": cursor[0]}) | Q(**{f"{second}__lt": cursor[1]})
    )
