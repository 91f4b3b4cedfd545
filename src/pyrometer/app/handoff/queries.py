"""What pages ask of hand-off: whom to call now, and what falls between the teams."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.handoff.models import Assignment, Attempt, Rep
from pyrometer.app.handoff.working import working_time
from pyrometer.app.temperature.models import Reading, Stage, Temperature, Transition
from pyrometer.lifecycle import WITH_SALES, business_minutes_between

ORDER = (Temperature.HOT, Temperature.WARM, Temperature.COOL)
INBOX = 200
"""Leads of an inbox that are looked at; whoever has more open needs colleagues, not a longer list."""
UNSHOWN = ("lead__reading__lines", "lead__reading__flags", "lead__reading__scores")
"""Columns of a reading that no list of calls shows; a reading has many, and reading them takes its time."""
NEWS = 2000
"""Events that news are counted from, at most."""
FOUND_AT_ONCE = 100


@dataclass(frozen=True)
class Clock:
    """Until when the next step is promised, and how many of the rep's business minutes are left."""

    due_at: datetime
    minutes: int
    """Negative: so many have passed since."""
    overdue: bool


@dataclass(frozen=True)
class News:
    """What happened to a lead since the rep last looked: changes of temperature or stage, and events by name."""

    transitions: tuple[Transition, ...] = ()
    events: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.transitions or self.events)


@dataclass(frozen=True)
class Call:
    """A lead to call: why, what is new, and how long there is."""

    assignment: Assignment
    lead: Lead
    reading: Reading | None
    at: datetime
    """When it was asked for."""
    attempts: int = 0
    news: News = News()
    """Empty for a lead that the rep hasn't seen yet: all of it is new."""

    @cached_property
    def clock(self) -> Clock | None:
        """What is left; counted for who looks at it, since business minutes take their time to count."""
        return clock_of(self.assignment, self.at)

    @property
    def overdue(self) -> bool:
        """Whether the promised moment has passed."""
        return _due(self.assignment, self.at)

    @property
    def unseen(self) -> bool:
        """Whether the rep hasn't looked at it yet."""
        return self.assignment.seen_at is None

    @property
    def strongest(self) -> Sequence[Mapping[str, Any]]:
        """The three strongest reasons, as {score, rule, points}."""
        return self.reading.strongest[:3] if self.reading else ()


@dataclass(frozen=True)
class Loose:
    """A lead that nobody has, or that nobody has tried to reach in time, and why."""

    lead: Lead
    reading: Reading | None
    assignment: Assignment | None
    because: str


def inbox(rep: Rep | None, now: datetime, *, shown: int = INBOX) -> list[Call]:
    """Whom a rep is to call, in order: hot first, then what is due first, then who is nearest to buying.

    Without a rep: whom all of them are to call. Behind the first that are `shown`, attempts and news are left out.
    """
    mine = Q(rep__isnull=False) if rep is None else Q(rep=rep)
    return _calls(_open().filter(mine, accepted_at__isnull=True), now, shown)


def working_on(rep: Rep, now: datetime, *, shown: int = INBOX) -> list[Call]:
    """The leads that a rep has accepted, in the same order."""
    return _calls(_open().filter(rep=rep, accepted_at__isnull=False), now, shown)


def _calls(found: QuerySet[Assignment], now: datetime, shown: int) -> list[Call]:
    rows = list(found.defer(*UNSHOWN).order_by("due_at", "pk")[:INBOX])
    calls = sorted((Call(row, row.lead, _reading(row.lead), now) for row in rows), key=_place)
    rows = [call.assignment for call in calls[:shown]]
    tried = dict(Attempt.objects.filter(assignment__in=rows).values_list("assignment").annotate(Count("pk")).order_by())
    news = news_since({row.lead_id: row.seen_at for row in rows if row.seen_at is not None})
    told = [
        replace(call, attempts=tried.get(call.assignment.pk, 0), news=news.get(call.lead.pk, News()))
        for call in calls[:shown]
    ]
    return told + calls[shown:]


def _place(call: Call) -> tuple[Any, ...]:
    reading, due = call.reading, call.assignment.due_at
    runs = due is not None and call.assignment.rep is not None
    return (
        ORDER.index(reading.temperature) if reading else len(ORDER),
        not runs,
        due if runs else call.assignment.at,
        reading.missing_count if reading else 0,
        -reading.total if reading else 0,
        call.assignment.pk,
    )


