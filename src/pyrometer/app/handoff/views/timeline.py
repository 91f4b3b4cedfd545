"""Everything that happened to a lead, latest first: what it did and said, how it was read, what sales did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from pyrometer.app.consent.models import Consent
from pyrometer.app.evidence.models import Event, Merge, Source, TraitChange
from pyrometer.app.handoff.models import Assignment, Attempt, Verdict
from pyrometer.app.people.queries import names_of
from pyrometer.app.temperature.models import Transition

PAGE = 40
OURS = frozenset(map(str, (Source.MAIL, Source.SURVEY, Source.INFERENCE)))
"""Where events come from that Pyrometer itself writes down."""
UNTOLD = frozenset({"mail", "delivered_at", "step", "channel", "method", "proxy"})
"""What these say is for programs: the token of a mail, when it was sent, the id of a step, how it was opened."""
Place = tuple[datetime, str, int]
"""When, of which kind, which row: no two things share it, so a page ends nowhere in doubt."""


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `kind` says what `row` is: event, said, transition, attempt, verdict …"""

    at: datetime
    kind: str
    row: Any

    @property
    def place(self) -> Place:
        """Where it stands in the order."""
        return (self.at, self.kind, self.row.pk)


@dataclass(frozen=True)
class Entry:
    """A line of the page: a moment, or several of one kind on one day: the pages of a visit, the answers of a call."""

    moments: tuple[Moment, ...]

    @property
    def first(self) -> Moment:
        """The latest of them, which is shown."""
        return self.moments[0]

    @property
    def origin(self) -> Any:
        """The row of answers that says where they came from: what was concluded beside them doesn't."""
        return next((moment.row for moment in self.moments if not _concluded(moment)), self.first.row)

    @property
    def properties(self) -> list[str]:
        """What is worth saying of events: values of their properties, each once; what only programs read isn't."""
        rows = [moment.row for moment in self.moments]
        # In the order of their names: PostgreSQL keeps none.
        values = [
            value
            for row in rows
            for name, value in sorted(row.properties.items())
            if row.source not in OURS or name not in UNTOLD
        ]
        texts = [str(value).replace("_", " ") for value in values if isinstance(value, str) and value]
        return list(dict.fromkeys(texts))[:4]


@dataclass(frozen=True)
class Timeline:
    """A page of it, by day; `before` is the cursor of the next page, empty on the last."""

    days: list[tuple[date, list[Entry]]]
    before: str


SOURCES = (
    ("event", Event, "lead__root", "occurred_at"),
    ("said", TraitChange, "lead__root", "occurred_at"),
    ("transition", Transition, "lead__root", "at"),
    ("assignment", Assignment, "lead__root", "at"),
    ("attempt", Attempt, "assignment__lead__root", "at"),
    ("verdict", Verdict, "assignment__lead__root", "at"),
    ("consent", Consent, "lead__root", "at"),
    ("merge", Merge, "winner__root", "at"),
)
WITH = {
    "assignment": ("rep__user",),
    "attempt": ("by",),
    "verdict": ("by",),
    "consent": ("purpose",),
    "merge": ("loser",),
}


def timeline(root: int, *, before: str = "", limit: int = PAGE) -> Timeline:
    """What happened to a root and its members before a cursor."""
    start = opened(before)
    found: list[Moment] = []
    for kind, model, owner, when in SOURCES:
        rows: QuerySet[Any] = model._default_manager.filter(**{owner: root}).select_related(*WITH.get(kind, ()))
        if start:
            rows = rows.filter(_earlier(kind, when, start))
        found += [Moment(getattr(row, when), kind, row) for row in rows.order_by(f"-{when}", "-pk")[: limit + 1]]
    found.sort(key=lambda moment: moment.place, reverse=True)
    page = found[:limit]
    name_authors(moment.row for moment in page if moment.kind == "said")
    return Timeline(_days(page), closed(page[-1].place) if len(found) > limit else "")


def name_authors(answers: Iterable[TraitChange]) -> None:
    """Who answered is known by address; people who work here are shown by name, as everywhere."""
    said = [row for row in answers if row.author]
    names = names_of({row.author for row in said})
    for row in said:
        row.author = names.get(row.author, row.author)


def _earlier(kind: str, when: str, start: Place) -> Q:
    """Rows of a kind that stand behind a place."""
    at, of, key = start
    if kind < of:
        return Q(**{f"{when}__lte": at})
    if kind > of:
        return Q(**{f"{when}__lt": at})
    return Q(**{f"{when}__lte": at}) & (Q(**{f"{when}__lt": at}) | Q(pk__lt=key))


def _days(moments: Iterable[Moment]) -> list[tuple[date, list[Entry]]]:
    return [
        (day, list(_entries(of_day)))
        for day, of_day in groupby(moments, key=lambda moment: timezone.localtime(moment.at).date())
    ]


def _entries(moments: Iterable[Moment]) -> Iterator[Entry]:
    moments = list(moments)
    # What was concluded from a message stands with what the message said.
    said = {each.row.message_id: each.row for each in moments if each.kind == "said" and not _concluded(each)}
    for _, alike in groupby(moments, key=lambda moment: _alike(moment, said)):
        yield Entry(tuple(alike))


def _concluded(moment: Moment) -> bool:
    return moment.row.source == Source.INFERENCE.value


def _alike(moment: Moment, said: Mapping[str, Any]) -> tuple[Any, ...]:
    """What must agree for moments to share a line: events of a name do, and answers that came in together."""
    row = moment.row
    if moment.kind == "event":
        return (row.name, row.bot, row.retracted_at, row.source)
    if moment.kind == "said":
        of = said.get(row.message_id, row)
        # A file brings many rows; of a call or a form all answers have one time.
        together = None if of.source == Source.IMPORT.value else moment.at
        return (moment.kind, of.source, of.author, row.retracted_at, together)
    return moment.place


def closed(place: Place) -> str:
    """A place as a word for an address."""
    at, kind, key = place
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{kind}-{key}"


def opened(word: str) -> Place | None:
    """The place that a word means; None where it isn't one of ours.

    >>> opened(closed((datetime(2026, 6, 1, tzinfo=UTC), "event", 7)))
    (datetime.datetime(2026, 6, 1, 0, 0, tzinfo=datetime.timezone.utc), 'event', 7)
    >>> opened("yesterday")
    """
    when, _, rest = word.partition("-")
    kind, _, key = rest.partition("-")
    try:
        at = datetime.strptime(when, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
        return (at, kind, int(key))
    except ValueError:
        return None
