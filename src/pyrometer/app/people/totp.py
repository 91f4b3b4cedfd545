"""Codes that change every half-minute (RFC 6238, over the HOTP of RFC 4226), as authenticator apps make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30
"""Seconds."""
DIGITS = 6
DRIFT = 1
"""How many steps a phone's clock may be off, either way."""
SECRET_BYTES = 20


def new_secret() -> str:
    """A secret in base 32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code(secret: bytes, step: int, digits: int = DIGITS, hash_name: str = "sha1") -> str:
    """The code of a step (half-minutes since 1970).

    >>> code(b"12345678901234567890", 1)
    '287082'
    """
    mac = hmac.digest(secret, step.to_bytes(8, "big"), getattr(hashlib, hash_name))
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: str, given: str, now: datetime, after: int) -> int | None:
    """The step whose code was given, or None; only steps later than `after`, the one used last, are looked at.

    Every candidate is compared, in constant time.
    """
    present = int(now.timestamp()) // STEP
    key = base64.b32decode(secret)
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(code(key, step).encode(), given.encode()) and step > after:
            found = step
    return found


def address(secret: str, account: str, issuer: str = "Pyrometer") -> str:
    """The `otpauth:` address that an app reads from a QR code."""
    asked = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{asked}"
