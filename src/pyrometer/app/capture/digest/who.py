"""Whom a message is about: the ids and handles in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pyrometer.app.capture.digest.values import WrongValueError, checked, kind_of, text_is_sound
from pyrometer.app.evidence.models import HandleKind

MAX_HANDLE = 254
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
_NETWORKS = ("linkedin", "twitter", "facebook", "instagram", "xing", "mastodon", "github")
# To ask an enumeration takes longer than all else that is done with a handle.
_USER, _ANONYMOUS = HandleKind.USER.value, HandleKind.ANONYMOUS.value
_EMAIL, _PHONE, _SOCIAL = HandleKind.EMAIL.value, HandleKind.PHONE.value, HandleKind.SOCIAL.value

Message = Mapping[str, Any]


def id_of(message: Message, name: str) -> str:
    """An id of any kind as text, empty where there is none. Numbers are ids, too."""
    value = message.get(name)
    if value is None:
        return ""
    if type(value) is str and value.isascii() and value.isprintable():
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongValueError(f"`{name}` is {kind_of(value)}; an id is a text or a number")
    if isinstance(value, float):
        value = checked(value, name)
        value = int(value) if value.is_integer() else value
    try:
        text = str(value).strip()
    except ValueError:
        raise WrongValueError(f"`{name}` is a number of too many digits; send it as text") from None
    if not text_is_sound(text):
        raise WrongValueError(f"`{name}` holds a NUL byte or half a letter (a lone surrogate)")
    return text


def handle_of(message: Message, name: str) -> str:
    """An id by which somebody is known."""
    text = id_of(message, name)
    if len(text) > MAX_HANDLE:
        raise WrongValueError(f"`{name}` is longer than {MAX_HANDLE} characters")
    return text


def handles_of(kind: str, message: Message, traits: Message) -> tuple[tuple[tuple[str, str], ...], ...]:
    """By what the lead is known, and by what else (alias)."""
    user, visitor = handle_of(message, "userId"), handle_of(message, "anonymousId")
    found = [(_USER, user), (_ANONYMOUS, visitor)]
    if "@" in user and _ADDRESS.match(user):
        found.append((_EMAIL, user))
    if traits:
        for trait, handle in (("email", _EMAIL), ("phone", _PHONE)):
            if isinstance(traits.get(trait), str | int) and not isinstance(traits[trait], bool):
                found.append((handle, str(traits[trait]).strip()))
        found += [(_SOCIAL, name) for network in _NETWORKS if (name := _social(network, traits.get(network)))]
    handles = tuple(pair for pair in dict.fromkeys(found) if pair[1] and len(pair[1]) <= MAX_HANDLE)
    if not handles:
        raise WrongValueError(
            "nobody is named: `userId` or `anonymousId` is needed, or an email address or phone number"
        )
    return handles, _also(message, visitor) if kind == "alias" else ()


def _social(network: str, name: object) -> str:
    """A name on a network, as handles are written; profiles are addresses, and speak for themselves."""
    if not isinstance(name, str) or not name.strip():
        return ""
    name = name.strip()
    return name if name.startswith(("https://", "http://")) or name.count("@") == 2 else f"{network}:{name}"


def _also(message: Message, visitor: str) -> tuple[tuple[str, str], ...]:
    before = handle_of(message, "previousId")
    if not before and not visitor:
        raise WrongValueError("`previousId` is missing; an alias says who became `userId`")
    # A former id is an anonymous one or a user's; the message doesn't say which.
    return ((_ANONYMOUS, before), (_USER, before)) if before else ()
