"""Reads a mail that came to the address that bounces return to: what it is, and which of our mails it is about.

Pure: bytes in, a value out. Nothing here trusts the sender: whatever says that it is about a mail of ours has to name
the mail's token, which only its reader knows and those who handled it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from pyrometer.app.delivery.returns import machines
from pyrometer.app.delivery.returns.headers import header
from pyrometer.app.delivery.returns.severity import severity
from pyrometer.app.delivery.returns.statuses import Status, in_words, proper

BOUNCE, DELAY, COMPLAINT, ABSENCE, REPLY, OTHER = "bounce", "delay", "complaint", "absence", "reply", "other"
_TOKEN = re.compile(r"(?<![0-9a-f])([0-9a-f]{40})@")
_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_ANSWERS = ("In-Reply-To", "References")
_ORIGINAL = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_PARTS = 50
"""How many parts of a mail are looked at; a bounce has three."""
_TEXT = 20_000
"""How many characters of a text are read."""
_ABUSE = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"})
"""The feedback of RFC 5965 that wants no more mail of us; `not-spam` and reports on signatures don't."""


@dataclass(frozen=True)
class Return:
    """What came: its kind, the tokens that it names, and of a bounce how bad it is and what was said."""

    kind: str
    tokens: tuple[str, ...] = ()
    severity: str = ""
    status: str = ""
    said: str = ""


def read(raw: bytes) -> Return:
    """What a mail is. Never raises for what it holds.

    >>> read(b"From: ada@acme.example\\nSubject: Hello\\n\\nHow are you?").kind
    'other'
    """
    try:
        return _read(raw)
    except RecursionError:
        # Nested without end, as nobody's mail server writes it.
        return Return(OTHER)


def _read(raw: bytes) -> Return:
    mail = message_from_bytes(raw.replace(b"\0", b""))
    parts = _parts(mail)
    to = tuple(_tokens(mail, _TO))
    quoted = tuple(token for part in parts if part.get_content_type() in _ORIGINAL for token in _original(part))
    if (feedback := _feedback(parts)) is not None:
        kind = COMPLAINT if feedback in _ABUSE else OTHER
        return Return(kind, _once(quoted, to), said=feedback)
    if (status := proper(parts)) is not None:
        return _bounced(status, _once(to, quoted, _in_text(parts)))
    if machines.bounces(mail):
        return _bounced(
            in_words([header(mail, "Subject"), *_texts(parts)], header(mail, "X-Failed-Recipients")),
            _once(to, quoted, _in_text(parts)),
        )
    answered = _once(_tokens(mail, _ANSWERS), to)
    if machines.answers(mail):
        return Return(ABSENCE, answered)
    return Return(REPLY if answered else OTHER, answered)


def _bounced(status: Status | None, tokens: tuple[str, ...]) -> Return:
    if status is None:
        return Return(OTHER, tokens)
    if status.action in ("delayed", "delivered", "relayed", "expanded"):
        return Return(DELAY if status.action == "delayed" else OTHER, tokens, status=status.code, said=status.said)
    return Return(BOUNCE, tokens, severity(status.code, status.said), status.code, status.said)


def _parts(mail: Message) -> list[Message]:
    found = []
    for part in mail.walk():
        found.append(part)
        if len(found) == _PARTS:
            break
    return found


def _feedback(parts: list[Message]) -> str | None:
    """The kind of feedback of an abuse report; None where it is none."""
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            inner = part.get_payload()
            fields = inner[0] if isinstance(inner, list) and inner else message_from_bytes(_bytes(part))
            return str(fields.get("Feedback-Type", "abuse")).strip().lower()
    return None


def _tokens(mail: Message, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from _TOKEN.findall(header(mail, name).lower())


def _original(part: Message) -> Iterator[str]:
    """The token of the mail that a report gives back, whole or its headers."""
    inner = part.get_payload()
    fields = inner[0] if isinstance(inner, list) and inner else message_from_bytes(_bytes(part))
    yield from _tokens(fields, ("Message-ID", "Return-Path"))


def _in_text(parts: list[Message]) -> tuple[str, ...]:
    """The tokens that a bounce quotes anywhere, as those do that give nothing back as a part."""
    return tuple(_TOKEN.findall("\n".join(_texts(parts)).lower()))


def _texts(parts: list[Message]) -> list[str]:
    return [_bytes(part)[:_TEXT].decode("utf-8", "replace") for part in parts if part.get_content_maintype() == "text"]


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _once(*several: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token for each in several for token in each))
