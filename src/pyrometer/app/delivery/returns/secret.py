"""Who may post returned mails: a program that shows the secret, or one that signs with it."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from pyrometer.errors import UsageError

PREFIX = "whsec_"
SHORTEST = 16
"""Bytes of a secret, at least."""
AWRY = timedelta(minutes=5)
"""How far the clock of who signs may be off; what is older may have been overheard."""


def checked(text: str | None) -> str:
    """The setting; empty where there is none. Raises UsageError."""
    text = (text or "").strip()
    if text and len(_key(text) or b"") < SHORTEST:
        raise UsageError(
            "PYROMETER_MAIL_SECRET: write whsec_ and at least 16 random bytes in Base64; `openssl rand -base64 32`"
            " makes some"
        )
    return text


def shown(secret: str, authorization: str) -> bool:
    """Whether a request shows the secret: `Authorization: Bearer whsec_…`."""
    scheme, _, given = authorization.partition(" ")
    return bool(secret) and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), secret.encode())


def signed(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether it is signed with the secret, as Standard Webhooks has it, and not long ago."""
    message, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    key = _key(secret)
    if not (key and message and at.isascii() and at.isdecimal() and len(at) < 12):
        return False
    if abs(now.timestamp() - int(at)) > AWRY.total_seconds():
        return False
    right = base64.b64encode(hmac.digest(key, f"{message}.{at}.".encode() + body, "sha256"))
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(each.removeprefix("v1,").encode(), right) for each in given if each[:3] == "v1,")


def _key(secret: str) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else None
    except (binascii.Error, ValueError):
        return None
