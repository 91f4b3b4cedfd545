"""One spelling for every handle, so that the same mailbox, phone or visitor is the same text.

What only the provider of a mailbox knows isn't guessed: `a.lovelace@` and `alovelace@` are two mailboxes here, so are
`ada@` and `ada+news@`. To take two people for one gives one's history to the other; to take one for two costs a merge
by hand. Upper and lower case are one: no provider that people use tells them apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

KINDS = ("email", "phone", "social", "user", "anonymous")
"""The kinds, as `models.HandleKind` has them; the first three reach somebody."""

LONGEST = 254
"""Letters that a handle may have."""

_SAME_FOR_ALL = frozenset(
    "0 -1 null none nil undefined nan false true anonymous guest unknown n/a na - ?"
    " 00000000-0000-0000-0000-000000000000".split()
) | {"[object object]"}
"""What programs send for want of an id. As a handle, each would make one lead of all visitors."""

_HOSTS = {
    "linkedin.com": "linkedin",
    "twitter.com": "x",
    "x.com": "x",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "github.com": "github",
    "xing.com": "xing",
    "youtube.com": "youtube",
    "tiktok.com": "tiktok",
    "threads.net": "threads",
    "threads.com": "threads",
    "bsky.app": "bluesky",
}
_SAME_NETWORK = {"twitter": "x", "bsky": "bluesky", "fb": "facebook", "ig": "instagram"}
_BEFORE_NAME = frozenset({"in", "pub", "profile", "user", "c"})


class BadHandleError(ValueError):
    """Something that nobody can be reached or recognised by; the message says why, for people."""


class NoCountryError(BadHandleError):
    """A phone number that doesn't say of which country it is, where nobody else said so."""


@lru_cache(maxsize=16384)
def normalise(kind: str, value: str, region: str | None = None) -> str:
    """The one spelling of a handle; `region` is the country of phone numbers without one. Raises BadHandleError.

    >>> normalise("email", " Ada.L+news@ACME.example ")
    'ada.l+news@acme.example'
    >>> normalise("phone", "030 1234567", "DE")
    '+49301234567'
    >>> normalise("social", "https://www.linkedin.com/in/Ada-Lovelace/")
    'linkedin:ada-lovelace'
    """
    text = value.strip()
    if not text:
        raise BadHandleError(f"the {kind} is empty")
    if "\0" in text:
        raise BadHandleError(f"the {kind} holds a NUL character")
    found = _NORMALISERS[kind](text, region) if kind in _NORMALISERS else _id(kind, text)
    if len(found) > LONGEST:
        raise BadHandleError(f"the {kind} has {len(found)} characters; at most {LONGEST} are understood")
    return found


def _id(kind: str, text: str) -> str:
    if kind not in KINDS:
        raise BadHandleError(f"there are no handles of the kind {kind!r}; there are {', '.join(KINDS)}")
    if text.lower() in _SAME_FOR_ALL:
        raise BadHandleError(f"the {kind} id is {text!r}, which programs send where there is none")
    return text


def _email(text: str, region: str | None) -> str:
    text = text.removeprefix("mailto:").strip("<>")
    try:
        # `test_environment` lets .test through, which is for trying things out.
        found = validate_email(text, check_deliverability=False, globally_deliverable=True, test_environment=True)
    except EmailNotValidError as error:
        raise BadHandleError(f"{text[:80]!r} is no email address: {error}") from None
    if "." not in found.domain:
        raise BadHandleError(f"{text[:80]!r} is an address that only one machine knows")
    return found.normalized.lower()


def _phone(text: str, region: str | None) -> str:
    try:
        number = phonenumbers.parse(text.removeprefix("tel:"), region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise NoCountryError(
                f"{text[:40]!r} has no country: write it as +49 …, or say in the settings which country is meant"
            ) from None
        raise BadHandleError(f"{text[:40]!r} is no phone number") from None
    if not phonenumbers.is_possible_number(number):
        raise BadHandleError(f"{text[:40]!r} has too few or too many digits for a phone number of its country")
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    # Two extensions of one switchboard are two people.
    return f"{plain};ext={number.extension}" if number.extension else plain


def _social(text: str, region: str | None) -> str:
    if re.match(r"https?://", text, re.IGNORECASE):
        return _profile(text)
    if found := re.fullmatch(r"@([\w.-]+)@([\w-]+(?:\.[\w-]+)+)", text):
        return f"mastodon:{found[1]}@{found[2]}".lower()
    network, colon, name = text.partition(":")
    network, name = network.strip().lower(), name.strip().lstrip("@").lower()
    if not colon or not name or not re.fullmatch(r"[a-z][a-z0-9._-]*", network):
        raise BadHandleError(f"{text[:80]!r} doesn't say on which network; write it as linkedin:name, or as an address")
    return f"{_SAME_NETWORK.get(network, network)}:{name}"


def _profile(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise BadHandleError(f"{text[:80]!r} is no address of a profile") from None
    for known, network in _HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            steps = [unquote(step).lstrip("@").lower() for step in parts.path.split("/") if step]
            if steps and steps[0] in _BEFORE_NAME:
                steps = steps[1:]
            if not steps:
                break
            return f"{network}:{'/'.join(steps[:2]) if steps[0] in ('company', 'groups') else steps[0]}"
    raise BadHandleError(f"{text[:80]!r} is no address of a profile on a network that is known")


_NORMALISERS = {"email": _email, "phone": _phone, "social": _social}
