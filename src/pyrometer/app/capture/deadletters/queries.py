"""The dead letters, newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pyrometer.app.capture.models import DeadLetter

PAGE = 25
MANY = 10_000
SHOWN = 20_000
"""Letters of a body that the page shows."""


@dataclass(frozen=True)
class Shown:
    """A dead letter as the page shows it."""

    letter: DeadLetter
    kind: str
    text: str


@dataclass(frozen=True)
class Page:
    """Some dead letters, and from where on there are older ones."""

    letters: list[Shown]
    older: int | None


def page(before: int | None = None, limit: int = PAGE) -> Page:
    """The newest dead letters, or those older than one."""
    found = DeadLetter.objects.select_related("key").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: limit + 1])
    return Page([shown(row) for row in rows[:limit]], rows[limit - 1].pk if len(rows) > limit else None)


def shown(letter: DeadLetter) -> Shown:
    """A dead letter with its message as text."""
    body = letter.body
    kind = body.get("type") if isinstance(body, dict) else None
    event = body.get("event") if isinstance(body, dict) else None
    names = [name[:60] for name in (kind, event) if isinstance(name, str)]
    text = json.dumps(body, ensure_ascii=False, indent=2)
    return Shown(letter, ": ".join(names), text if len(text) <= SHOWN else text[:SHOWN] + "…")


def how_many() -> tuple[int, bool]:
    """How many there are, counted up to a bound; whether there are more."""
    found = DeadLetter.objects.values_list("pk")[: MANY + 1].count()
    return min(found, MANY), found > MANY
