"""Keeps what came in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pyrometer.app.capture.models import Accepted
from pyrometer.app.people.models import ApiKey


def accept(*, key: ApiKey, body: bytes, messages: int, address: str | None, agent: str, now: datetime) -> Accepted:
    """Keep a request's messages until they are digested; once this returns, they are on the disk."""
    with transaction.atomic():
        return Accepted.objects.create(
            key=key, body=body, messages=messages, received_at=now, address=address, agent=agent
        )
