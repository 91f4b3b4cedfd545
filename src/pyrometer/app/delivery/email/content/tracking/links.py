"""Signed addresses: a link that leads where its author wrote, by way of us; a picture that is asked for by who opens.

The target is inside the signature. Whoever changes a letter of it gets a page that says so, and is sent nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing

from pyrometer.app.delivery.email.content.rendering import Tracked

_CLICK = "pyrometer.mail.click"
_OPEN = "pyrometer.mail.open"
LONGEST = 4_000
"""Letters of a token; a longer one is none of ours."""


@dataclass(frozen=True)
class Source:
    """Whose mail it is, and which: `mail` is its key in the outbox, `content` and `topic` are the content's."""

    lead: int
    mail: str
    content: str
    topic: str = ""


@dataclass(frozen=True)
class Click:
    """A link that is followed: the `number` tells the links of a mail apart."""

    source: Source
    number: int
    target: str


def click(source: Source, target: str, number: int) -> str:
    """The path of a link that leads to a target."""
    values = [source.lead, source.mail, source.content, source.topic, number, target]
    return f"/m/{signing.dumps(values, salt=_CLICK, compress=True)}/"


def clicked(token: str) -> Click | None:
    """The link of a token; None where it isn't ours, as it was made."""
    values = _loaded(token, _CLICK, 6)
    if values is None:
        return None
    lead, mail, content, topic, number, target = values
    return Click(Source(lead, mail, content, topic), number, target)


def picture(source: Source) -> str:
    """The path of the picture that is asked for by who opens the mail."""
    values = [source.lead, source.mail, source.content, source.topic]
    return f"/m/{signing.dumps(values, salt=_OPEN, compress=True)}.gif"


def opened(token: str) -> Source | None:
    """The mail of a picture's token; None where it isn't ours."""
    values = _loaded(token, _OPEN, 4)
    return None if values is None else Source(*values)


def tracked(source: Source, origin: str) -> Tracked:
    """How a mail is written so that what its lead does with it is noticed."""
    return Tracked(link=lambda target, number: origin + click(source, target, number), pixel=origin + picture(source))


def _loaded(token: str, salt: str, length: int) -> list[Any] | None:
    if len(token) > LONGEST:
        return None
    try:
        values = signing.loads(token, salt=salt)
    except signing.BadSignature:
        return None
    return values if isinstance(values, list) and len(values) == length else None
