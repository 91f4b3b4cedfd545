"""Reads one message of the wire. Pure: the same message in the same envelope means the same, whenever it is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from ipaddress import ip_address
from typing import Any

from pyrometer.app.capture.digest.times import occurred
from pyrometer.app.capture.digest.values import WrongValueError, checked, flat, kind_of, shown, text_is_sound
from pyrometer.app.capture.digest.who import Message, handle_of, handles_of, id_of
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source

KINDS = ("track", "identify", "page", "screen", "group", "alias")
_WIRE = Source.WIRE.value
MAX_EVENT = 120
MAX_ONCE = 120
MAX_TRAITS = 200
ZONE = "timezone"
"""The trait that says in which time zone a lead is."""
_ABOUT_PAGES = ("url", "path", "title", "referrer", "search")


@dataclass(frozen=True)
class Envelope:
    """What is known of a message beside its text: `once` names it where it has no id, `key` is whose it is."""

    once: str
    received_at: datetime
    sent_at: object = None
    key: str = ""
    address: str | None = None
    agent: str = ""


@dataclass(frozen=True)
class Refused:
    """A message that can't be read, and why."""

    reason: str


def read(message: object, envelope: Envelope) -> Incoming | Refused:
    """What a message says, or why it can't be read. Never raises, whatever it is given.

    >>> from datetime import UTC
    >>> noon = Envelope("1", datetime(2026, 5, 1, 12, tzinfo=UTC))
    >>> read({"type": "track", "event": "demo_requested", "userId": 7, "messageId": "a"}, noon).handles
    (('user', '7'),)
    >>> read({"type": "trak", "userId": 7}, noon)
    Refused(reason='unknown type `trak`; did you mean `track`?')
    """
    try:
        if not isinstance(message, Mapping):
            raise WrongValueError(f"the message is {kind_of(message)}; it has to be an object")
        return _read(message, envelope)
    except WrongValueError as wrong:
        return Refused(str(wrong)[:400])
    except RecursionError:
        return Refused("the message is nested too deeply; send less of it")


def _read(message: Message, envelope: Envelope) -> Incoming:
    kind = _kind(message)
    context = _context(message)
    event, properties = _event(kind, message, context)
    traits = _traits(kind, message)
    # What a library repeats with every event is known, not answered anew; but it says who it is.
    known = flat(context.get("traits"), "context.traits")
    if kind == "identify":
        traits = {**_zone(context), **known, **traits}
    handles, also = handles_of(kind, message, {**known, **traits})
    if "company_name" in traits and "company" not in traits:
        traits["company"] = traits.pop("company_name")
    if len(traits) > MAX_TRAITS:
        raise WrongValueError(f"more than {MAX_TRAITS} traits in one message; send those that a definition asks for")
    campaign = flat(context.get("campaign"), "context.campaign") if context.get("campaign") else {}
    if event is not None:
        for name in ("source", "medium", "name"):
            if isinstance(campaign.get(name), str):
                properties.setdefault(f"campaign_{name}", campaign[name])
    sent = envelope.sent_at if envelope.sent_at is not None else message.get("sentAt")
    stamp = message.get("timestamp") or message.get("originalTimestamp")
    return Incoming(
        once=_once(message, envelope),
        occurred_at=occurred(stamp, sent, envelope.received_at),
        received_at=envelope.received_at,
        source=_WIRE,
        handles=handles,
        also=also,
        event=event,
        properties=properties,
        traits=traits,
        channel=_channel(campaign),
        address=_address(context, envelope),
        agent=_agent(context, envelope),
        locale=_locale(context),
        consents=_consents(context),
    )


