"""Where leads stand in a list: found along an index that answers filters and order together, before any is loaded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, Func, Model, Q, QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import StrIndex

from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.queries import meant
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.asked import SEEN, Asked
from pyrometer.app.handoff.views.cursors import Keys, keys
from pyrometer.app.handoff.views.sizes import cheapest
from pyrometer.app.temperature.models import WARMTH, Reading, Temperature, graded

OWNED = 2_000
"""Where an owner has no more, they are named one by one; else each lead is looked at for who owns it."""
EVER = datetime.max.replace(tzinfo=UTC)
LEAST = 20
"""Places that are looked for at once, at least."""
MEANT = 200
"""How many leads a search may mean; whoever means more looks with filters."""
Rows = TypeVar("Rows", bound=Model)


class Place(NamedTuple):
    """A lead with all that lists sort by; one that was never read stands behind the others."""

    pk: int
    last_seen_at: datetime
    temperature: str = ""
    missing_count: int = 0
    total: int = 0


@dataclass(frozen=True)
class Finding:
    """How the places of a list are found."""

    sort: str
    find: Callable[[Keys, int], list[Place]]
    """The first so many places behind a cursor."""
    count: Callable[[Place, int], int]
    """How many there are, so many at most, given the first of them."""


def finding(asked: Asked, now: datetime) -> Finding:
    """Among those of a search, of all readings, or, without a definition, of leads that nobody can read."""
    if asked.q:
        return _searched(asked, now)
    return _unread(asked, now) if agreed.live() is None else _read(asked, now)


def _read(asked: Asked, now: datetime) -> Finding:
    """Along the indexes of readings. Where one filter is followed, the others are looked at row by row."""
    ordered = asked.sort == "order"
    wanted = _wanted(asked, now)
    rows = Reading.objects.filter(anonymous=False)
    owned = list(_owned(asked.owner)[: OWNED + 1]) if asked.owner else []
    if asked.owner:
        rows = rows.filter(pk__in=owned if len(owned) <= OWNED else _owned(asked.owner))
    followed = "pk__in" if asked.owner and len(owned) <= OWNED else cheapest(asked.sort, wanted, now)
    warmth = [wanted.pop("temperature")] if ordered and asked.temperature else WARMTH
    # Whoever was seen last comes first along an index that ends where nobody was seen lately enough.
    along = followed or ("last_seen_at__gte" if asked.sort == "seen" else "")
    for name, value in wanted.items():
        rows = _where(rows, name, value, looked=name != along)
    rows = _graded(rows, asked.grade) if asked.grade else rows

    def steps(cursor: Keys) -> Iterator[QuerySet[Reading]]:
        if not ordered:
            yield _latest(rows, asked.sort, cursor, sorted_anew=bool(followed))
            return
        for temperature in warmth[list(warmth).index(cursor[0]) if cursor and cursor[0] in warmth else 0 :]:
            begun = cursor[1:] if cursor and cursor[0] == temperature else ()
            some = _where(rows, "temperature", temperature, looked=followed in ("pk__in", "last_seen_at__gte"))
            yield from _called(some, begun)

    def next_ones(cursor: Keys, limit: int) -> list[Place]:
        found: list[Place] = []
        for step in steps(cursor):
            found += _places(step, limit - len(found))
            if len(found) == limit:
                break
        return found

    def find(cursor: Keys, limit: int) -> list[Place]:
        found: list[Place] = []
        while True:
            wanted = max(limit - len(found), LEAST)
            some = next_ones(cursor, wanted)
            gone = _gone(some)
            found += [place for place in some if place.pk not in gone]
            if len(found) >= limit or len(some) < wanted:
                return found[:limit]
            cursor = keys(asked.sort, some[-1])

    def count(first: Place, limit: int) -> int:
        found = 0
        # Whatever is warmer than the first was looked through when it was found.
        for step in steps((first.temperature,) if ordered else ()):
            found += step.order_by()[: limit - found].count()
            if found == limit:
                break
        return found

    return Finding(asked.sort, find, count)


def _unread(asked: Asked, now: datetime) -> Finding:
    """Without a definition there are leads, and no temperatures: those seen last first."""
    leads = Lead.objects.filter(root=F("pk"), anonymous=False, erased_at__isnull=True)
    for name, value in _wanted(asked, now).items():
        leads = _where(leads, _of_lead(name), value, looked=True)
    if asked.grade:
        leads = leads.none()
    if asked.owner:
        leads = leads.filter(pk__in=_owned(asked.owner))
    sort = "new" if asked.sort == "new" else "seen"

    def find(cursor: Keys, limit: int) -> list[Place]:
        rows = _latest(leads, sort, cursor, sorted_anew=False).values_list("pk", "last_seen_at")
        return [Place(*row) for row in rows[:limit]]

    return Finding(sort, find, lambda _, limit: leads[:limit].count())


def _searched(asked: Asked, now: datetime) -> Finding:
    """Of the few that a search means; those that weren't read yet among them."""
    leads = Lead.objects.filter(pk__in=meant(asked.q, MEANT), root=F("pk"), anonymous=False, erased_at__isnull=True)
    for name, value in _wanted(asked, now).items():
        leads = leads.filter(**{_of_lead(name): value})
    if asked.grade:
        score, _, grade = asked.grade.partition(":")
        leads = leads.alias(grade=KeyTransform(score, "reading__grades")).filter(grade=grade)
    if asked.owner:
        leads = leads.filter(pk__in=_owned(asked.owner))
    names = ("pk", "last_seen_at", "reading__temperature", "reading__missing_count", "reading__total")
    key = partial(_key, asked.sort)
    found = sorted((_place(*row) for row in leads.values_list(*names)), key=key)

    def find(cursor: Keys, limit: int) -> list[Place]:
        behind = found[bisect_right(found, key(_shown(asked.sort, cursor)), key=key) :] if cursor else found
        return behind[:limit]

    return Finding(asked.sort, find, lambda _, limit: min(len(found), limit))


