"""When evidence counted: from what leads said to the purposes, and what these were, at each moment.

So that any past score can be made again, nothing of this is ever changed: stances and editions are only added.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pyrometer.app.consent.coverage import Purposes
from pyrometer.app.consent.models import Edition, Kept, Purpose, Stance
from pyrometer.app.consent.queries import words_of
from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.withholding import Span

Said = Mapping[str, bool]
Moment = tuple[datetime | None, Purposes, Said]
"""From when on which purposes were in force, and what a lead said to them; None: since ever."""


def settle(roots: Collection[int], now: datetime) -> set[int]:
    """Write down what some roots say to the purposes, where it is another thing than before; whose that was.

    The caller has the transaction open in which consents or merges changed.
    """
    members = dict(Lead.objects.filter(root__in=roots).values_list("pk", "root_id"))
    words = words_of(set(members.values()))
    before: dict[int, tuple[datetime, Said]] = {}
    rows = Stance.objects.filter(lead__in=members).order_by("at", "pk")
    for lead, at, said in rows.values_list("lead_id", "at", "said"):
        before[lead] = (at, said)
    new = []
    for lead, root in members.items():
        said = {slug: word.given for slug, word in sorted(words.get(root or 0, {}).items())}
        at, former = before.get(lead, (now, {}))
        if said != former:
            new.append(Stance(lead_id=lead, at=max(at, now), said=said))
    Stance.objects.bulk_create(new)
    return {members[each.lead_id] or 0 for each in new}


def spans_of(leads: Collection[int]) -> Callable[[int, str, str, str], Sequence[Span]]:
    """When evidence of some leads counts, by lead, kind, name and source."""
    epochs = _epochs()
    said: dict[int, list[tuple[datetime, Said]]] = {}
    rows = Stance.objects.filter(lead__in=leads).order_by("at", "pk")
    for lead, at, words in rows.values_list("lead_id", "at", "said"):
        said.setdefault(lead, []).append((at, words))
    moments = {lead: _moments(epochs, stances) for lead, stances in said.items()}
    silent = _moments(epochs, ())
    known: dict[tuple[int, str, str, str], tuple[Span, ...]] = {}

    def of(lead: int, kind: str, name: str, source: str) -> Sequence[Span]:
        key = (lead if lead in moments else 0, kind, name, source)
        if key not in known:
            known[key] = _spans(moments.get(lead, silent), kind, name, source)
        return known[key]

    return of


def _epochs() -> list[tuple[datetime | None, Purposes]]:
    """The purposes that were in force, by the moment from which on they were; the first since ever."""
    now = {purpose.pk: purpose for purpose in Purpose.objects.order_by("position", "slug")}
    editions: dict[datetime | None, list[Edition]] = {None: []}
    dated = set()
    for edition in Edition.objects.order_by("at", "number"):
        editions.setdefault(edition.at, []).append(edition)
        dated.add(edition.purpose_id)
    # Without editions a purpose has always been what it is.
    kept: dict[int, Kept] = {pk: purpose for pk, purpose in now.items() if pk not in dated}
    found = []
    for at in sorted(editions, key=lambda each: (each is not None, each)):
        kept |= {edition.purpose_id: edition for edition in editions[at]}
        found.append((at, Purposes.of({now[pk].slug: kept[pk] for pk in now if pk in kept})))
    return found


def _moments(
    epochs: Sequence[tuple[datetime | None, Purposes]], stances: Sequence[tuple[datetime, Said]]
) -> list[Moment]:
    """What was in force and what a lead said, by the moment from which on both were so."""
    changes: list[tuple[datetime | None, Any]] = [*epochs, *stances]
    (first, *later) = sorted(changes, key=lambda each: (each[0] is not None, each[0]))
    purposes, said = first[1], {}
    found: list[Moment] = [(None, purposes, said)]
    for at, change in later:
        purposes, said = (change, said) if isinstance(change, Purposes) else (purposes, change)
        found.append((at, purposes, said))
    return found


def _spans(moments: Sequence[Moment], kind: str, name: str, source: str) -> tuple[Span, ...]:
    found: list[Span] = []
    since: datetime | None = None
    counting = False
    for at, purposes, said in moments:
        slug = purposes.coverage.purpose_of(kind, name, source)
        allowed = purposes.allow(slug, said.get(slug))
        if allowed and not counting:
            since = at
        elif counting and not allowed and at != since:
            found.append((since, at))
        counting = allowed
    return (*found, (since, None)) if counting else tuple(found)