def clock_of(assignment: Assignment, now: datetime) -> Clock | None:
    """The clock of an assignment, in business minutes of its rep; None where none runs."""
    due, rep = assignment.due_at, assignment.rep
    if due is None or rep is None:
        return None
    working = working_time(rep, now)
    try:
        minutes = business_minutes_between(now, due, working.hours, working.zone, working.holidays)
    except ValueError:  # no working hours lie ahead
        minutes = int((due - now).total_seconds() // 60)
    return Clock(due, minutes, _due(assignment, now))


def _due(assignment: Assignment, now: datetime) -> bool:
    return assignment.due_at is not None and assignment.rep is not None and now > assignment.due_at


def news_since(seen: Mapping[int, datetime]) -> dict[int, News]:
    """What happened to leads since a moment of each, by root; two queries for any number of leads."""
    if not seen:
        return {}
    first = min(seen.values())
    turned: dict[int, list[Transition]] = defaultdict(list)
    for transition in Transition.objects.filter(lead__in=seen, at__gt=first).order_by("at", "pk")[:NEWS]:
        if transition.at > seen[transition.lead_id]:
            turned[transition.lead_id].append(transition)
    done: dict[int, Counter[str]] = defaultdict(Counter)
    events = Event.objects.filter(lead__root__in=seen, received_at__gt=first, bot="", retracted_at__isnull=True)
    for root, name, at in events.order_by("-pk").values_list("lead__root", "name", "received_at")[:NEWS]:
        if at > seen[root]:
            done[root][name] += 1
    return {
        root: News(tuple(turned[root]), tuple(sorted(done[root].items(), key=lambda item: (-item[1], item[0]))))
        for root in turned.keys() | done.keys()
    }


def nobody_owns(now: datetime, *, limit: int = FOUND_AT_ONCE) -> list[Loose]:
    """Leads that are for sales and in nobody's hands, hot ones first.

    In nobody's hands is also who is with a rep that left; and a hot lead that wasn't handed over for whatever reason,
    unless it was decided: put aside until a date, parked, or a customer.
    """
    left = Q(rep__isnull=True) | Q(rep__active=False) | Q(rep__user__is_active=False)
    held = _open().filter(left).defer(*UNSHOWN).order_by(_warmest("lead__reading__temperature"), "at", "pk")
    found = [
        Loose(row.lead, _reading(row.lead), row, row.because if row.rep is None else "the rep left")
        for row in held[:limit]
    ]
    for reading in _unassigned(max(limit - len(found), 0)):
        because = "sales has it, but no rep" if reading.stage in WITH_SALES else "it is hot and wasn't handed over"
        found.append(Loose(reading.lead, reading, None, because))
    return sorted(found, key=lambda loose: loose.reading is None or loose.reading.temperature != Temperature.HOT)


def _unassigned(limit: int) -> list[Reading]:
    """Readings of leads that should be in somebody's hands and aren't, warmer ones first.

    Two queries, since each follows an index of its own; together they would read all readings.
    """
    held = Assignment.objects.filter(ended_at__isnull=True, lead=OuterRef("pk"))
    free = Reading.objects.filter(~Exists(held), lead__root=F("lead"), lead__erased_at__isnull=True)
    free = free.select_related("lead__company").defer("lines", "flags", "criteria", "frameworks")
    decided = Q(stage__in=[*WITH_SALES, Stage.CUSTOMER, Stage.UNQUALIFIED])
    put_aside = Q(stage=Stage.RECYCLED, lead__standing__recycle_on__isnull=False)
    hot = free.filter(~decided, ~put_aside, temperature=Temperature.HOT, lead__anonymous=False)
    found = [
        *free.filter(stage__in=list(WITH_SALES)).order_by(_warmest("temperature"), "-total", "pk")[:limit],
        *hot.order_by("missing_count", "-total", "pk")[:limit],
    ]
    return sorted(found, key=lambda row: (ORDER.index(Temperature(row.temperature)), -row.total, row.pk))[:limit]


def untouched(now: datetime, *, limit: int = FOUND_AT_ONCE) -> list[Loose]:
    """Leads that a rep has, and hasn't tried to reach in time; the longest overdue first."""
    late = _open().filter(rep__isnull=False, accepted_at__isnull=True, responded_at__isnull=True, due_at__lt=now)
    return [
        Loose(row.lead, _reading(row.lead), row, "nobody has tried to reach it")
        for row in late.order_by("due_at", "pk")[:limit]
    ]


def owner(root: int) -> Assignment | None:
    """The open assignment of a lead, with its rep."""
    return _open().filter(lead=root).first()


def _warmest(field: str) -> Case:
    """Sorts by temperature, hot first."""
    places = [When(**{field: temperature}, then=Value(place)) for place, temperature in enumerate(ORDER)]
    return Case(*places, default=Value(len(ORDER)), output_field=IntegerField())


def _open() -> QuerySet[Assignment]:
    return Assignment.objects.filter(ended_at__isnull=True).select_related(
        "lead__reading", "lead__company", "rep__user", "rep__team"
    )


def _reading(lead: Lead) -> Reading | None:
    return getattr(lead, "reading", None)
