"""The secrets of webhooks: made here, shown once, kept sealed."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from pyrometer.app.delivery.models import Webhook
from pyrometer.app.people import sealed

PREFIX = "whsec_"
BYTES = 32
PURPOSE = "webhook"


def new_secret() -> str:
    """A secret as receivers paste it into their library."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def seal(secret: str) -> str:
    """A secret that only this installation can read."""
    return sealed.seal(secret, purpose=PURPOSE)


def valid(webhook: Webhook, now: datetime) -> list[str]:
    """The secrets that sign at a time, the present one first. Raises BrokenSealError."""
    known = [webhook.secret]
    if webhook.former_secret and webhook.former_until and now < webhook.former_until:
        known.append(webhook.former_secret)
    return [sealed.unseal(secret, purpose=PURPOSE) for secret in known]


def signature(secret: str, message: str, at: datetime, body: bytes) -> str:
    """The signature of a message, as Standard Webhooks has it: `v1,` and HMAC-SHA-256 in Base64.

    >>> from datetime import UTC
    >>> signature("whsec_c2VjcmV0", "msg_1", datetime(2026, 6, 1, tzinfo=UTC), b"{}")
    'v1,zM/iu+8rnknBFzye2Yy2KbRPh+YJwtGt2D93GOsl87U='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers(known: Iterable[str], message: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with each of the secrets that are valid."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signature(secret, message, at, body) for secret in known),
    }
