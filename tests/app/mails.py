"""Mails as a reader's program takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from pyrometer.app.delivery.email.message import written


def message(payload: Mapping[str, Any], *, once: str, at: datetime) -> EmailMessage:
    """The mail of an outbox row, written and read again."""
    mail = message_from_bytes(written(payload, once=once, at=at), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail
