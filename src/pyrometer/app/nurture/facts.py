"""What decisions are made from, gathered for many leads with a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Max

from pyrometer import nurture
from pyrometer.app.consent.queries import agreements, wishes
from pyrometer.app.delivery import addresses
from pyrometer.app.delivery.models import Suppression
from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.evidence.queries import said
from pyrometer.app.evidence.withholding import ANSWER, agreed
from pyrometer.app.handoff.models import Standing
from pyrometer.app.nurture import zones
from pyrometer.app.nurture.answering import answer
from pyrometer.app.nurture.keeping import home, terms
from pyrometer.app.nurture.models import Act, Enrolment, Version
from pyrometer.app.nurture.texts import programme
from pyrometer.app.temperature.models import Reading

REPLIED = "email_replied"
A_WEEK = timedelta(days=7)
MANY = 1000
MAILS = (Act.Kind.SENT, Act.Kind.ASKED)
"""What counts against the caps."""

Result = TypeVar("Result")


class Unanswered(dict[str, Any]):
    """Answers that are looked up as they are asked for: a first time nothing is known, and it is noted what was."""

    def __init__(self) -> None:
        super().__init__()
        self.missed = False

    def __missing__(self, key: str) -> None:
        self.missed = True


@dataclass
class Known:
    """A root as it stands: what decisions look at, where it can be written to, and what it was in before."""

    root: int
    email: str
    facts: nurture.Facts
    answers: Unanswered
    asks_next: Unanswered
    history: list[nurture.Past]
    mails: int = 0
    """How many mails of programmes it ever got: by that it is told whether another worker sent one meanwhile."""


@dataclass
class Gathered:
    """Some roots as they stand at a time, and which lead belongs to which; those erased meanwhile are left out."""

    now: datetime
    known: dict[int, Known]
    root_of: Mapping[int, int]
    needs: nurture.Needs = field(default_factory=nurture.Needs)

    def decided(self, roots: Iterable[int], decide: Callable[[Known], Result]) -> dict[int, Result]:
        """What a pure decision says of each root. Evidence is looked at for those alone whose decision asks for it."""
        found, open_ = {}, []
        for root in roots:
            known = self.known[root]
            known.answers.missed = known.asks_next.missed = False
            result = decide(known)
            if known.answers.missed or known.asks_next.missed:
                open_.append(root)
            else:
                found[root] = result
        for start in range(0, len(open_), MANY):
            some = open_[start : start + MANY]
            for root, said_of in answer(self.needs, some, self.now).items():
                self.known[root].answers.update(said_of.answers)
                self.known[root].asks_next.update(said_of.asks_next)
            found |= {root: decide(self.known[root]) for root in some}
        return found


def gather(leads: Collection[int], needs: nurture.Needs, purposes: Collection[str], now: datetime) -> Gathered:
    """What is known of the roots of some leads, as decisions about programmes take it.

    `needs` is what any of the decisions may ask for, `purposes` are those that their mails are for.
    """
    root_of = dict(Lead.objects.filter(pk__in=leads, root__erased_at__isnull=True).values_list("pk", "root"))
    roots = set(root_of.values())
    return Gathered(now, _Gathering(roots, needs, purposes, now).known(), root_of, needs)


@dataclass
class _Mailed:
    """The mails of programmes that a root ever got: when the last one went, how many, and each content's last."""

    last: datetime
    number: int = 0
    sent: dict[str, datetime] = field(default_factory=dict)