def _kind(message: Message) -> str:
    kind = message.get("type")
    if kind is None:
        raise WrongValueError(f"`type` is missing; it is one of {', '.join(KINDS)}")
    if not isinstance(kind, str):
        raise WrongValueError(f"`type` is {kind_of(kind)}; it is one of {', '.join(KINDS)}")
    if kind.strip().lower() in KINDS:
        return kind.strip().lower()
    near = get_close_matches(kind.lower()[:40], KINDS, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"it is one of {', '.join(KINDS)}"
    raise WrongValueError(f"unknown type `{shown(kind)}`; {hint}")


def _context(message: Message) -> Message:
    context = message.get("context")
    if context is None:
        return {}
    if not isinstance(context, Mapping):
        raise WrongValueError(f"`context` is {kind_of(context)}; it has to be an object")
    return context


def _once(message: Message, envelope: Envelope) -> str:
    """What its retries have in common: its id, within its key; where it has none, there is only its arrival."""
    said = id_of(message, "messageId")
    once = f"{envelope.key}:{said}" if said else envelope.once
    if len(once) > MAX_ONCE:
        digest = hashlib.sha256(once.encode()).hexdigest()
        return f"{envelope.key}:{digest}"
    return once


def _event(kind: str, message: Message, context: Message) -> tuple[str | None, dict[str, Any]]:
    if kind == "track":
        name = message.get("event")
        if not isinstance(name, str) or not name.strip():
            said = "missing" if name is None or name == "" else kind_of(name)
            raise WrongValueError(f"`event` is {said}; it is the name of what the lead did")
        name = name.strip()
        sound = name.isascii() and name.isprintable()
        if len(name) > MAX_EVENT or not (sound or _is_plain(name)):
            raise WrongValueError(f"`event` is longer than {MAX_EVENT} characters or holds control characters")
        return name, _known(flat(message.get("properties"), "properties"))
    if kind not in ("page", "screen"):
        return None, {}
    properties = _known(flat(message.get("properties"), "properties"))
    for name in ("name", "category"):
        if isinstance(message.get(name), str) and message[name].strip():
            properties.setdefault(name, checked(message[name], name))
    page = context.get("page")
    if isinstance(page, Mapping):
        for name in _ABOUT_PAGES:
            if isinstance(page.get(name), str) and page[name]:
                properties.setdefault(name, checked(page[name], f"context.page.{name}"))
    return f"{kind}_viewed", properties


def _is_plain(name: str) -> bool:
    return text_is_sound(name) and all(ord(letter) >= 32 for letter in name)


def _known(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _traits(kind: str, message: Message) -> dict[str, Any]:
    """Answers. What a group is told about is the lead's company; null takes an answer back."""
    traits: dict[str, Any] = {}
    if kind == "identify":
        traits = flat(message.get("traits"), "traits")
    elif kind == "group":
        company = flat(message.get("traits"), "traits")
        traits |= {name if name.startswith("company_") else f"company_{name}": company[name] for name in company}
        group = handle_of(message, "groupId")
        if not group and not company:
            raise WrongValueError("`groupId` is missing; it says which company")
        if group:
            traits.setdefault("company_id", group)
    return traits


def _zone(context: Message) -> dict[str, str]:
    """Where the lead's clock stands, as browsers tell it: mails are sent by it."""
    said = context.get("timezone")
    return {ZONE: said} if isinstance(said, str) and re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", said) else {}


def _channel(campaign: Message) -> str:
    """What brought the lead, as its campaign says: the medium, or else the source."""
    for name in ("medium", "source"):
        said = campaign.get(name)
        if isinstance(said, str) and said.strip():
            return said.strip().lower()[:60]
    return ""


def _address(context: Message, envelope: Envelope) -> str | None:
    """The lead's address; of a request that a server sent, only what it says itself."""
    said = context.get("ip")
    if isinstance(said, str):
        try:
            address = ip_address(said.strip())
        except ValueError:
            return None
        return None if getattr(address, "scope_id", None) else str(address)
    return envelope.address if _agent(context, envelope) else None


def _agent(context: Message, envelope: Envelope) -> str:
    """The lead's browser. A server's own agent says nothing about the lead."""
    said = context.get("userAgent")
    if isinstance(said, str) and text_is_sound(said):
        return said[:400]
    return envelope.agent if envelope.agent.startswith(("Mozilla/", "Opera/")) else ""


def _locale(context: Message) -> str:
    said = context.get("locale")
    return said[:20] if isinstance(said, str) and text_is_sound(said) else ""


def _consents(context: Message) -> dict[str, bool]:
    consent = context.get("consent")
    found = consent.get("categoryPreferences") if isinstance(consent, Mapping) else None
    if not isinstance(found, Mapping):
        return {}
    return {name[:50]: given for name, given in found.items() if isinstance(given, bool) and text_is_sound(name)}