def _key(sort: str, place: Place) -> tuple[Any, ...]:
    if sort == "new":
        return (-place.pk,)
    if sort == "seen":
        return (-place.last_seen_at.timestamp(), -place.pk)
    warmth = WARMTH.index(Temperature(place.temperature)) if place.temperature else len(WARMTH)
    return (warmth, place.missing_count, -place.total, place.pk)


def _shown(sort: str, cursor: Keys) -> Place:
    """The place that a cursor was made of, as far as the order goes by it."""
    if sort == "new":
        return Place(int(cursor[0]), EVER)
    if sort == "seen":
        return Place(int(cursor[1]), datetime.fromisoformat(str(cursor[0])))
    temperature, missing, total, pk = cursor
    return Place(int(pk), EVER, str(temperature), int(missing), int(total))


def _place(pk: int, last_seen_at: datetime, temperature: str | None, missing: int | None, total: int | None) -> Place:
    return Place(pk, last_seen_at, temperature or "", missing or 0, total or 0)


def _gone(places: Sequence[Place]) -> set[int]:
    """Those of some leads that were merged into others or erased since they were read: others take their places."""
    leads = Lead.objects.filter(pk__in=[place.pk for place in places])
    return set(leads.filter(~Q(root=F("pk")) | Q(erased_at__isnull=False)).values_list("pk", flat=True))


def _places(rows: QuerySet[Reading], limit: int) -> list[Place]:
    names = ("pk", "last_seen_at", "temperature", "missing_count", "total")
    return [Place(*row) for row in rows.values_list(*names)[:limit]]


def _wanted(asked: Asked, now: datetime) -> dict[str, Any]:
    """What columns have to be, by look-ups of a reading."""
    wanted = {
        "country": asked.country.upper(),
        "channel": asked.channel,
        "stage": asked.stage,
        "last_seen_at__gte": now - timedelta(days=SEEN[asked.seen]) if asked.seen else "",
        "temperature": asked.temperature,
    }
    return {name: value for name, value in wanted.items() if value}


def _of_lead(name: str) -> str:
    """The look-up, asked of the lead."""
    return f"reading__{name}" if name in ("stage", "temperature") else name


def _owned(owner: str) -> QuerySet[Any]:
    held = Assignment.objects.filter(ended_at__isnull=True)
    held = held.filter(rep=int(owner)) if owner.isdecimal() else held.filter(rep__isnull=True)
    return held.values_list("lead", flat=True)


def _graded(rows: QuerySet[Reading], grade: str) -> QuerySet[Reading]:
    """Those with a grade, `fit:A`; the index tells, unless the definition has more grades than there is room for."""
    score, _, wanted = grade.partition(":")
    most = {name: max(of, key=lambda each: len(each.encode())) for name, of in _grades().items()}
    if graded(most):
        return rows.alias(at=StrIndex("graded", Value(graded({score: wanted})))).filter(at__gt=0)
    return rows.alias(grade=KeyTransform(score, "grades")).filter(grade=wanted)


def _grades() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for score, grade in agreed.grades(agreed.live()):
        found.setdefault(score, []).append(grade)
    return found


class _Looked(Func):
    """A column that is looked at row by row: SQLite, which doesn't know that a page is soon full, is to keep the order
    of the index that it follows, and not to sort all that another index finds."""

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """With the sign that means nothing, and no index."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **more)


def _where(rows: QuerySet[Rows], name: str, value: Any, *, looked: bool) -> QuerySet[Rows]:
    if not looked:
        return rows.filter(**{name: value})
    column, _, how = name.partition("__gte")
    alias = f"looked_{column}"
    return rows.alias(**{alias: _Looked(F(column))}).filter(**{alias + _ + how: value})


def _called(rows: QuerySet[Reading], begun: Sequence[Any]) -> Iterator[QuerySet[Reading]]:
    """The call order within a temperature, behind a place: nearest to the next first, then the highest sum.

    Behind a place it is three queries, each of which an index begins with; one with "or" in it would look at all that
    is as near.
    """
    rows = rows.order_by("missing_count", "-total", "pk")
    if not begun:
        yield rows
        return
    missing, total, key = begun
    yield rows.filter(missing_count=missing, total=total, pk__gt=key)
    yield rows.filter(missing_count=missing, total__lt=total)
    yield rows.filter(missing_count__gt=missing)


def _latest(rows: QuerySet[Rows], sort: str, cursor: Keys, *, sorted_anew: bool) -> QuerySet[Rows]:
    """The last ones first, behind a place; along an index that has them so, or `sorted_anew` where a filter's is
    followed."""
    names = ("pk",) if sort == "new" else ("last_seen_at", "pk")
    rows = rows.alias(**{f"by_{name}": _Looked(F(name)) if sorted_anew else F(name) for name in names})
    if sort == "new" and cursor:
        rows = rows.filter(by_pk__lt=cursor[0])
    elif cursor:
        rows = rows.filter(by_last_seen_at__lte=cursor[0])
        rows = rows.filter(Q(by_last_seen_at__lt=cursor[0]) | Q(by_pk__lt=cursor[1]))
    return rows.order_by(*(f"-by_{name}" for name in names))
