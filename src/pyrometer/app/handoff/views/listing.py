"""All leads by filters, in pages: quick with a million, since every step follows an index and counts stop early."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.queries import search
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views.cursors import Keys, closed, opened
from pyrometer.app.temperature.models import Reading, Stage, Temperature

PAGE = 50
MANY = 10_000
"""Nobody reads further than this; beyond it a number is "more than"."""
MEANT = 200
"""How many leads a search may mean; whoever means more looks with filters."""
WARMTH = (Temperature.HOT, Temperature.WARM, Temperature.COOL)
SEEN = {"1": 1, "7": 7, "30": 30, "90": 90}
"""Last seen within so many days."""
SORTS = ("order", "seen", "new")


@dataclass(frozen=True)
class Asked:
    """What a list was asked for; all of it text, as it stands in an address."""

    q: str = ""
    temperature: str = ""
    stage: str = ""
    grade: str = ""
    channel: str = ""
    owner: str = ""
    country: str = ""
    seen: str = ""
    sort: str = "order"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """From an address; what makes no sense is left out."""
        asked = {each.name: given.get(each.name, "").strip()[:120].replace("\x00", "") for each in fields(cls)}
        allowed: dict[str, Sequence[str]] = {
            "temperature": Temperature.values, "stage": Stage.values, "seen": list(SEEN), "sort": SORTS
        }  # fmt: skip
        for name, values in allowed.items():
            if asked[name] not in values:
                asked[name] = "order" if name == "sort" else ""
        return cls(**asked)

    @property
    def filtered(self) -> bool:
        """Whether anything but the order was asked for."""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "sort")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What was asked for, for the hidden fields of a form."""
        return [(each.name, getattr(self, each.name)) for each in fields(self) if getattr(self, each.name)]


@dataclass(frozen=True)
class Listed:
    """A page of leads with their readings, and the cursor of the next; empty on the last page."""

    leads: list[Lead]
    after: str


def page(asked: Asked, now: datetime, *, after: str = "", limit: int = PAGE) -> Listed:
    """The leads of a page, each with its `reading` (None where it has none yet)."""
    sort = asked.sort if asked.sort != "order" or Reading.objects.exists() else "seen"
    found: list[Lead] = []
    for step in _steps(sort, asked, opened(sort, after)):
        found += list(step(filtered(asked, now))[: limit + 1 - len(found)])
        if len(found) > limit:
            break
    more = len(found) > limit
    found = found[:limit]
    return Listed(found, closed(sort, found[-1]) if more else "")


def count(asked: Asked, now: datetime) -> int:
    """How many there are, at most `MANY` + 1: counting stops there."""
    return filtered(asked, now).order_by()[: MANY + 1].count()


def filtered(asked: Asked, now: datetime) -> QuerySet[Lead]:
    """The leads that the filters let through, in no order: one row a root, nobody without a way to be reached."""
    leads = Lead.objects.filter(root=F("pk"), anonymous=False, erased_at__isnull=True).select_related(
        "reading", "company"
    )
    if asked.q:
        leads = leads.filter(pk__in=[found.pk for found in search(asked.q, limit=MEANT)])
    if asked.temperature:
        leads = leads.filter(reading__temperature=asked.temperature)
    if asked.stage:
        leads = leads.filter(reading__stage=asked.stage)
    if asked.grade:
        score, _, grade = asked.grade.partition(":")
        leads = leads.filter(**{f"reading__grades__{score}": grade}) if score.isidentifier() else leads.none()
    if asked.channel:
        leads = leads.filter(channel=asked.channel)
    if asked.country:
        leads = leads.filter(country=asked.country.upper())
    if asked.seen:
        leads = leads.filter(last_seen_at__gte=now - timedelta(days=SEEN[asked.seen]))
    if asked.owner == "nobody":
        leads = leads.filter(pk__in=Assignment.objects.filter(ended_at__isnull=True, rep__isnull=True).values("lead"))
    elif asked.owner.isdigit():
        owned = Assignment.objects.filter(ended_at__isnull=True, rep=int(asked.owner))
        leads = leads.filter(pk__in=owned.values("lead"))
    return leads


Step = Callable[[QuerySet[Lead]], QuerySet[Lead]]


def _steps(sort: str, asked: Asked, cursor: Keys) -> Iterator[Step]:
    """The queries whose results, one after the other, are the list from the cursor on."""
    if sort == "new":
        yield lambda leads: _before(leads, ("pk",), cursor).order_by("-pk")
    elif sort == "seen":
        yield lambda leads: _before(leads, ("last_seen_at", "pk"), cursor).order_by("-last_seen_at", "-pk")
    else:
        begin = WARMTH.index(Temperature(str(cursor[0]))) if cursor else 0
        for place, temperature in enumerate(WARMTH[begin:]):
            if not asked.temperature or asked.temperature == temperature:
                yield _called(temperature, cursor[1:] if place == 0 else ())


def _called(temperature: str, cursor: Keys) -> Step:
    """The call order within a temperature: nearest to the next first, then the highest sum. An index has it so."""

    def step(leads: QuerySet[Lead]) -> QuerySet[Lead]:
        leads = leads.filter(reading__temperature=temperature)
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