class _Gathering:
    """A few queries for all of them, by what they are about."""

    def __init__(self, roots: Collection[int], needs: nurture.Needs, purposes: Collection[str], now: datetime) -> None:
        self.roots, self.needs, self.purposes, self.now = roots, needs, purposes, now
        self.members = dict(Lead.objects.filter(root__in=roots).values_list("pk", "root"))

    def known(self) -> dict[int, Known]:
        leads = list(Lead.objects.filter(pk__in=self.roots).values_list("pk", "email", "country", "anonymous"))
        readings = {pk: (temperature, stage) for pk, temperature, stage in Reading.objects.filter(
            pk__in=self.roots).values_list("pk", "temperature", "stage")}  # fmt: skip
        traits = self._traits({*zones.TRAITS, *self.needs.dates})
        days = self._recycle_days()
        suppressed = _suppressed({pk: email for pk, email, _, _ in leads if email})
        consent, replied = agreements(self.roots, self.purposes), self._replied()
        mailed, lately = self._mailed(), self._lately()
        wanted = wishes(self.roots, {root: each.last for root, each in mailed.items()}, self.now)
        history, otherwise = self._history(), home(terms())
        found = {}
        for root, email, country, _ in leads:
            temperature, stage = readings.get(root, (None, "lead"))
            answers, asks_next, mine = Unanswered(), Unanswered(), traits.get(root, {})
            facts = nurture.Facts(
                temperature=temperature,
                stage=stage,
                answers=answers,
                dates=self._dates(mine, days.get(root)),
                asks_next=asks_next,
                consent=consent.get(root, {}) if email else {},
                zone=zones.zone_of(mine, country, otherwise),
                mails=lately.get(root, []),
                sent=mailed[root].sent if root in mailed else {},
                programmes=nurture.standings(history.get(root, ())),
                replied_at=replied.get(root),
                suppressed=root in suppressed,
                mail_from=wanted.get(root),
            )
            number = mailed[root].number if root in mailed else 0
            found[root] = Known(root, email, facts, answers, asks_next, history.get(root, []), number)
        return found

    def _traits(self, names: Collection[str]) -> dict[int, dict[str, Any]]:
        """The answers that count, of some traits, by root."""
        rows = TraitChange.objects.filter(lead__in=self.members, trait__in=names, retracted_at__isnull=True)
        rows = rows.order_by("occurred_at", "received_at", "pk")
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        answers = list(rows.values_list("lead", "trait", "value", "source"))
        refusals = agreed().refusals({self.members[lead] for lead, *_ in answers})
        for lead, trait, value, source in answers:
            root = self.members[lead]
            if not refusals.withhold(root, ANSWER, trait, source):
                found[root][trait] = said(value)
        return found

    def _dates(self, traits: Mapping[str, Any], recycle_on: date | None) -> dict[str, date | None]:
        return {name: recycle_on if name == nurture.RECYCLE_ON else _day(traits.get(name)) for name in self.needs.dates}

    def _recycle_days(self) -> dict[int, date]:
        if nurture.RECYCLE_ON not in self.needs.dates:
            return {}
        standing = Standing.objects.filter(pk__in=self.roots, recycle_on__isnull=False)
        return dict(standing.values_list("pk", "recycle_on"))

    def _replied(self) -> dict[int, datetime]:
        rows = Event.objects.filter(
            name=REPLIED, lead__in=self.members, bot="", retracted_at__isnull=True, occurred_at__lte=self.now
        )
        found: dict[int, datetime] = {}
        for lead, at in rows.values_list("lead").annotate(Max("occurred_at")).order_by():
            root = self.members[lead]
            found[root] = max(at, found.get(root, at))
        return found

    def _mailed(self) -> dict[int, _Mailed]:
        """The mails of programmes that roots ever got; the database sums up, since in years there may be hundreds."""
        rows = Act.objects.filter(lead__in=self.members, kind__in=MAILS).values_list("lead", "kind", "what")
        found: dict[int, _Mailed] = {}
        for lead, kind, what, last, number in rows.annotate(Max("at"), Count("pk")).order_by():
            each = found.setdefault(self.members[lead], _Mailed(last))
            each.last, each.number = max(each.last, last), each.number + number
            if kind == Act.Kind.SENT:
                each.sent[what] = max(last, each.sent.get(what, last))
        return found

    def _lately(self) -> dict[int, list[datetime]]:
        """When mails of programmes went out within a week, in order: that is what caps look at."""
        found: dict[int, list[datetime]] = defaultdict(list)
        rows = Act.objects.filter(lead__in=self.members, kind__in=MAILS, at__gt=self.now - A_WEEK)
        for lead, at in rows.order_by("at").values_list("lead", "at"):
            found[self.members[lead]].append(at)
        return found

    def _history(self) -> dict[int, list[nurture.Past]]:
        found: dict[int, list[nurture.Past]] = defaultdict(list)
        rows = Enrolment.objects.filter(lead__in=self.members).values_list(
            "lead", "programme__key", "entered_at", "ended_at", "standing", "version"
        )
        rows = list(rows)
        alone = alone_of({version for *_, version in rows})
        for lead, key, entered_at, ended_at, standing, version in rows:
            past = nurture.Past(key, entered_at, ended_at, nurture.Standing(standing), alone[version])
            found[self.members[lead]].append(past)
        return found


def alone_of(versions: Collection[int]) -> dict[int, bool]:
    """Of some versions, by their key, whether they want a lead alone. A text is fetched once, whoever is in it."""
    rows = Version.objects.filter(pk__in=versions).values_list("pk", "text")
    return {pk: programme(text).enter.alone for pk, text in rows}


def _suppressed(emails: Mapping[int, str]) -> set[int]:
    """The roots whose address gets no mail."""
    if not Suppression.objects.exists():
        return set()
    of: dict[str, list[int]] = defaultdict(list)
    for root, email in emails.items():
        for digest in addresses.digests(email):
            of[digest].append(root)
    found = Suppression.objects.filter(digest__in=list(of)).values_list("digest", flat=True)
    return {root for digest in found for root in of[digest]}


def _day(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
