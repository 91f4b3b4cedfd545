"""What is asked of evidence: rows to score, a lead's timeline, and who somebody means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from pyrometer.app.evidence.finding import by_handle, meant, search
from pyrometer.app.evidence.models import Event, Handle, HandleKind, Lead, Merge, TraitChange
from pyrometer.app.evidence.withholding import ANSWER, EVENT, agreed
from pyrometer.errors import UsageError

__all__ = ["Entry", "Rows", "by_handle", "deciders", "meant", "profile", "rows_of", "said", "search", "timeline"]


@dataclass(frozen=True)
class Rows:
    """Evidence as `pyrometer.live.LiveScorer.readings` takes it; `lead_id` is the root's, as a text."""

    leads: list[dict[str, Any]]
    events: list[dict[str, Any]]
    traits: list[dict[str, Any]]


def rows_of(roots: Sequence[int]) -> Rows:
    """The evidence of some roots and all that share them, one query each.

    What machines did, what was taken back, what no consent lets count, and leads that were erased are left out; ids
    that are no roots are, too.
    """
    leads = Lead.objects.filter(pk__in=roots, root=F("pk"), erased_at__isnull=True).order_by("pk")
    known = [lead for (lead,) in leads.values_list("pk")]
    events = Event.objects.filter(lead__root__in=known, bot="", retracted_at__isnull=True)
    answers = TraitChange.objects.filter(lead__root__in=known, retracted_at__isnull=True)
    names = ("lead__root_id", "occurred_at", "received_at", "message_id", "source")
    refusals = agreed().refusals(known)
    return Rows(
        leads=[{"lead_id": str(lead)} for lead in known],
        events=[
            {
                **properties,
                "lead_id": str(root),
                "event": name,
                "occurred_at": occurred,
                "received_at": received,
                "message_id": message,
            }
            for root, occurred, received, message, source, name, properties in events.values_list(
                *names, "name", "properties"
            )
            if not refusals.withhold(root, EVENT, name, source)
        ],
        traits=[
            {
                "lead_id": str(root),
                "trait": trait,
                "value": said(value),
                "source": source,
                "author": author,
                "occurred_at": occurred,
                "received_at": received,
            }
            for root, occurred, received, _, source, trait, value, author in answers.order_by("pk").values_list(
                *names, "trait", "value", "author"
            )
            if not refusals.withhold(root, ANSWER, trait, source)
        ],
    )


def said(value: Any) -> Any:
    """The name of a thing that came with its details (a company with its size); anything else as it is."""
    return value.get("name") if isinstance(value, dict) and "name" in value else value


@dataclass(frozen=True)
class Entry:
    """A line of a timeline: an event (`name`, its properties), an answer (`name` is the trait), or a merge.

    `cursor` continues after it. `bot` is why it is taken for a machine's.
    """

    kind: str
    id: int
    lead: int
    at: datetime
    received_at: datetime
    name: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    source: str = ""
    author: str = ""
    bot: str = ""
    retracted_at: datetime | None = None

    @property
    def cursor(self) -> str:
        """Where `timeline` goes on."""
        return f"{self.at.isoformat()}~{_RANKS[self.kind]}~{self.id}"


_RANKS = {"event": 2, "answer": 1, "merge": 0}


def timeline(root: int, limit: int = 50, before: str | None = None) -> list[Entry]:
    """What is known of a root and all that share it, latest first; `before` is the `cursor` of the last entry seen.

    Raises UsageError for a cursor that isn't one.
    """
    members = list(Lead.objects.filter(root=root).values_list("pk", flat=True))
    events = Event.objects.filter(lead__in=members)
    answers = TraitChange.objects.filter(lead__in=members)
    merges = Merge.objects.filter(Q(winner__in=members) | Q(loser__in=members))
    found = [
        *map(_event, _page(events, "event", "occurred_at", limit, before)),
        *map(_answer, _page(answers, "answer", "occurred_at", limit, before)),
        *map(_merge, _page(merges, "merge", "at", limit, before)),
    ]
    return sorted(found, key=lambda entry: (entry.at, _RANKS[entry.kind], entry.id), reverse=True)[:limit]


def _page(rows: QuerySet[Any], kind: str, time: str, limit: int, before: str | None) -> Iterator[Any]:
    if before is not None:
        try:
            at, rank, last = before.split("~")
            moment, place, pk = datetime.fromisoformat(at), int(rank), int(last)
        except ValueError:
            raise UsageError("the timeline can't go on from there; open it again") from None
        mine = _RANKS[kind]
        rows = rows.filter(**{f"{time}__lte": moment})
        if mine > place:
            rows = rows.exclude(**{time: moment})
        elif mine == place:
            rows = rows.exclude(**{time: moment, "pk__gte": pk})
    return rows.order_by(f"-{time}", "-pk")[:limit].iterator()


def _event(row: Event) -> Entry:
    return Entry(
        kind="event",
        id=row.pk,
        lead=row.lead_id,
        at=row.occurred_at,
        received_at=row.received_at,
        name=row.name,
        detail=row.properties,
        source=row.source,
        bot=row.bot,
        retracted_at=row.retracted_at,
    )


def _answer(row: TraitChange) -> Entry:
    return Entry(
        kind="answer",
        id=row.pk,
        lead=row.lead_id,
        at=row.occurred_at,
        received_at=row.received_at,
        name=row.trait,
        value=row.value,
        source=row.source,
        author=row.author,
        retracted_at=row.retracted_at,
    )


def _merge(row: Merge) -> Entry:
    return Entry(
        kind="merge",
        id=row.pk,
        lead=row.winner_id,
        at=row.at,
        received_at=row.at,
        name=row.reason,
        detail={"winner": row.winner_id, "loser": row.loser_id},
        author=row.actor,
        retracted_at=row.undone_at,
    )


def profile(root: int) -> dict[str, TraitChange]:
    """The answer that counts for each trait of a root: the one that happened last."""
    answers = TraitChange.objects.filter(lead__root=root, retracted_at__isnull=True)
    return {answer.trait: answer for answer in answers.order_by("occurred_at", "received_at", "pk")}


def deciders(root: int, limit: int = 20) -> list[Lead]:
    """The other leads of a root's company, those seen last first."""
    company = Lead.objects.filter(pk=root).values_list("company_id", flat=True).first()
    if company is None:
        return []
    others = Lead.objects.filter(company=company, root=F("pk"), erased_at__isnull=True).exclude(pk=root)
    return list(others.order_by("-last_seen_at")[:limit])


_BEST = (HandleKind.EMAIL, HandleKind.USER, HandleKind.PHONE, HandleKind.SOCIAL, HandleKind.ANONYMOUS)


def best_handle(lead: int) -> tuple[str, str] | None:
    """By what a lead is known (kind, value): by a handle of its own, else of those that it is one with.

    None where it was erased.
    """
    root = Lead.objects.filter(pk=lead, erased_at__isnull=True).values_list("root_id", flat=True).first()
    if root is None:
        return None
    found = Handle.objects.filter(lead__root=root).values_list("lead_id", "kind", "value")[:100]
    best = min(found, key=lambda each: (each[0] != lead, _BEST.index(HandleKind(each[1])), each[2]), default=None)
    return (best[1], best[2]) if best else None
