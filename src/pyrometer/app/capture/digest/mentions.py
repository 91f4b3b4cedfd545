"""What still waits, or couldn't be digested, and speaks of a lead: it is erased and exported with the lead."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote, unquote_plus

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from pyrometer.app.capture.likely import Likely
from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.evidence.forgetting import Whom, awaited
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.models import Handle

Handles = Collection[tuple[str, str]]

LETTERS = "letters"
"""What dead letters are called among the places that are looked through after an erasure."""
LONG = 6
"""Letters of an id that is looked for within texts; shorter ones stand in texts that have nothing to do with it."""
_BETWEEN = re.compile(r"[\s<>\"'()\[\]{},;:=&?/\\\\|]+")
_NUMBER = re.compile(r"\+?\d[\d\s()./-]{5,20}\d")


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove what waits and names one of some handles. The caller has the transaction of the erasure open."""
    if not handles:
        return
    waiting = Accepted.objects.order_by("pk")
    if connection.features.has_select_for_update:
        waiting = waiting.select_for_update(of=("self",), no_key=True)
    for row in waiting.iterator():
        _forget_in(row, handles)


def _forget_in(row: Accepted, handles: Handles) -> None:
    try:
        whole = json.loads(bytes(row.body))
        messages = whole["batch"]
        kept = [message for message in messages if not mentions(message, handles)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if len(kept) == len(messages):
        return
    if not kept:
        row.delete()
        return
    # A worker that has read the row already loses it, and reads what is left.
    row.body = json.dumps({**whole, "batch": kept}, separators=(",", ":")).encode()
    row.messages, row.claimed_until = len(kept), None
    row.save(update_fields=["body", "messages", "claimed_until"])


def tell(leads: Sequence[int]) -> list[dict[str, Any]]:
    """The dead letters that name some leads, for an export."""
    handles = list(Handle.objects.filter(lead__in=leads).values_list("kind", "value"))
    return [
        {"received_at": letter.received_at.isoformat(), "reason": letter.reason, "message": letter.body}
        for letter in among(DeadLetter.objects.order_by("pk").iterator(500) if handles else (), handles)
    ]


def naming(letters: QuerySet[DeadLetter], whom: Whom) -> list[int]:
    """The keys of the letters among some that name an erased lead."""
    return [letter.pk for letter in among(letters.iterator(), whom.handles)] if whom.handles else []


def is_to_go(letter: DeadLetter) -> bool:
    """Whether a letter names somebody who was erased, and only hasn't been come to yet."""
    return any(any(among([letter], whom.handles)) for whom in awaited(LETTERS, letter.pk) if whom.handles)


def among(letters: Iterable[DeadLetter], handles: Handles) -> Iterator[DeadLetter]:
    """Those of some dead letters that name one of some handles, be it within an address or a sentence."""
    likely = Likely(handles)
    for letter in letters:
        text = " ".join(_texts(letter.body))
        if likely.among(unquote(text)) and mentions(letter.body, handles, within=True):
            yield letter


def mentions(message: object, handles: Handles, *, within: bool = False) -> bool:
    """Whether a message holds a handle anywhere, in whatever spelling; `within`: as a part of a text as well.

    >>> mentions({"context": {"traits": {"email": "Ada@Acme.example"}}}, [("email", "ada@acme.example")])
    True
    >>> mentions({"url": "https://a.example/?to=Ada%40acme.example"}, [("email", "ada@acme.example")], within=True)
    True
    >>> mentions({"text": "for nada@acme.example."}, [("email", "ada@acme.example")], within=True)
    False
    """
    kinds = {kind for kind, _ in handles}
    wanted = set(handles)
    for text in _texts(message):
        if any(_is(kind, text, wanted) for kind in kinds):
            return True
        if within and any(_is(kind, part, wanted) for part in _parts(text) for kind in kinds):
            return True
    return False


def _is(kind: str, text: str, wanted: set[tuple[str, str]]) -> bool:
    try:
        return (kind, normalise(kind, text, settings.REGION)) in wanted
    except BadHandleError:
        return False


def _parts(text: str) -> set[str]:
    """Parts of a text that may be a handle."""
    spelled = {text, unquote(text), unquote_plus(text)}
    words = {word.strip(".") for each in spelled for word in (*each.split(), *_BETWEEN.split(each))}
    numbers = {number for each in spelled for number in _NUMBER.findall(each)}
    return {word for word in words if "@" in word or len(word) >= LONG} | numbers


def _texts(message: object) -> Iterator[str]:
    waiting = [message]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str):
            yield value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value)
