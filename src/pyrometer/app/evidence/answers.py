"""Answers that say what was said before on the same day: they are kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyrometer.app.evidence.identity import Known
from pyrometer.app.evidence.messages import Message
from pyrometer.app.evidence.models import TraitChange


@dataclass(frozen=True)
class Said:
    """An answer: when it was given, what it says, and by whom."""

    at: datetime
    value: Any
    source: str
    author: str

    def repeats(self, before: Said) -> bool:
        """Whether it says what the answer before said on the same day: sites send a visitor's traits with every page.

        Days are the smallest step of time, so nothing that is scored depends on it.
        """
        same = (self.value, type(self.value), self.source, self.author)
        return (
            self.at >= before.at
            and self.at.astimezone(UTC).date() == before.at.astimezone(UTC).date()
            and same == (before.value, type(before.value), before.source, before.author)
        )


def of_the_day(messages: Sequence[Message], leads: Sequence[Known]) -> dict[tuple[int, str], Said]:
    """The latest answers that what messages say may only repeat, by root and trait."""
    saying = [(each.incoming, lead) for each, lead in zip(messages, leads, strict=True) if each.incoming.traits]
    if not saying:
        return {}
    start = (
        min(each.occurred_at for each, _ in saying).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    rows = TraitChange.objects.filter(
        lead__root__in={lead.root.id for _, lead in saying},
        trait__in={trait for each, _ in saying for trait in each.traits},
        occurred_at__gte=start,
        retracted_at__isnull=True,
    )
    found = {}
    rows = rows.order_by("occurred_at", "received_at", "pk")
    for root, trait, *said in rows.values_list("lead__root_id", "trait", "occurred_at", "value", "source", "author"):
        found[root, trait] = Said(*said)
    return found
