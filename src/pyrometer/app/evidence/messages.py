"""Messages made ready to be taken in: handles in one spelling; those that can't be kept as they are are told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.identity import HandlePair
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source

LONGEST_NAME = 120
"""Letters of the name of an event or a trait, and of a message id."""


@dataclass(frozen=True)
class Refused:
    """A message that can't be taken in, and why, in words."""

    once: str
    reason: str


@dataclass(frozen=True)
class Message:
    """A message with its handles normalised; it has one at least."""

    incoming: Incoming
    handles: tuple[HandlePair, ...]
    also: tuple[HandlePair, ...]


def read(incoming: Iterable[Incoming]) -> tuple[list[Message], tuple[Refused, ...]]:
    """The messages that can be taken in, and the others with what is wrong with them."""
    messages, refused = [], []
    for each in incoming:
        handles, problems = _normalised(each.handles)
        also, _ = _normalised(each.also)
        reason = _unfit(each)
        if reason is None and not handles:
            reason = "; ".join(problems) or "it names nobody: no email, phone, social name, user id or visitor id"
        if reason is None:
            messages.append(Message(each, handles, also))
        else:
            refused.append(Refused(each.once, reason[:400]))
    return messages, tuple(refused)


def _normalised(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[HandlePair, ...], list[str]]:
    """The handles that are some, and what is wrong with the others."""
    found, problems = [], []
    for kind, value in pairs:
        try:
            found.append((str(kind), normalise(str(kind), str(value), settings.REGION)))
        except BadHandleError as error:
            problems.append(str(error))
    return tuple(dict.fromkeys(found)), problems


def _unfit(each: Incoming) -> str | None:
    """Why a message can't be kept as it is; None where it can."""
    if not each.once:
        return "it has no id by which a repetition of it could be told"
    if each.source not in Source.values:
        return f"there is no source {each.source!r}; there are {', '.join(Source.values)}"
    if each.occurred_at.tzinfo is None or each.received_at.tzinfo is None:
        return "its times say no zone"
    for what, name in (("event", each.event), *(("trait", trait) for trait in each.traits)):
        if name is not None and not 0 < len(name) <= LONGEST_NAME:
            return f"the name of an {what} has 1 to {LONGEST_NAME} characters; {name[:40]!r} has {len(name)}"
    try:
        text = json.dumps([each.once, each.event, each.properties, each.traits, each.author], allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        return f"its properties or traits are no JSON: {error}"
    # Rare letters are looked at closely only where there may be some.
    if ("\\u0000" in text or "\\ud" in text) and _unstorable(json.loads(text)):
        return "it holds a NUL character, or half of a letter"
    return None


def _unstorable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return any(_unstorable(key) or _unstorable(each) for key, each in value.items())
    return isinstance(value, list) and any(map(_unstorable, value))
