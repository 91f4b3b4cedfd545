"""What people enter by hand: a phone call, and the people they met somewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source
from pyrometer.app.people.audit import Actor, record

MOST_PEOPLE = 500

_EMAIL = re.compile(r"[^\s<>,;\t|\"]+@[^\s<>,;\t|\"]+")
_PHONE = re.compile(r"(?:\+|00|\(?0)[\d\s()/.-]{5,}\d")
_BETWEEN = re.compile(r"[,;\t|]")


class BadEntryError(ValueError):
    """Something that can't be taken; `problems` says what is wrong with which field or line, for people."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Met:
    """One of a list: by which handles, and what else the line says."""

    handles: tuple[tuple[str, str], ...]
    traits: Mapping[str, str]


def met(text: str, region: str | None = None) -> list[Met]:
    """The people of a list, one a line: an email or phone, and a name and a company if they are known.

    Raises BadEntryError with a problem for each line that names nobody.

    >>> met("Ada Lovelace <ada@acme.example>, Acme")[0].traits
    {'name': 'Ada Lovelace', 'company': 'Acme'}
    >>> met("ada@acme.example\\n\\nbob@acme.example; Bob")[1].handles
    (('email', 'bob@acme.example'),)
    """
    found, problems = [], {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_person(line, region))
        except BadHandleError as error:
            problems[str(number)] = _("Line %(number)d: %(reason)s") % {"number": number, "reason": error}
    if not found and not problems:
        problems["people"] = _("Write at least one line.")
    if len(found) > MOST_PEOPLE:
        problems["people"] = _("More than %d lines: import them as a file.") % MOST_PEOPLE
    if problems:
        raise BadEntryError(problems)
    return found


def _person(line: str, region: str | None) -> Met:
    handles = []
    rest = line
    for kind, pattern in (("email", _EMAIL), ("phone", _PHONE)):
        if match := pattern.search(rest):
            handles.append((kind, normalise(kind, match[0], region)))
            rest = rest[: match.start()] + "," + rest[match.end() :]
    if not handles:
        raise BadHandleError(_("neither an email nor a phone number stands in it"))
    pieces = [piece.strip(' <>"()') for piece in _BETWEEN.split(rest)]
    names = [piece for piece in pieces if piece]
    return Met(tuple(handles), dict(zip(("name", "company"), names, strict=False)))


def met_at(
    *, actor: Actor, people: Sequence[Met], event: str, title: str, at: datetime, once: str, now: datetime
) -> int:
    """Record that people were met at an event; returns how many of them are new."""
    incoming = [
        Incoming(
            once=f"hand:{once}:{number}",
            occurred_at=at,
            received_at=now,
            source=Source.HAND,
            handles=person.handles,
            event=event,
            properties={"event": title} if title else {},
            traits=person.traits,
            author=actor.name,
        )
        for number, person in enumerate(people)
    ]
    with transaction.atomic():
        taken = take(incoming=incoming, now=now)
        detail = {"event": event, "title": title, "people": len(incoming)}
        if taken.lead_of:
            record(actor=actor, action="hand.met", subject=f"hand:{once}", at=now, detail=detail)
    return len(taken.created)


def called(
    *,
    actor: Actor,
    handles: Sequence[tuple[str, str]],
    event: str,
    properties: Mapping[str, Any],
    traits: Mapping[str, Any],
    at: datetime,
    once: str,
    now: datetime,
) -> int | None:
    """Record a phone call with the answers that were given; returns the lead, None where it was recorded before."""
    message = Incoming(
        once=f"call:{once}",
        occurred_at=at,
        received_at=now,
        source=Source.CALL,
        handles=tuple(handles),
        event=event,
        properties=properties,
        traits=traits,
        author=actor.name,
    )
    with transaction.atomic():
        taken = take(incoming=[message], now=now)
        if taken.refused:
            raise BadEntryError({"who": taken.refused[0].reason})
        lead = taken.lead_of.get(message.once)
        if lead is not None:
            record(actor=actor, action="hand.call", subject=f"lead:{lead}", at=now, detail={"event": event})
    return lead
