"""What is to be known of an address: the domain that receives it, how servers spell it, and its digest."""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac
from email_validator import EmailNotValidError, validate_email

from pyrometer.app.evidence.handles import BadHandleError, normalise

_BARE = re.compile(r"[^\s<>,;:\"()\x00-\x1f\x7f]{1,64}@[^\s<>,;:\"()@\x00-\x1f\x7f]{1,253}")
_SALT = "pyrometer.delivery.address"


def bare(to: object) -> str | None:
    """The address as it is written to: its domain in the letters of the DNS. None where it isn't one bare address.

    >>> bare("Änne@bücher.example"), bare("Ada <ada@acme.example>"), bare(7)
    ('Änne@xn--bcher-kva.example', None, None)
    """
    if not isinstance(to, str) or not _BARE.fullmatch(to):
        return None
    local, _, domain = to.rpartition("@")
    if domain.isascii():
        return to
    spelled = _ascii(domain)
    return spelled and f"{local}@{spelled}"


def domain(to: object) -> str:
    """The domain that receives mail for an address, in small letters; empty where it is none.

    >>> domain("ada@ACME.example"), domain("nobody")
    ('acme.example', '')
    """
    return (bare(to) or "").rpartition("@")[2].lower()


def one_spelling(address: str) -> str:
    """The address as leads have it, so that the same mailbox is the same text."""
    try:
        return normalise("email", address)
    except BadHandleError:
        return address.strip().lower()


def digest(address: str) -> str:
    """What is kept of an address that must not be kept: who has it and the installation's secret can tell it again."""
    return _digest(one_spelling(address), settings.SECRET_KEY)


def digests(address: str) -> list[str]:
    """The digest, and those that it had under former secrets."""
    spelled = one_spelling(address)
    return [_digest(spelled, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(spelled: str, secret: str) -> str:
    return salted_hmac(_SALT, spelled, secret=secret, algorithm="sha256").hexdigest()


@lru_cache(maxsize=1024)
def _ascii(domain: str) -> str | None:
    try:
        found = validate_email(
            f"a@{domain}", check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    return found.ascii_domain
