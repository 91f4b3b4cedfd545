"""What hand-off knew of leads that were erased.

Assignments, attempts, verdicts, outcomes and standings go with the lead, in the erasure's own transaction: they point
at it. Here is what doesn't.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.evidence.models import Lead, TraitChange
from pyrometer.app.handoff.models import Assignment, Outcome, Segment, Standing
from pyrometer.app.people.models import AuditEntry

BATCH = 500
TYPED = ("q", "value", "value2", "value3")
"""Filters that hold what somebody typed."""


def forget_searches(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Take what says who a lead was out of the searches that the audit log and saved segments hold."""
    whom = _Whom.of(leads, handles)
    entries = AuditEntry.objects.filter(action="leads.exported", detail__has_key="filters")
    for pk, detail in entries.values_list("pk", "detail").iterator():
        filters = whom.without(detail["filters"])
        if filters != detail["filters"]:
            AuditEntry.objects.filter(pk=pk).update(detail=detail | {"filters": filters})
    for segment in Segment.objects.all():
        filters = whom.without(segment.filters)
        if filters != segment.filters:
            segment.filters = filters
            segment.save(update_fields=["filters"])


@dataclass(frozen=True)
class _Whom:
    """What says who leads are: names and handles, the words of names, and what only they answered; in small letters."""

    names: frozenset[str]
    words: frozenset[str]
    own: frozenset[str]

    @classmethod
    def of(cls, leads: Sequence[int], handles: Sequence[tuple[str, str]]) -> _Whom:
        known = list(Lead.objects.filter(pk__in=leads).values_list("name", "email", "phone"))
        texts = [text for row in known for text in row] + [value for _, value in handles]
        words = [word for name, _, _ in known for word in name.split()]
        return cls(_small(texts), _small(words), _small(_own_answers(leads)))

    def without(self, filters: Mapping[str, Any]) -> dict[str, Any]:
        """Filters without those that say it."""
        return {name: value for name, value in filters.items() if name not in TYPED or not self._told(name, str(value))}

    def _told(self, name: str, typed: str) -> bool:
        typed = typed.strip().lower()
        # A search finds by the beginnings of words, so a part of a name is enough to tell there.
        part = name == "q" and len(typed) > 2 and any(typed in each for each in self.names)
        said = any(each in typed for each in self.names) or not self.words.isdisjoint(typed.split())
        return part or said or typed in self.own


def _small(texts: Iterable[str]) -> frozenset[str]:
    """Texts in small letters, without those that are too short to say anything."""
    return frozenset(text.strip().lower() for text in texts if len(text.strip()) > 2)


def _own_answers(leads: Sequence[int]) -> Iterator[str]:
    """What these leads, and nobody else, answered to what the definition calls personal."""
    version = live()
    if version is None:
        return
    personal = [name for name, trait in definition_of(version).profile.items() if trait.personal]
    answers = TraitChange.objects.filter(lead__in=leads, trait__in=personal)
    for trait, value in {each for each in answers.values_list("trait", "value") if isinstance(each[1], str)}:
        if not TraitChange.objects.filter(trait=trait, value=value).exclude(lead__in=leads).exists():
            yield value


@transaction.atomic
def forget(now: datetime) -> int:
    """The job `handoff.erased`: drop what was on its way to leads while they were erased; how many rows."""
    done = 0
    for model in (Assignment, Outcome, Standing):
        gone = model.objects.filter(lead__erased_at__isnull=False)
        done += gone.filter(pk__in=list(gone.values_list("pk", flat=True)[:BATCH])).delete()[0]
    return done
