"""Messages made ready to be taken in: handles in one spelling; those that can't be kept as they are are told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from pyrometer.app.evidence.bulk import Json
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.identity import HandlePair
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source

NOTHING = Json("{}")
SOURCES = frozenset(Source.values)
UNSTORABLE = "it holds a NUL character, or half of a letter"
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
    properties: Json = NOTHING
    """The event's, as JSON."""


def read(incoming: Iterable[Incoming]) -> tuple[list[Message], tuple[Refused, ...]]:
    """The messages that can be taken in, and the others with what is wrong with them."""
    messages, refused = [], []
    for each in incoming:
        handles, problems = _normalised(each.handles)
        also = _normalised(each.also)[0] if each.also else ()
        properties, reason = _told(each)
        if reason is None and not handles:
            reason = "; ".join(problems) or "it names nobody: no email, phone, social name, user id or visitor id"
        if reason is None:
            messages.append(Message(each, handles, also, properties))
        else:
            refused.append(Refused(each.once, reason[:400]))
    return messages, tuple(refused)


def _normalised(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[HandlePair, ...], list[str]]:
    """The handles that are some, and what is wrong with the others."""
    found, problems, region = [], [], settings.REGION
    for each in pairs:
        # A choice of an enumeration is a text, too, and as a key it is slow.
        kind, value = map(str, each)
        try:
            found.append((kind, normalise(kind, value, region)))
        except BadHandleError as error:
            problems.append(str(error))
    return tuple(dict.fromkeys(found)), problems


def _told(each: Incoming) -> tuple[Json, str | None]:
    """The properties of a message as JSON, and why it can't be kept as it is; None where it can."""
    reason = _unfit(each)
    if reason is not None:
        return NOTHING, reason
    try:
        properties = Json(json.dumps(dict(each.properties), allow_nan=False)) if each.properties else NOTHING
        rest = json.dumps(dict(each.traits), allow_nan=False) if each.traits else ""
    except (TypeError, ValueError, RecursionError) as error:
        return NOTHING, f"its properties or traits are no JSON: {error}"
    # Rare letters are looked at closely only where there may be some.
    for text in (properties, rest):
        if ("\\u0000" in text or "\\ud" in text) and _unstorable(json.loads(text)):
            return NOTHING, UNSTORABLE
    return properties, UNSTORABLE if _unstorable((each.once, each.event, each.author)) else None


def _unfit(each: Incoming) -> str | None:
    if not each.once:
        return "it has no id by which a repetition of it could be told"
    if each.source not in SOURCES:
        return f"there is no source {each.source!r}; there are {', '.join(Source.values)}"
    if each.occurred_at.tzinfo is None or each.received_at.tzinfo is None:
        return "its times say no zone"
    names = [("event", each.event)]
    if each.traits:
        names += [("trait", trait) for trait in each.traits]
    for what, name in names:
        if name is not None and not 0 < len(name) <= LONGEST_NAME:
            return f"the name of an {what} has 1 to {LONGEST_NAME} characters; {name[:40]!r} has {len(name)}"
    return None


def _unstorable(value: Any) -> bool:
    if isinstance(value, str):
        if value.isascii():
            return "\0" in value
        return "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return any(_unstorable(key) or _unstorable(each) for key, each in value.items())
    return isinstance(value, list | tuple) and any(map(_unstorable, value))
