"""Small programmes and facts to decide with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pyrometer.nurture import Facts, Needs, Place, Programme, begin, entry_needs, needs

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
"""Ten in the morning in Berlin."""
EMAIL = {"email": True}


def programme(steps: list[Any], **parts: Any) -> Programme:
    """A programme of some steps; all its mails are for `email`."""
    whole = {
        "format": "1",
        "programme": "made",
        "name": "Made",
        "purpose": "email",
        "enter": {"when": {"temperature": ["cool", "warm"]}},
        "steps": steps,
    }
    return Programme.model_validate(_texts({**whole, **parts}))


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(item) for item in value]
    return value if isinstance(value, str) or value is None else str(value).lower()


def known(asked: Needs, answer: bool | None = False, **facts: Any) -> Facts:
    """Facts that answer all that is asked alike; in Berlin, with a yes to mails."""
    given = {
        "temperature": "cool",
        "consent": EMAIL,
        "zone": BERLIN,
        "answers": {question.key: answer for question in asked.questions},
        "dates": dict.fromkeys(asked.dates),
        "asks_next": dict.fromkeys(asked.frameworks),
    }
    return Facts(**{**given, **facts})


def at(made: Programme, step: str, since: datetime = MONDAY) -> Place:
    """A place at a step, of somebody who entered ten days before."""
    return Place(made.version, step, since, since - timedelta(days=10), since)


def all_needs(made: Programme) -> Needs:
    """What any step of a programme needs."""
    found = entry_needs(made)
    for step in made.flow.nodes:
        found |= made.flow.needs(step)
    return found | needs(made, begin(made, MONDAY))
