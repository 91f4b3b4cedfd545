"""What became of what a programme sent, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyrometer.app.nurture.models import Programme, Results


@dataclass(frozen=True)
class AtStep:
    """What went out at a step, and what became of it; the rest of `sent` arrived, as far as anybody knows."""

    sent: int = 0
    bounced: int = 0
    opened: int = 0
    clicked: int = 0
    skipped: int = 0

    @property
    def arrived(self) -> int:
        """How many didn't come back."""
        return max(0, self.sent - self.bounced)


@dataclass(frozen=True)
class Shown:
    """By step, and from when to when it was counted."""

    steps: dict[str, AtStep] = field(default_factory=dict)
    at: datetime | None = None
    since: datetime | None = None


def of(programme: Programme) -> Shown:
    """The last count; nothing where none was made yet."""
    row = Results.objects.filter(pk=programme.pk).first()
    if row is None:
        return Shown()
    return Shown({step: AtStep(**_known(counts)) for step, counts in row.steps.items()}, row.at, row.since)


def _known(counts: dict[str, Any]) -> dict[str, int]:
    return {name: int(counts.get(name, 0)) for name in ("sent", "bounced", "opened", "clicked", "skipped")}
