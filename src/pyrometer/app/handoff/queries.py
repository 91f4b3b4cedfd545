"""What pages ask of hand-off: whom to call now, in which order, and how long there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, F, Q

from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.handoff.choices import holding
from pyrometer.app.handoff.loose import Loose, nobody_owns, owner, unowned, untouched
from pyrometer.app.handoff.models import Assignment, Attempt, Rep
from pyrometer.app.handoff.working import working_time
from pyrometer.app.temperature.models import WARMTH, Reading, Temperature, Transition
from pyrometer.lifecycle import business_minutes_between

__all__ = [
    "Call", "Calls", "Clock", "Loose", "News", "clock_of", "nobody_owns", "owner", "to_call", "unowned",
    "untouched", "worked_on",
]  # fmt: skip

INBOX = 200
"""Leads of an inbox that are looked at; whoever has more open needs colleagues, not a longer list."""
SHOWN = (
    "lead", "rep", "at", "due_at", "seen_at", "accepted_at",
    *(f"lead__{name}" for name in (
        "name", "email", "phone", "language", "company", "company_name", "created_at", "last_seen_at",
        "company__name", "company__domain",
        "reading__temperature", "reading__strongest", "reading__criteria", "reading__frameworks",
        "reading__fingerprint", "reading__as_of", "reading__missing_count", "reading__total",
    )),
)  # fmt: skip
"""Columns that lists of calls show; a lead and its reading have many more, and reading them takes its time."""
NEWS = 2000
"""Events that news are counted from, at most."""


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
        return _passed(promised(self.assignment.rep_id, self.assignment.due_at), self.at)

    @property
    def unseen(self) -> bool:
        """Whether the rep hasn't looked at it yet."""
        return self.assignment.seen_at is None

    @property
    def strongest(self) -> Sequence[Mapping[str, Any]]:
        """The three strongest reasons, as {score, rule, points}."""
        return self.reading.strongest[:3] if self.reading else ()


class Rank(NamedTuple):
    """What decides where a call stands in the order, and what is counted of those that aren't shown."""

    key: int
    rep: int | None
    due_at: datetime | None
    at: datetime
    temperature: str | None
    missing: int | None
    total: int | None

    @property
    def order(self) -> tuple[Any, ...]:
        """Hot first, then what is due first, then who is nearest to buying."""
        due = promised(self.rep, self.due_at)
        return (
            WARMTH.index(Temperature(self.temperature)) if self.temperature else len(WARMTH),
            due is None,
            due or self.at,
            self.missing or 0,
            -(self.total or 0),
            self.key,
        )


RANKED = (
    "pk", "rep", "due_at", "at", "lead__reading__temperature", "lead__reading__missing_count", "lead__reading__total"
)  # fmt: skip


@dataclass(frozen=True)
class Calls:
    """Some calls in their order: those that are shown, and how many there are of all that were looked at."""

    shown: list[Call]
    number: int
    hot: int
    overdue: int

    @property
    def behind(self) -> int:
        """How many aren't shown."""
        return self.number - len(self.shown)


def to_call(rep: Rep | None, now: datetime, *, shown: int = INBOX) -> Calls:
    """Whom a rep is to call, in order: hot first, then what is due first, then who is nearest to buying.

    Without a rep: whom all of them are to call.
    """
    return _calls(Q(accepted_at__isnull=True), rep, now, shown)


def worked_on(rep: Rep, now: datetime, *, shown: int = INBOX) -> Calls:
    """The leads that a rep has accepted, in the same order."""
    return _calls(Q(accepted_at__isnull=False), rep, now, shown)


def _calls(which: Q, rep: Rep | None, now: datetime, shown: int) -> Calls:
    """Sorted by the few columns that decide; the rest is read of what is shown."""
    mine = Q(rep__isnull=False) if rep is None else Q(rep=rep)
    found = Assignment.objects.filter(mine, which, ended_at__isnull=True)
    # Databases disagree where to put those for whom no clock runs.
    found = found.order_by(F("due_at").asc(nulls_last=True), "pk")
    ranks = sorted(map(Rank._make, found.values_list(*RANKED)[:INBOX]), key=lambda rank: rank.order)
    return Calls(
        shown=_read(ranks[:shown], rep, now),
        number=len(ranks),
        hot=sum(rank.temperature == Temperature.HOT for rank in ranks),
        overdue=sum(_passed(promised(rank.rep, rank.due_at), now) for rank in ranks),
    )


def _read(ranks: Sequence[Rank], rep: Rep | None, now: datetime) -> list[Call]:
    keys = [rank.key for rank in ranks]
    if not keys:
        return []
    held = Assignment.objects.select_related("lead__reading", "lead__company").only(*SHOWN).in_bulk(keys)
    # Many calls share a rep: each is read once.
    reps = {rep.pk: rep} if rep else holding({rank.rep for rank in ranks})
    for row in held.values():
        row.rep = reps.get(row.rep_id)
    tried = dict(Attempt.objects.filter(assignment__in=keys).values_list("assignment").annotate(Count("pk")).order_by())
    news = news_since({row.lead_id: row.seen_at for row in held.values() if row.seen_at is not None})
    return [
        Call(
            assignment=row,
            lead=row.lead,
            reading=getattr(row.lead, "reading", None),
            at=now,
            attempts=tried.get(row.pk, 0),
            news=news.get(row.lead_id, News()),
        )
        for row in (held[key] for key in keys if key in held)
    ]


def promised(rep: int | None, due_at: datetime | None) -> datetime | None:
    """The moment that a clock runs to; None where none runs: nobody has the lead, or nothing is promised."""
    return due_at if rep is not None else None


def _passed(due: datetime | None, now: datetime) -> bool:
    return due is not None and now > due


def clock_of(assignment: Assignment, now: datetime) -> Clock | None:
    """The clock of an assignment, in business minutes of its rep; None where none runs."""
    due, rep = promised(assignment.rep_id, assignment.due_at), assignment.rep
    if due is None or rep is None:
        return None
    working = working_time(rep, now)
    try:
        minutes = business_minutes_between(now, due, working.hours, working.zone, working.holidays)
    except ValueError:  # no working hours lie ahead
        minutes = int((due - now).total_seconds() // 60)
    return Clock(due, minutes, _passed(due, now))


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
